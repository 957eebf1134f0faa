//! The request of an operation: data, of which a request over HTTP is made for each attempt.

use serde::Serialize;

use super::operation::Operation;
use super::parameter::Headers;
use crate::runtime::error::{Error, ErrorKind, Result};
use crate::runtime::transport::Transport;
use crate::runtime::upload::UploadFault;

/// The request of an operation.
pub(crate) trait Request: Send + Sync {
    const OPERATION: Operation;

    /// The operation, where only the request knows it.
    fn operation(&self) -> Operation {
        Self::OPERATION
    }

    /// The media types that its answers may have.
    const ACCEPT: &'static str = "application/json";

    /// The same, where only the request knows them.
    fn accept(&self) -> &'static str {
        Self::ACCEPT
    }

    /// The server that it has for itself, if it has one.
    const SERVER: Option<&'static str> = None;

    /// Refuses what must not be sent.
    fn check(&self) -> Result<()> {
        Ok(())
    }

    /// The parameters that are sent in headers.
    fn headers(&self) -> Headers {
        Headers::new()
    }

    /// Whether it can be sent again. What is read from a stream may be gone.
    fn is_repeatable(&self) -> bool {
        true
    }

    /// Takes why a file that it sends could not be read, the last time that it was sent.
    fn take_upload_fault(&self) -> Option<UploadFault> {
        None
    }

    /// The address that its path is appended to. One that the client was told is kept to.
    fn base_url(api: &Transport) -> &str {
        match Self::SERVER {
            Some(server) if !api.is_told_where => server,
            _ => &api.base_url,
        }
    }

    /// Makes the request over HTTP, without what says who is calling.
    fn build(
        &self,
        api: &Transport,
    ) -> impl Future<Output = Result<reqwest::Request, Unsendable>> + Send;
}

/// Adds a body that may be left out.
#[allow(dead_code)]
pub(crate) fn optional_json<T: Serialize>(
    request: reqwest::RequestBuilder,
    body: Option<&T>,
) -> reqwest::RequestBuilder {
    match body {
        Some(body) => request.json(body),
        None => request,
    }
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
