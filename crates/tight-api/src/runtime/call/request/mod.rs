//! The request of an operation, as data. Each attempt builds an HTTP request from it.

#[allow(dead_code, reason = "the document decides which parameters there are")]
pub(crate) mod parameter;
pub(crate) mod path;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use serde::Serialize;

use super::operation::Operation;
use crate::runtime::error::{Error, ErrorKind, Result};
use crate::runtime::transport::Transport;
use crate::runtime::upload::UploadError;
use parameter::Headers;

/// The request of an operation.
pub(crate) trait Request: Send + Sync {
    const OPERATION: Operation;

    /// The operation, if it depends on the request.
    fn operation(&self) -> Operation {
        Self::OPERATION
    }

    /// The accepted media types.
    const ACCEPT: &'static str = "application/json";

    /// The accepted media types, if they depend on the request.
    fn accept(&self) -> &'static str {
        Self::ACCEPT
    }

    /// The server of this operation, if it differs from the base URL.
    const SERVER: Option<&'static str> = None;

    /// Checks the request before it is sent.
    fn check(&self) -> Result<()> {
        Ok(())
    }

    /// The header parameters.
    fn headers(&self) -> Headers {
        Headers::new()
    }

    /// Whether it can be sent again. A stream can be consumed.
    fn is_repeatable(&self) -> bool {
        true
    }

    /// Takes the error of reading a file in the last attempt.
    fn take_upload_error(&self) -> Option<UploadError> {
        None
    }

    /// The base URL of the request. A custom base URL takes precedence.
    fn base_url(api: &Transport) -> &str {
        match Self::SERVER {
            Some(server) if !api.has_custom_base_url => server,
            _ => &api.base_url,
        }
    }

    /// Builds the HTTP request, without authorization.
    fn build(
        &self,
        api: &Transport,
    ) -> impl Future<Output = Result<reqwest::Request, BuildError>> + Send;
}

/// A request of whatever operation, so that what sends it exists once, and not for each operation of a program.
pub(in crate::runtime::call) trait AnyRequest: Send + Sync {
    fn operation(&self) -> Operation;
    fn accept(&self) -> &'static str;
    fn check(&self) -> Result<()>;
    fn headers(&self) -> Headers;
    fn is_repeatable(&self) -> bool;
    fn take_upload_error(&self) -> Option<UploadError>;
    fn build<'a>(
        &'a self,
        api: &'a Transport,
    ) -> BoxFuture<'a, Result<reqwest::Request, BuildError>>;
}

impl<R: Request> AnyRequest for R {
    fn operation(&self) -> Operation {
        Request::operation(self)
    }

    fn accept(&self) -> &'static str {
        Request::accept(self)
    }

    fn check(&self) -> Result<()> {
        Request::check(self)
    }

    fn headers(&self) -> Headers {
        Request::headers(self)
    }

    fn is_repeatable(&self) -> bool {
        Request::is_repeatable(self)
    }

    fn take_upload_error(&self) -> Option<UploadError> {
        Request::take_upload_error(self)
    }

    fn build<'a>(
        &'a self,
        api: &'a Transport,
    ) -> BoxFuture<'a, Result<reqwest::Request, BuildError>> {
        Request::build(self, api).boxed()
    }
}

/// Adds an optional body.
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

/// Why the HTTP request cannot be built.
pub(crate) enum BuildError {
    /// An error of the HTTP client.
    Http(reqwest::Error),
    /// An error of this crate.
    Reason(String),
}

impl BuildError {
    pub(in crate::runtime::call) fn into_error(self) -> Error {
        match self {
            Self::Http(cause) => {
                Error::new(ErrorKind::InvalidRequest, "the request could not be built")
                    .caused_by(cause.without_url())
            }
            Self::Reason(reason) => Error::new(ErrorKind::InvalidRequest, reason),
        }
    }
}

impl From<reqwest::Error> for BuildError {
    fn from(error: reqwest::Error) -> Self {
        Self::Http(error)
    }
}

impl From<String> for BuildError {
    fn from(reason: String) -> Self {
        Self::Reason(reason)
    }
}
