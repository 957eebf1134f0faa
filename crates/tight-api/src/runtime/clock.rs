//! Time, injected: so that an hour of backoff can be tested in no time at all.

use std::pin::Pin;
use std::time::{Duration, Instant, SystemTime};

/// Where a client takes the time from, and how it waits. A test brings its own; everybody else has the system's.
///
/// It governs backoff, the budget of a call and the age of tokens. The timeouts of connections and attempts are the
/// network's, and always real.
pub trait Clock: Send + Sync {
    /// The time that durations are measured by.
    fn now(&self) -> Instant;

    /// The time of the calendar, for servers that say until when to wait.
    fn system_time(&self) -> SystemTime;

    /// Waits.
    fn sleep(&self, duration: Duration) -> Pin<Box<dyn Future<Output = ()> + Send + '_>>;
}

/// The system's time.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct SystemClock;

impl Clock for SystemClock {
    fn now(&self) -> Instant {
        Instant::now()
    }

    fn system_time(&self) -> SystemTime {
        SystemTime::now()
    }

    fn sleep(&self, duration: Duration) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        Box::pin(tokio::time::sleep(duration))
    }
}
