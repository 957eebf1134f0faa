//! The request of an operation: data, of which a request over HTTP is made for each attempt.

use super::operation::Operation;
use crate::runtime::error::{Error, ErrorKind, Result};
use crate::runtime::transport::Transport;
use crate::runtime::upload::UploadFault;

/// The request of an operation.
pub(crate) trait Request: Send + Sync {
    const OPERATION: Operation;

    /// Refuses what must not be sent.
    fn check(&self) -> Result<()> {
        Ok(())
    }

    /// Whether it can be sent again. What is read from a stream may be gone.
    fn is_repeatable(&self) -> bool {
        true
    }

    /// Takes why a file that it sends could not be read, the last time that it was sent.
    fn take_upload_fault(&self) -> Option<UploadFault> {
        None
    }

    /// Makes the request over HTTP, without what says who is calling.
    fn build(
        &self,
        api: &Transport,
    ) -> impl Future<Output = Result<reqwest::Request, Unsendable>> + Send;
}

/// Why no request can be made.
pub(crate) enum Unsendable {
    /// The HTTP client says so.
    Http(reqwest::Error),
    /// We do.
    Because(String),
}

impl Unsendable {
    pub(super) fn into_error(self) -> Error {
        match self {
            Self::Http(cause) => {
                Error::new(ErrorKind::InvalidRequest, "the request could not be made")
                    .caused_by(cause.without_url())
            }
            Self::Because(reason) => Error::new(ErrorKind::InvalidRequest, reason),
        }
    }
}

impl From<reqwest::Error> for Unsendable {
    fn from(error: reqwest::Error) -> Self {
        Self::Http(error)
    }
}

impl From<String> for Unsendable {
    fn from(reason: String) -> Self {
        Self::Because(reason)
    }
}
