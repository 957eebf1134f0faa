//! What the sandbox takes from clients, so that no client can stop it from serving others.

use std::time::Duration;

/// How many bytes the head of a request may have. Over HTTP/2, each header counts 32 bytes more.
pub(crate) const HEAD_BYTES: u32 = 64 * 1024;

/// How many headers a request may have.
pub(crate) const HEADERS: usize = 100;

/// The limits that a test can set.
#[derive(Clone, Copy)]
pub(crate) struct Limits {
    /// How many connections there may be at a time.
    pub(crate) connections: usize,
    /// How many requests there may be at a time on a connection of HTTP/2.
    pub(crate) streams: u32,
    /// How long the sandbox waits for a client.
    pub(crate) idle: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            // With both ends in one process, this is less than the 1,024 files that a process can usually open.
            connections: 500,
            streams: 200,
            // Longer than HTTP clients keep connections for, so that none is closed when they are about to use it.
            idle: Duration::from_secs(120),
        }
    }
}
