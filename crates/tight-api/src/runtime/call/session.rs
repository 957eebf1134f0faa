//! What a call needs from its client: transport, identity and options.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use http::HeaderMap;

use crate::runtime::identity::Identity;
use crate::runtime::observer::OptionalObserver;
use crate::runtime::retry::RetryPolicy;
use crate::runtime::transport::Transport;

/// A transport, an identity and options. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Session {
    pub(crate) transport: Arc<Transport>,
    pub(crate) identity: Identity,
    pub(crate) options: Arc<Options>,
}

/// Settings that can differ from call to call.
#[derive(Clone, Debug)]
pub(crate) struct Options {
    pub(crate) retry: RetryPolicy,
    pub(crate) attempt_timeout: Duration,
    pub(crate) total_timeout: Duration,
    pub(crate) request_size: usize,
    pub(crate) in_flight: usize,
    /// Headers of each request, beside those of the operation.
    pub(crate) headers: HeaderMap,
    pub(crate) observer: OptionalObserver,
    /// The most bytes of a raw body to keep, if any.
    pub(crate) keep_body: Option<usize>,
}

/// Does not show the identity.
impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Session")
            .field("base_url", &self.transport.base_url)
            .field("options", &self.options)
            .finish_non_exhaustive()
    }
}
