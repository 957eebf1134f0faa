//! A pace set by the user, measured with the client's clock.

use std::sync::Arc;
use std::time::{Duration, Instant};

use governor::clock::Clock as _;
use governor::middleware::NoOpMiddleware;
use governor::state::{InMemoryState, NotKeyed};
use governor::{Quota, RateLimiter};

use crate::runtime::clock::Clock;

pub(super) struct Limiter(RateLimiter<NotKeyed, InMemoryState, Since, NoOpMiddleware<Duration>>);

/// The time since the limiter was created, by the client's clock.
#[derive(Clone)]
struct Since {
    clock: Arc<dyn Clock>,
    start: Instant,
}

impl governor::clock::Clock for Since {
    type Instant = Duration;

    fn now(&self) -> Duration {
        self.clock.now().saturating_duration_since(self.start)
    }
}

impl Limiter {
    pub(super) fn new(quota: Quota, clock: Arc<dyn Clock>) -> Self {
        let start = clock.now();
        Self(RateLimiter::direct_with_clock(
            quota,
            Since { clock, start },
        ))
    }

    /// Takes a permission, or returns how long to wait for one.
    pub(super) fn take(&self) -> Option<Duration> {
        let now = self.0.clock().now();
        self.0.check().err().map(|later| later.wait_time_from(now))
    }
}
