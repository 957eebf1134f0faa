//! Time that goes by, and time of this thread alone.

use std::ops::Add;
use std::time::{Duration, Instant};

/// What something took.
#[derive(Clone, Copy, Debug, Default)]
pub struct Spent {
    /// On the clock on the wall.
    pub wall: Duration,
    /// On the processor, for this thread. Where the system does not tell, what it took on the wall.
    pub cpu: Duration,
}

impl Add for Spent {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self {
            wall: self.wall + other.wall,
            cpu: self.cpu + other.cpu,
        }
    }
}

/// What `work` takes.
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
