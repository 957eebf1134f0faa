//! How much memory a process has, where the system tells.

use std::fmt;

/// The resident memory of a process in KiB; nothing where `/proc` does not exist or the process has ended.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Memory(Option<u64>);

impl Memory {
    /// Of a process by its id.
    pub(crate) fn of(process: u32) -> Self {
        let status = std::fs::read_to_string(format!("/proc/{process}/status"));
        let status = status.unwrap_or_default();
        let resident = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let number = resident.and_then(|resident| resident.split_whitespace().next());
        Self(number.and_then(|number| number.parse().ok()))
    }

    pub(crate) fn max(self, other: Self) -> Self {
        Self(self.0.max(other.0))
    }
}

impl fmt::Display for Memory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            Some(kib) => write!(f, "{:>4} MiB", kib / 1024),
            None => write!(f, "unknown"),
        }
    }
}
