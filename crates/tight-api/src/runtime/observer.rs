//! Who wants to know of each attempt: metrics and traces of an application.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use http::StatusCode;

use super::error::ErrorKind;

/// Sees each attempt of each call begin and end, for metrics and traces: set it with
/// [`ClientBuilder::observer`](crate::ClientBuilder::observer) or [`CallOptions::observer`](crate::CallOptions::observer).
///
/// It gets no body, no header value and no id of a user or an entity. Its methods run within the call, so they should be quick; a
/// call ends with whatever they panic with.
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
    /// An attempt begins: its request is about to be sent.
    fn attempt_started(&self, attempt: &Attempt) {
        let _ = attempt;
    }

    /// An attempt has ended, which began with [`attempt_started`](Self::attempt_started).
    fn attempt_ended(&self, attempt: &Attempt, end: &AttemptEnd) {
        let _ = (attempt, end);
    }

    /// A call begins to wait before its next attempt. It may be told several times for one wait, which gets longer.
    fn waiting(&self, wait: &Wait) {
        let _ = wait;
    }
}

/// An attempt of a call.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Attempt {
    /// Tells the calls of this process apart.
    pub call: u64,
    /// The operation, by its id in the specification, such as `saveMessages`.
    pub operation: &'static str,
    /// Counts the attempts of the call, from 1. Of a batch, each request is a call.
    pub number: u32,
    /// How many items a batch's request has.
    pub items: Option<usize>,
}

/// How an attempt ended.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct AttemptEnd {
    /// The status of the answer, if one came.
    pub status: Option<StatusCode>,
    /// What went wrong, if no whole answer came.
    pub error: Option<ErrorKind>,
    /// How long it took. With neither status nor error, the call was dropped then.
    pub elapsed: Duration,
}

/// A wait before an attempt.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Wait {
    /// Tells the calls of this process apart.
    pub call: u64,
    /// The operation, by its id in the specification.
    pub operation: &'static str,
    /// What the call waits for.
    pub reason: WaitReason,
    /// How long it waits.
    pub time: Duration,
}

/// What a call waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum WaitReason {
    /// The backoff before another attempt.
    Backoff,
    /// Tight has asked all calls of the token to wait, or would if more were sent.
    RateLimit,
    /// The client's [`Pace`](crate::Pace).
    Pace,
}

/// The observer of a call, if there is one.
#[derive(Clone, Default)]
pub(crate) struct Observing(pub(crate) Option<Arc<dyn Observer>>);

impl Observing {
    /// The number of a call.
    pub(crate) fn call(&self) -> u64 {
        static CALLS: AtomicU64 = AtomicU64::new(1);
        match self.0 {
            Some(_) => CALLS.fetch_add(1, Ordering::Relaxed),
            None => 0,
        }
    }
}

impl fmt::Debug for Observing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_some() {
            "Some(…)"
        } else {
            "None"
        })
    }
}
