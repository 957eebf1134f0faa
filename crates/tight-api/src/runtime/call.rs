//! One attempt on its way: a request, sent once through the generated client, which runs the hooks here around it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Instant;

use http::HeaderValue;
use http::header::AUTHORIZATION;
use progenitor_client::{ByteStream, ClientHooks, Error, OperationInfo, ResponseValue};

use super::operation::Operation;
use crate::generated::operations;
use crate::upload::UploadFault;

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

    /// Why a file that it sends could not be read, the last time that it was sent.
    fn fault(&self) -> Option<UploadFault> {
        None
    }

    /// Sends it once, through the generated client.
    fn send(&self, client: &operations::Client) -> impl Future<Output = Sent> + Send;
}

/// What an attempt carries through the generated client.
#[derive(Clone, Debug)]
pub(crate) struct Call {
    /// Sensitive: `Debug` does not show it.
    pub(crate) authorization: HeaderValue,
    /// When the attempt must be at its end.
    pub(crate) deadline: Instant,
    /// Whether anything of it has been sent.
    pub(crate) sent: Arc<AtomicBool>,
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
        *request.timeout_mut() = Some(
            self.inner
                .deadline
                .saturating_duration_since(Instant::now()),
        );
        self.inner.sent.store(true, Ordering::SeqCst);
        Ok(())
    }
}
