//! One attempt on its way. The generated client runs the hooks here around every request.

use std::time::Duration;

use http::HeaderValue;
use http::header::AUTHORIZATION;
use progenitor_client::{ClientHooks, Error, OperationInfo};
use reqwest::Request;

use crate::generated::operations;

/// What an attempt carries through the generated client.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    /// Sensitive: `Debug` does not show it.
    pub(crate) authorization: HeaderValue,
    /// How long the attempt may take.
    pub(crate) timeout: Duration,
}

impl ClientHooks<Call> for operations::Client {
    async fn pre<E>(&self, request: &mut Request, _: &OperationInfo) -> Result<(), Error<E>> {
        request
            .headers_mut()
            .insert(AUTHORIZATION, self.inner.authorization.clone());
        *request.timeout_mut() = Some(self.inner.timeout);
        Ok(())
    }
}
