//! Hooks for the metrics and traces of an application.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use http::StatusCode;

use super::error::ErrorKind;

/// Receives the start and end of each attempt of each call, for metrics and traces. Set it with
/// [`ClientBuilder::observer`](crate::ClientBuilder::observer) or [`CallOptions::observer`](crate::CallOptions::observer).
///
/// An observer receives no bodies, no header values and no ids of users or entities. Its methods run inside the call: keep them
/// fast. A panic in a method propagates through the call.
///
/// ```
/// use tight_api::{Attempt, AttemptEnd, Observer};
///
/// struct Metrics;
///
/// impl Observer for Metrics {
///     fn attempt_ended(&self, attempt: &Attempt, end: &AttemptEnd) {
///         let status = end.status.map_or(0, |status| status.as_u16());
///         println!("{} attempt {}: {status} after {:?}", attempt.operation, attempt.number, end.elapsed);
///     }
/// }
/// # let _ = Metrics;
/// ```
pub trait Observer: Send + Sync {
    /// Called before the request of an attempt is sent.
    fn attempt_started(&self, attempt: &Attempt) {
        let _ = attempt;
    }

    /// Called when an attempt has ended, once for each [`attempt_started`](Self::attempt_started), also if the call was dropped.
    fn attempt_ended(&self, attempt: &Attempt, end: &AttemptEnd) {
        let _ = (attempt, end);
    }

    /// A call has ended, with all its attempts, and its response was decoded: also if nothing was sent, if a success status came with a
    /// body that says failure or cannot be decoded, or if the call was dropped.
    fn call_ended(&self, call: &Call, end: &CallEnd) {
        let _ = (call, end);
    }

    /// Called when a call starts to wait before its next attempt. Called again if the wait is extended.
    fn waiting(&self, wait: &Wait) {
        let _ = wait;
    }
}

/// An attempt of a call.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Attempt {
    /// The number of the call, unique in this process.
    pub call: u64,
    /// The operation id, such as `saveMessages`.
    pub operation: &'static str,
    /// The number of the attempt within the call, from 1. Each request of a batch is a call of its own.
    pub number: u32,
    /// The number of items in the request, for batches.
    pub items: Option<usize>,
}

/// How an attempt ended.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct AttemptEnd {
    /// The status of the response, if one was received.
    pub status: Option<StatusCode>,
    /// The kind of error, if no complete response was received.
    pub error: Option<ErrorKind>,
    /// The duration of the attempt. If there is neither a status nor an error, the call was dropped.
    pub elapsed: Duration,
}

/// A call: one operation, or one request of a batch.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Call {
    /// Identifies the call within this process.
    pub call: u64,
    /// The id of the operation in the specification, such as `saveMessages`.
    pub operation: &'static str,
    /// The number of items, of a request of a batch.
    pub items: Option<usize>,
}

/// How a call ended.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct CallEnd {
    /// The status of the last response, if there was one.
    pub status: Option<StatusCode>,
    /// What went wrong, if anything did. Items of a batch that were rejected are not an error of their request.
    pub error: Option<ErrorKind>,
    /// Whether the call was dropped before it had a response.
    pub was_dropped: bool,
    /// The number of attempts; 0 if nothing was sent.
    pub attempts: u32,
    /// The time that all attempts took, and the waits between them.
    pub elapsed: Duration,
}

/// A wait before an attempt.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Wait {
    /// The number of the call, unique in this process.
    pub call: u64,
    /// The operation id, such as `saveMessages`.
    pub operation: &'static str,
    /// The reason for the wait.
    pub reason: WaitReason,
    /// The duration of the wait.
    pub time: Duration,
}

/// The reason for a wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum WaitReason {
    /// The backoff before a retry.
    Backoff,
    /// The rate limit of the token: Tight asked to wait, or the next request would exceed the limit that the client has learned.
    RateLimit,
    /// The [`Pace`](crate::Pace) that was set for the client.
    Pace,
}

/// The observer of a call, if there is one.
#[derive(Clone, Default)]
pub(crate) struct OptionalObserver(pub(crate) Option<Arc<dyn Observer>>);

impl OptionalObserver {
    /// Returns the number of a new call; 0 without an observer.
    pub(crate) fn call(&self) -> u64 {
        static CALLS: AtomicU64 = AtomicU64::new(1);
        match self.0 {
            Some(_) => CALLS.fetch_add(1, Ordering::Relaxed),
            None => 0,
        }
    }
}

impl fmt::Debug for OptionalObserver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_some() {
            "Some(…)"
        } else {
            "None"
        })
    }
}
