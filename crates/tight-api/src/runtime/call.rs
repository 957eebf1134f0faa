//! One call in flight.
//!
//! The generated client runs the hooks here around every request. They put the credentials on; retries and the renewal of
//! tokens belong into `exec`, which may send a request more than once.

use std::sync::Arc;

use http::HeaderValue;
use http::header::AUTHORIZATION;
use progenitor_client::{ClientHooks, Error, OperationInfo};
use reqwest::Request;

use crate::generated::operations;

/// What all calls of a client share.
#[derive(Debug)]
pub(crate) struct Settings {
    pub(crate) http: reqwest::Client,
    pub(crate) base_url: String,
    /// Sensitive: `Debug` does not show it.
    pub(crate) authorization: HeaderValue,
    pub(crate) batch_size: usize,
}

/// What a call carries through the generated client.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    settings: Arc<Settings>,
}

impl Call {
    /// The generated client for one call.
    pub(crate) fn client(settings: &Arc<Settings>) -> operations::Client {
        let call = Self {
            settings: Arc::clone(settings),
        };
        operations::Client::new_with_client(&settings.base_url, settings.http.clone(), call)
    }
}

impl ClientHooks<Call> for operations::Client {
    async fn pre<E>(&self, request: &mut Request, _: &OperationInfo) -> Result<(), Error<E>> {
        request
            .headers_mut()
            .insert(AUTHORIZATION, self.inner.settings.authorization.clone());
        Ok(())
    }
}
