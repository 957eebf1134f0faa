//! Measures wall time, and the CPU time of this thread.

use std::ops::Add;
use std::time::{Duration, Instant};

/// The time that something took.
#[derive(Clone, Copy, Debug, Default)]
pub struct Spent {
    /// Wall time.
    pub wall: Duration,
    /// CPU time of this thread; wall time where the system cannot tell.
    pub cpu: Duration,
}

impl Add for Spent {
    type Output = Self;

    fn add(self, baseline: Self) -> Self {
        Self {
            wall: self.wall + baseline.wall,
            cpu: self.cpu + baseline.cpu,
        }
    }
}

/// Measures `work`.
pub fn spent(work: impl FnOnce()) -> Spent {
    let (wall, cpu) = (Instant::now(), thread_time());
    work();
    let wall = wall.elapsed();
    let cpu = cpu
        .zip(thread_time())
        .map(|(before, after)| after.saturating_sub(before));
    Spent {
        wall,
        cpu: cpu.unwrap_or(wall),
    }
}

#[cfg(unix)]
fn thread_time() -> Option<Duration> {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    Some(Duration::new(
        time.tv_sec.try_into().ok()?,
        time.tv_nsec.try_into().ok()?,
    ))
}

#[cfg(not(unix))]
fn thread_time() -> Option<Duration> {
    None
}
