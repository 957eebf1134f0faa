//! Time that passes when it is told to.

use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant, SystemTime};

use tight_api::Clock;

/// A clock that jumps over every wait, and remembers it.
#[derive(Clone)]
pub(crate) struct ManualClock {
    start: Instant,
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    passed: Duration,
    slept: Vec<Duration>,
}

impl ManualClock {
    pub(crate) fn new() -> Self {
        Self {
            start: Instant::now(),
            state: Arc::default(),
        }
    }

    /// Lets time pass.
    pub(crate) fn advance(&self, time: Duration) {
        self.state.lock().unwrap().passed += time;
    }

    /// Every wait so far.
    pub(crate) fn slept(&self) -> Vec<Duration> {
        self.state.lock().unwrap().slept.clone()
    }

    fn passed(&self) -> Duration {
        self.state.lock().unwrap().passed
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Instant {
        self.start + self.passed()
    }

    /// Begins on Sun, 06 Nov 1994 08:49:37 GMT.
    fn system_time(&self) -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(784_111_777) + self.passed()
    }

    fn sleep(&self, duration: Duration) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        let mut state = self.state.lock().unwrap();
        state.passed += duration;
        state.slept.push(duration);
        Box::pin(std::future::ready(()))
    }
}
