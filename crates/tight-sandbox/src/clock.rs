//! The sandbox's clock: one that a test may give, and how far the test has moved it forward since.

use std::{
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, SystemTime},
};

pub(crate) type Reading = Arc<dyn Fn() -> SystemTime + Send + Sync>;

/// The last second that the API's times can express, at the end of the year 9999.
const LAST: Duration = Duration::from_secs(253_402_300_799);

pub(crate) struct Clock {
    reading: Reading,
    advanced: Mutex<Duration>,
}

impl Clock {
    pub(crate) fn new(reading: Reading) -> Self {
        Self {
            reading,
            advanced: Mutex::default(),
        }
    }

    pub(crate) fn now(&self) -> SystemTime {
        let advanced = *self.advanced();
        let end = SystemTime::UNIX_EPOCH + LAST;
        (self.reading)().checked_add(advanced).unwrap_or(end)
    }

    pub(crate) fn advance(&self, time: Duration) {
        let mut advanced = self.advanced();
        *advanced = advanced.saturating_add(time);
    }

    fn advanced(&self) -> MutexGuard<'_, Duration> {
        self.advanced.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
