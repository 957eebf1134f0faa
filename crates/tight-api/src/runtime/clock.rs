//! The clock of a client, replaceable so that tests need not wait.

use std::pin::Pin;
use std::time::{Duration, Instant, SystemTime};

/// The source of time for a client. Implement it to control time in tests; if not set, the client uses the system clock.
///
/// The clock governs backoff, rate limits, the total timeout of a call and the expiry of tokens. The timeouts of connections
/// and attempts always use real time.
pub trait Clock: Send + Sync {
    /// Returns the current time for measuring durations.
    fn now(&self) -> Instant;

    /// Returns the current calendar time, used when `Retry-After` is a date.
    fn system_time(&self) -> SystemTime;

    /// Waits for `duration`.
    fn sleep(&self, duration: Duration) -> Pin<Box<dyn Future<Output = ()> + Send + '_>>;
}

/// The system clock.
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
