//! One attempt on its way: a request, sent once through the generated client, which runs the hooks here around it.

use std::time::Duration;

use http::HeaderValue;
use http::header::AUTHORIZATION;
use progenitor_client::{ByteStream, ClientHooks, Error, OperationInfo, ResponseValue};

use super::operation::Operation;
use crate::generated::operations;

/// What the generated client returns: a success as bytes, any other status as an unread response.
pub(crate) type Sent = Result<ResponseValue<ByteStream>, Error<()>>;

/// The request of an operation.
pub(crate) trait Request: Send + Sync {
    const OPERATION: Operation;

    /// Refuses what must not be sent.
    fn check(&self) -> crate::error::Result<()> {
        Ok(())
    }

    /// Whether it can be sent again. What is read from a stream may be gone.
    fn is_repeatable(&self) -> bool {
        true
    }

    /// Sends it once, through the generated client.
    fn send(&self, client: &operations::Client) -> impl Future<Output = Sent> + Send;
}

/// What an attempt carries through the generated client.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    /// Sensitive: `Debug` does not show it.
    pub(crate) authorization: HeaderValue,
    /// How long the attempt may take.
    pub(crate) timeout: Duration,
}

impl ClientHooks<Call> for operations::Client {
    async fn pre<E>(
        &self,
        request: &mut reqwest::Request,
        _: &OperationInfo,
    ) -> Result<(), Error<E>> {
        request
            .headers_mut()
            .insert(AUTHORIZATION, self.inner.authorization.clone());
        *request.timeout_mut() = Some(self.inner.timeout);
        Ok(())
    }
}
