//! Rate limits. A limit concerns a token, not only the call that exceeded it.
//!
//! ```text
//! limiter  a pace set by the user
//! window   the limit of the server, learned from 429 responses
//! ```
//!
//! All calls with a token pass one gate, in the order in which they arrived; retries keep their position. The gate is closed while
//! Tight asks to wait, and holds back calls that would exceed the limit.

mod limiter;
mod window;

use std::collections::BTreeMap;
use std::num::NonZeroU32;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use governor::Quota;
use tokio::sync::Notify;

use super::clock::Clock;
use super::observer::WaitReason;
use limiter::Limiter;
use window::{Window, WindowState};

/// The maximum rate of requests with a token, for [`ClientBuilder::pace`](crate::ClientBuilder::pace).
///
/// ```
/// use std::time::Duration;
/// use tight_api::Pace;
///
/// // The documented limit of version 5 of the API, for each token.
/// let pace = Pace::per(1000, Duration::from_secs(300));
/// # let _ = pace;
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use = "a pace does nothing until it is set on a client"]
pub struct Pace {
    requests: NonZeroU32,
    period: Duration,
}

impl Pace {
    /// Creates a pace of at most `requests` (at least 1) in any time of length `period`. A twentieth of them may be sent at once; the
    /// others are spread evenly. A period of more than a year counts as a year.
    pub fn per(requests: u32, period: Duration) -> Self {
        const YEAR: Duration = Duration::from_secs(365 * 24 * 3600);
        Self {
            requests: NonZeroU32::new(requests).unwrap_or(NonZeroU32::MIN),
            period: period.min(YEAR),
        }
    }

    /// A burst and an interval that together allow no more requests than the pace in a period.
    fn quota(self) -> Option<Quota> {
        let burst = NonZeroU32::new(self.requests.get() / 20).unwrap_or(NonZeroU32::MIN);
        let spread = self.requests.get().saturating_sub(burst.get()).max(1);
        Some(Quota::with_period(self.period / spread)?.allow_burst(burst))
    }
}

/// The gate of a token.
pub(crate) struct Gate {
    clock: Arc<dyn Clock>,
    limiter: Option<Limiter>,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    tickets: u64,
    /// The waiting calls, in order.
    waiting: BTreeMap<u64, Arc<Notify>>,
    window: Window,
}

/// The position of a call in the queue of its token. Retries keep it.
pub(crate) struct QueuePosition {
    gate: Arc<Gate>,
    ticket: Option<u64>,
}

/// Permission to send one request. The result is reported to the gate.
pub(crate) struct Permit {
    gate: Arc<Gate>,
    window: window::Entry,
}

/// A call would wait longer than it may.
pub(crate) struct WaitTooLong {
    pub(crate) reason: WaitReason,
    /// The remaining wait.
    pub(crate) wait: Duration,
}

/// The longest waits of a call.
#[derive(Clone, Copy)]
pub(crate) struct MaxWait {
    /// For the rate limit of the server.
    pub(crate) rate_limit: Duration,
    /// In total.
    pub(crate) total: Duration,
}

enum Decision {
    /// Other calls come first.
    Queued,
    /// The call may be sent.
    Granted(window::Entry),
    /// The call is first, and must wait this long.
    Wait(WaitReason, Duration),
    /// The call is first, and must wait for the result of a request that probes the limit.
    Probing,
}

impl Gate {
    pub(crate) fn new(clock: Arc<dyn Clock>, pace: Option<Pace>) -> Arc<Self> {
        let limiter = pace
            .and_then(Pace::quota)
            .map(|quota| Limiter::new(quota, Arc::clone(&clock)));
        Arc::new(Self {
            clock,
            limiter,
            state: Mutex::default(),
        })
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Decides whether a call may be sent, and takes the permission if so.
    fn decide(&self, ticket: u64) -> Decision {
        let mut state = self.state();
        if state
            .waiting
            .keys()
            .next()
            .is_some_and(|first| *first < ticket)
        {
            return Decision::Queued;
        }
        let now = self.clock.now();
        match state.window.state(now) {
            WindowState::Closed(until) => {
                return Decision::Wait(WaitReason::RateLimit, until.saturating_duration_since(now));
            }
            WindowState::Probing => return Decision::Probing,
            WindowState::Open => {}
        }
        if let Some(wait) = self.limiter.as_ref().and_then(Limiter::take) {
            return Decision::Wait(WaitReason::Pace, wait);
        }
        Decision::Granted(state.window.enter(now))
    }
}

impl State {
    fn wake_first(&self) {
        if let Some((_, first)) = self.waiting.first_key_value() {
            first.notify_one();
        }
    }
}

impl QueuePosition {
    pub(crate) fn new(gate: Arc<Gate>) -> Self {
        Self { gate, ticket: None }
    }

    /// Waits until a request may be sent. Reports each wait before it starts.
    pub(crate) async fn acquire(
        &mut self,
        max_wait: impl FnOnce() -> MaxWait,
        waits: impl Fn((WaitReason, Duration)),
    ) -> Result<Permit, WaitTooLong> {
        let gate = Arc::clone(&self.gate);
        let ticket = self.ticket();
        // Fast path: no queue.
        if let Decision::Granted(window) = gate.decide(ticket) {
            return Ok(Permit { gate, window });
        }
        let max_wait = max_wait();
        let started = gate.clock.now();
        let notify = self.queue(ticket);
        let _waiting = Waiting {
            gate: &gate,
            ticket,
        };
        loop {
            match gate.decide(ticket) {
                Decision::Granted(window) => {
                    return Ok(Permit {
                        gate: Arc::clone(&gate),
                        window,
                    });
                }
                Decision::Wait(reason, wait) => {
                    let waited = gate.clock.now().saturating_duration_since(started);
                    let most = match reason {
                        WaitReason::RateLimit => max_wait.rate_limit.min(max_wait.total),
                        WaitReason::Pace | WaitReason::Backoff => max_wait.total,
                    };
                    if waited.saturating_add(wait) > most {
                        return Err(WaitTooLong { reason, wait });
                    }
                    waits((reason, wait));
                    gate.clock.sleep(wait).await;
                }
                Decision::Queued | Decision::Probing => notify.notified().await,
            }
        }
    }

    fn ticket(&mut self) -> u64 {
        *self.ticket.get_or_insert_with(|| {
            let mut state = self.gate.state();
            state.tickets += 1;
            state.tickets
        })
    }

    fn queue(&self, ticket: u64) -> Arc<Notify> {
        let notify = Arc::<Notify>::default();
        let mut state = self.gate.state();
        state.waiting.insert(ticket, Arc::clone(&notify));
        notify
    }
}

/// A waiting call. Leaves the queue and wakes the next when dropped.
struct Waiting<'a> {
    gate: &'a Gate,
    ticket: u64,
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        let mut state = self.gate.state();
        state.waiting.remove(&self.ticket);
        state.wake_first();
    }
}

impl Permit {
    /// Records a response other than 429.
    pub(crate) fn served(&self) {
        self.gate.state().window.served(&self.window);
    }

    /// Records a 429 response: all calls of the token wait this long.
    pub(crate) fn limited(&self, wait: Duration) {
        let now = self.gate.clock.now();
        self.gate.state().window.limited(&self.window, now, wait);
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        let mut state = self.gate.state();
        state.window.leave(&self.window);
        state.wake_first();
    }
}
