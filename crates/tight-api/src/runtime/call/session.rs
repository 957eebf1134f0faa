//! What a call has from its client: a transport, who is calling, and how patient to be.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use http::HeaderMap;

use crate::runtime::identity::Identity;
use crate::runtime::observer::Observing;
use crate::runtime::retry::RetryPolicy;
use crate::runtime::transport::Transport;

/// A transport, and who is calling. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Session {
    pub(crate) transport: Arc<Transport>,
    pub(crate) identity: Identity,
    pub(crate) options: Arc<Options>,
}

/// What may differ from call to call.
#[derive(Clone, Debug)]
pub(crate) struct Options {
    pub(crate) retry: RetryPolicy,
    pub(crate) attempt_timeout: Duration,
    pub(crate) total_timeout: Duration,
    pub(crate) request_size: usize,
    pub(crate) in_flight: usize,
    /// Sent with each request, beside what the operation has of its own.
    pub(crate) headers: HeaderMap,
    pub(crate) observer: Observing,
    /// How much of the body of an answer is kept as it came, if any.
    pub(crate) keep_body: Option<usize>,
}

/// Without who is calling.
impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session")
            .field("base_url", &self.transport.base_url)
            .field("options", &self.options)
            .finish_non_exhaustive()
    }
}
