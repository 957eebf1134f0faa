//! The rate limit of the server, learned from 429 responses.
//!
//! Nothing is known at first, and everything is let through. A 429 closes the gate for as long as the server asks. What was served
//! since the gate opened is then what a window holds, and the time from one opening to the next is its length. From there on, no more
//! than that is let through in a window, so that the server need not turn anything down. Every eighth window tries one request more,
//! and more of them if it is served; a limit that nobody comes near is forgotten.

use std::time::{Duration, Instant};

/// While nothing is known, what was served is counted for so long: the shortest window that servers have.
const SHORTEST: Duration = Duration::from_secs(1);

/// One window of so many is tried for more than it held.
const TRIED: u32 = 8;

#[derive(Default)]
pub(super) struct Window {
    /// Counts the windows, so that what came of a request is told to its own.
    number: u64,
    opened: Option<Instant>,
    /// For how long nothing was sent before it was opened.
    quiet_before: Duration,
    sent: u32,
    sent_last: Option<Instant>,
    served: u32,
    /// Until when the server has asked to wait.
    closed_until: Option<Instant>,
    limit: Option<Limit>,
    /// Whether a request beyond the limit is under way.
    is_probed: bool,
}

struct Limit {
    requests: u32,
    length: Duration,
    /// How many windows have gone by since it was learned.
    age: u32,
    /// How many more are tried after a probe that was served.
    step: u32,
}

pub(super) enum WindowState {
    Open,
    Closed(Instant),
    /// It depends on the request beyond the limit that is under way.
    Probing,
}

/// A request that was sent.
pub(super) struct Entry {
    window: u64,
    is_probe: bool,
}

impl Window {
    pub(super) fn state(&mut self, now: Instant) -> WindowState {
        if let Some(until) = self.closed_until {
            if now < until {
                return WindowState::Closed(until);
            }
            self.open(now);
        }
        self.roll(now);
        let Some(limit) = &self.limit else {
            return WindowState::Open;
        };
        if self.sent < limit.requests {
            return WindowState::Open;
        }
        if self.is_probed {
            return WindowState::Probing;
        }
        if limit.age % TRIED == TRIED - 1 {
            return WindowState::Open;
        }
        match self
            .opened
            .and_then(|opened| opened.checked_add(limit.length))
        {
            Some(end) => WindowState::Closed(end),
            None => WindowState::Open,
        }
    }

    pub(super) fn enter(&mut self, now: Instant) -> Entry {
        if self.opened.is_none() {
            let quiet = |last| now.saturating_duration_since(last);
            self.quiet_before = self.sent_last.map_or(Duration::MAX, quiet);
            self.opened = Some(now);
        }
        self.sent_last = Some(now);
        let is_probe = self
            .limit
            .as_ref()
            .is_some_and(|limit| self.sent >= limit.requests);
        self.is_probed |= is_probe;
        self.sent = self.sent.saturating_add(1);
        Entry {
            window: self.number,
            is_probe,
        }
    }

    pub(super) fn served(&mut self, entry: &Entry) {
        if entry.window != self.number {
            return;
        }
        self.served = self.served.saturating_add(1);
        if let Some(limit) = self.limit.as_mut().filter(|_| entry.is_probe) {
            limit.requests = limit.requests.saturating_add(limit.step);
            limit.step = limit.step.saturating_mul(2);
        }
    }

    /// Records a 429 response with this wait.
    pub(super) fn limited(&mut self, entry: &Entry, now: Instant, wait: Duration) {
        let Some(until) = now.checked_add(wait) else {
            return;
        };
        if entry.window != self.number {
            // Sent in a window before: the server's wait holds, but says nothing about this one.
            self.closed_until = self.closed_until.max(Some(until));
            return;
        }
        let is_first = self.closed_until.is_none();
        self.closed_until = self.closed_until.max(Some(until));
        let Some(opened) = self.opened.filter(|_| is_first) else {
            return;
        };
        // What was sent in the time that the server asks to wait must have been counted.
        let seen = now.saturating_duration_since(opened);
        let is_known = seen.saturating_add(self.quiet_before) >= wait;
        self.limit = is_known.then(|| Limit {
            // Those under way may still be served; what was is counted when the gate opens. It is not trusted to be much less than
            // before, since requests of the window before may have been counted by the server in this one.
            requests: self.limit.as_ref().map_or(1, |limit| limit.requests / 2),
            length: until.saturating_duration_since(opened).max(wait),
            age: 0,
            step: 1,
        });
    }

    /// Records the end of a request.
    pub(super) fn leave(&mut self, entry: &Entry) {
        if entry.is_probe && entry.window == self.number {
            self.is_probed = false;
        }
    }

    /// Opens the next window. The server has asked to wait until then, or so it was learned.
    fn open(&mut self, now: Instant) {
        if self.closed_until.take().is_some()
            && let Some(limit) = &mut self.limit
        {
            limit.requests = limit.requests.max(self.served).max(1);
        }
        self.begin(Some(now));
        self.quiet_before = Duration::MAX;
    }

    fn begin(&mut self, opened: Option<Instant>) {
        self.number += 1;
        self.opened = opened;
        (self.sent, self.served, self.is_probed) = (0, 0, false);
    }

    /// Goes on to the next window if this one is over.
    fn roll(&mut self, now: Instant) {
        let Some(opened) = self.opened else {
            return;
        };
        let age = now.saturating_duration_since(opened);
        match &mut self.limit {
            Some(limit) if age >= limit.length => {
                limit.age = limit.age.saturating_add(1);
                let is_needed = self.sent >= limit.requests / 2 && age < limit.length * TRIED;
                if is_needed || limit.age < TRIED {
                    self.open(now);
                } else {
                    self.limit = None;
                    self.begin(None);
                }
            }
            // A window that the server opened goes on until the next 429, which tells its length.
            None if self.quiet_before != Duration::MAX && age >= SHORTEST => self.begin(None),
            _ => {}
        }
    }
}
