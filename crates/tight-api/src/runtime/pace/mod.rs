//! When the calls of a token may be sent: a rate limit concerns the token, not the call that ran into it.
//!
//! ```text
//! limiter  a pace that is set beforehand
//! window   what a server lets through in a time, learned from its 429s
//! ```
//!
//! All calls of a token go through one gate. It lets them through in the order in which they came, also those that come a second time
//! since they were turned down. It is closed while Tight has asked to wait, and it holds back what would run into the limit.

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
use window::{Judgement, Window};

/// How many requests of a token are sent in a time, for [`ClientBuilder::pace`](crate::ClientBuilder::pace).
///
/// ```
/// use std::time::Duration;
/// use tight_api::Pace;
///
/// // What Tight documents for version 5 of its API, for each token.
/// let pace = Pace::per(1000, Duration::from_secs(300));
/// # let _ = pace;
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use = "a pace does nothing until a client has it"]
pub struct Pace {
    requests: NonZeroU32,
    period: Duration,
}

impl Pace {
    /// Creates a pace of so many requests, at least 1, in any stretch of time of this length. A twentieth of them may be sent at
    /// once; the others are spread evenly.
    pub fn per(requests: u32, period: Duration) -> Self {
        Self {
            requests: NonZeroU32::new(requests).unwrap_or(NonZeroU32::MIN),
            period,
        }
    }

    /// What is let through at once, and how long each of the others takes: together no more than the requests of a period.
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
    /// Who waits, in the order in which they are let through.
    waiting: BTreeMap<u64, Arc<Notify>>,
    window: Window,
}

/// A call's place among those of its token. It keeps it if it comes again.
pub(crate) struct Place {
    gate: Arc<Gate>,
    ticket: Option<u64>,
}

/// Leave to send one request. What became of it is said to the gate.
pub(crate) struct Pass {
    gate: Arc<Gate>,
    window: window::Entry,
}

/// A call was not let through in time.
pub(crate) struct Held {
    pub(crate) reason: WaitReason,
    /// How long it would have had to wait still.
    pub(crate) wait: Duration,
}

/// How long a call may wait.
#[derive(Clone, Copy)]
pub(crate) struct Patience {
    /// Because of what the server asks for.
    pub(crate) for_server: Duration,
    /// At all.
    pub(crate) at_all: Duration,
}

enum Turn {
    /// It has not come yet.
    Later,
    /// It has come, and there is leave.
    Now(window::Entry),
    /// It has come, but this long is to be waited for leave.
    Wait(WaitReason, Duration),
    /// It has come, and what an earlier request comes to tells whether there is leave.
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

    /// Whether a ticket's turn has come. If there is leave, it is taken.
    fn turn(&self, ticket: u64) -> Turn {
        let mut state = self.state();
        if state
            .waiting
            .keys()
            .next()
            .is_some_and(|first| *first < ticket)
        {
            return Turn::Later;
        }
        let now = self.clock.now();
        match state.window.judge(now) {
            Judgement::Closed(until) => {
                return Turn::Wait(WaitReason::RateLimit, until.saturating_duration_since(now));
            }
            Judgement::Probing => return Turn::Probing,
            Judgement::Open => {}
        }
        if let Some(wait) = self.limiter.as_ref().and_then(Limiter::take) {
            return Turn::Wait(WaitReason::Pace, wait);
        }
        Turn::Now(state.window.enter(now))
    }
}

impl State {
    fn wake_first(&self) {
        if let Some((_, first)) = self.waiting.first_key_value() {
            first.notify_one();
        }
    }
}

impl Place {
    pub(crate) fn new(gate: Arc<Gate>) -> Self {
        Self { gate, ticket: None }
    }

    /// Waits for leave to send a request, and says beforehand for what and how long.
    pub(crate) async fn pass(
        &mut self,
        patience: Patience,
        waits: impl Fn((WaitReason, Duration)),
    ) -> Result<Pass, Held> {
        let gate = Arc::clone(&self.gate);
        let ticket = self.ticket();
        // Mostly nobody waits, and nothing is to be waited for.
        if let Turn::Now(window) = gate.turn(ticket) {
            return Ok(Pass { gate, window });
        }
        let started = gate.clock.now();
        let called = self.queue(ticket);
        let _waiting = Waiting {
            gate: &gate,
            ticket,
        };
        loop {
            match gate.turn(ticket) {
                Turn::Now(window) => {
                    return Ok(Pass {
                        gate: Arc::clone(&gate),
                        window,
                    });
                }
                Turn::Wait(reason, wait) => {
                    let waited = gate.clock.now().saturating_duration_since(started);
                    let most = match reason {
                        WaitReason::RateLimit => patience.for_server.min(patience.at_all),
                        WaitReason::Pace | WaitReason::Backoff => patience.at_all,
                    };
                    if waited.saturating_add(wait) > most {
                        return Err(Held { reason, wait });
                    }
                    waits((reason, wait));
                    gate.clock.sleep(wait).await;
                }
                Turn::Later | Turn::Probing => called.notified().await,
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
        let called = Arc::<Notify>::default();
        let mut state = self.gate.state();
        state.waiting.insert(ticket, Arc::clone(&called));
        called
    }
}

/// Somebody who waits. Who gives up, or is let through, makes room for the next.
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

impl Pass {
    /// Takes note that the request was answered with something else than 429.
    pub(crate) fn served(&self) {
        self.gate.state().window.served(&self.window);
    }

    /// Takes note that the request was answered with 429: all calls of the token wait so long.
    pub(crate) fn limited(&self, wait: Duration) {
        let now = self.gate.clock.now();
        self.gate.state().window.limited(&self.window, now, wait);
    }
}

impl Drop for Pass {
    fn drop(&mut self) {
        let mut state = self.gate.state();
        state.window.leave(&self.window);
        state.wake_first();
    }
}
