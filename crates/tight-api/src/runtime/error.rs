//! The error type of the client.

use std::borrow::Cow;
use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use http::{HeaderMap, StatusCode};

use super::retry::{Failure, retry_after};
use crate::api_errors::ApiErrors;
use crate::text;

/// A result with [`Error`] as its error.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// The most bytes of a body that an error keeps.
pub(crate) const BODY_CAP: usize = 64 * 1024;

/// The error of a call.
///
/// [`kind`](Self::kind) classifies it, and predicates such as [`is_rate_limited`](Self::is_rate_limited) answer common
/// questions. If a response was received, [`status`](Self::status), [`headers`](Self::headers), [`errors`](Self::errors) and
/// [`body`](Self::body) return its parts. [`is_retryable`](Self::is_retryable) and
/// [`may_have_taken_effect`](Self::may_have_taken_effect) tell whether to send the request again.
///
/// ```
/// # fn example(error: tight_api::Error) {
/// if error.is_not_found() {
///     println!("there is no such entity");
/// } else if error.is_rate_limited() {
///     println!("wait {:?}", error.retry_after());
/// } else if error.may_have_taken_effect() {
///     println!("look it up before you send it again: {error}");
/// }
/// # }
/// ```
///
/// `Display` shows one line of at most 500 characters. `Display` and `Debug` show neither bodies nor headers, since these can hold
/// confidential data.
///
/// Cloning is cheap: all items or calls that fail for one reason share one error.
#[derive(Clone)]
pub struct Error(Arc<Parts>);

#[derive(Clone)]
struct Parts {
    kind: ErrorKind,
    message: String,
    operation: Option<&'static str>,
    may_have_taken_effect: bool,
    /// Overrides what the kind and the status say about retries.
    is_retryable: Option<bool>,
    /// How long to wait, where no response says so.
    wait: Option<Duration>,
    status: Option<StatusCode>,
    headers: HeaderMap,
    errors: ApiErrors,
    body: Bytes,
    body_is_truncated: bool,
    path: Option<String>,
    source: Option<Arc<dyn StdError + Send + Sync>>,
}

/// The kind of an [`Error`]: what happened, and what to do about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The settings of the client are invalid or contradictory. Nothing was sent.
    ///
    /// Change the setting that the message names.
    Configuration,
    /// No access token could be obtained. The call was not sent. If the token endpoint responded, the error has the status and
    /// body of that response.
    ///
    /// Check the client id and secret, or your token source. Retry if [`Error::is_retryable`].
    Credentials,
    /// The request was refused locally, for example because of a limit above 250 or an empty id. Nothing was sent.
    ///
    /// Change the argument that the message names.
    InvalidRequest,
    /// No connection could be made, or not in time. Nothing was sent.
    ///
    /// Retry later; check the base URL, DNS, the proxy and the firewall.
    Connect,
    /// The TLS handshake failed: the client does not trust the server's certificate, or the server does not accept the client's.
    /// The server processed nothing.
    ///
    /// Change the certificates that are set on the [`ClientBuilder`](crate::ClientBuilder). Retries do not help.
    Tls,
    /// The proxy requires credentials, or rejected them (407). Nothing was sent.
    ///
    /// Set them with [`ClientBuilder::proxy_with_credentials`](crate::ClientBuilder::proxy_with_credentials).
    Proxy,
    /// The server reported that it did not process the request, or the connection closed before any of it was written.
    ///
    /// Retry: the request took no effect.
    NotProcessed,
    /// The call would have to wait too long for the rate limit of its token, or for the client's [`Pace`](crate::Pace). Nothing
    /// was sent.
    ///
    /// Retry later, send fewer requests, or raise [`RetryPolicy::longest_retry_after`](crate::RetryPolicy::longest_retry_after) or
    /// the total timeout.
    RateLimited,
    /// No response was received in time.
    ///
    /// Retry calls that read; look up what a call that writes did ([`Error::may_have_taken_effect`]).
    Timeout,
    /// The connection was lost before the complete response was received.
    ///
    /// Retry calls that read; look up what a call that writes did ([`Error::may_have_taken_effect`]).
    Connection,
    /// Tight responded with a status other than 2xx.
    ///
    /// Read [`Error::status`] and [`Error::errors`]; retry if [`Error::is_retryable`].
    Status,
    /// Tight responded with status 2xx and the result `FAILURE` in the body.
    ///
    /// Read [`Error::errors`].
    Failure,
    /// The body of a successful response could not be decoded, or contradicts itself or the request.
    ///
    /// The call has probably taken effect: look it up. Read [`Error::path`] and [`Error::body`].
    Decode,
    /// One item of a list could not be decoded. Other items are not affected.
    ///
    /// Read [`Error::path`], and the JSON of the item in [`Error::body`].
    Item,
    /// The file to upload could not be read completely, or does not have the stated length.
    ///
    /// Check the file; an upload from a reader needs a new reader.
    Upload,
    /// Tight rejected the item. It is not saved. Batches report this as a [`Rejection`](crate::Rejection).
    ///
    /// Correct the item as [`Error::errors`] says.
    Rejected,
    /// The item was not sent, since an earlier request stopped the batch.
    ///
    /// Save it in another batch once the cause, [`source`](std::error::Error::source), is resolved.
    NotSent,
    /// The [`Journal`](crate::Journal) could not be read or written, or does not allow the item to be sent.
    ///
    /// Mend the journal's storage, open it again and resolve items that are in doubt.
    Journal,
    /// Some items of a batch were not saved. Converted from [`Incomplete`](crate::Incomplete).
    ///
    /// Read the outcome of each item, in the [`source`](std::error::Error::source).
    Incomplete,
}

impl Error {
    /// Creates an error, for tests of error handling. The `with_…` methods add the parts of a response.
    ///
    /// ```
    /// use tight_api::types::{ApiError, ApiErrorType};
    /// use tight_api::{Error, ErrorKind, StatusCode};
    ///
    /// let error = Error::new(ErrorKind::Status, "Tight responded with 409 Conflict")
    ///     .with_status(StatusCode::CONFLICT)
    ///     .with_errors([ApiError::new().type_("CONFLICT").message("already reconciled")]);
    /// assert!(error.errors().has("CONFLICT"));
    /// assert!(!error.is_retryable());
    /// assert_eq!(error.to_string(), "Tight responded with 409 Conflict: CONFLICT: already reconciled");
    /// ```
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self(Arc::new(Parts {
            kind,
            message: message.into(),
            operation: None,
            may_have_taken_effect: false,
            is_retryable: None,
            wait: None,
            status: None,
            headers: HeaderMap::new(),
            errors: ApiErrors::default(),
            body: Bytes::new(),
            body_is_truncated: false,
            path: None,
            source: None,
        }))
    }

    /// A client that cannot work as it is set up.
    pub(crate) fn configuration(message: impl Into<String>) -> Self {
        Self::new(ErrorKind::Configuration, message)
    }

    /// For building. Copies only if the error is shared.
    fn parts(&mut self) -> &mut Parts {
        Arc::make_mut(&mut self.0)
    }

    /// Sets the [operation](Self::operation), for tests.
    #[must_use]
    pub fn with_operation(self, operation: &'static str) -> Self {
        self.in_operation(operation)
    }

    /// Sets the [status](Self::status), for tests.
    #[must_use]
    pub fn with_status(mut self, status: StatusCode) -> Self {
        self.parts().status = Some(status);
        self
    }

    /// Sets the [headers](Self::headers), for tests. They are returned only if a [status](Self::with_status) is set, too.
    #[must_use]
    pub fn with_headers(mut self, headers: HeaderMap) -> Self {
        self.parts().headers = headers;
        self
    }

    /// Sets the header `Retry-After` in whole seconds, for tests. [`retry_after`](Self::retry_after) returns it only if a
    /// [status](Self::with_status) is set, too.
    #[must_use]
    pub fn with_retry_after(mut self, wait: Duration) -> Self {
        let parts = self.parts();
        parts.wait = Some(wait);
        let headers = &mut parts.headers;
        headers.insert(http::header::RETRY_AFTER, wait.as_secs().into());
        self
    }

    /// Sets the [body](Self::body), for tests.
    #[must_use]
    pub fn with_body(mut self, body: impl Into<Bytes>) -> Self {
        self.parts().body = body.into();
        self
    }

    /// Sets the [JSON path](Self::path), for tests.
    #[must_use]
    pub fn with_path(self, path: impl Into<String>) -> Self {
        self.at_path(path)
    }

    pub(crate) fn in_operation(mut self, operation: &'static str) -> Self {
        self.parts().operation = Some(operation);
        self
    }

    /// Sets whether the call [may have taken effect](Self::may_have_taken_effect), for tests.
    #[must_use]
    pub fn with_effect(mut self, may_have_taken_effect: bool) -> Self {
        self.parts().may_have_taken_effect = may_have_taken_effect;
        self
    }

    pub(crate) fn with_response(
        mut self,
        status: StatusCode,
        headers: HeaderMap,
        body: Bytes,
        is_truncated: bool,
    ) -> Self {
        let parts = self.parts();
        parts.status = Some(status);
        parts.headers = headers;
        parts.body = body;
        parts.body_is_truncated = is_truncated;
        self
    }

    /// Keeps one item of the response instead of the whole body.
    pub(crate) fn with_body_of_item(mut self, (body, is_truncated): (Bytes, bool)) -> Self {
        let parts = self.parts();
        parts.body = body;
        parts.body_is_truncated = is_truncated;
        self
    }

    /// The message and the errors, without the note about its effect.
    pub(crate) fn summary(&self) -> String {
        match self.0.errors.is_empty() {
            true => self.0.message.clone(),
            false => format!("{}: {}", self.0.message, self.0.errors),
        }
    }

    pub(crate) fn with_wait(mut self, wait: Duration) -> Self {
        self.parts().wait = Some(wait);
        self
    }

    pub(crate) fn with_retryable(mut self, is_retryable: bool) -> Self {
        self.parts().is_retryable = Some(is_retryable);
        self
    }

    /// Sets the [errors](Self::errors) that Tight returned, for tests.
    #[must_use]
    pub fn with_errors(mut self, errors: impl Into<ApiErrors>) -> Self {
        self.parts().errors = errors.into();
        self
    }

    pub(crate) fn at_path(mut self, path: impl Into<String>) -> Self {
        self.parts().path = Some(path.into());
        self
    }

    /// The error of a call whose access token could not be obtained.
    pub(crate) fn token_unavailable(cause: &Self, operation: &'static str) -> Self {
        let mut error = cause.clone();
        let parts = error.parts();
        parts.kind = ErrorKind::Credentials;
        let asking = parts
            .operation
            .map(|asking| format!("{asking}: "))
            .unwrap_or_default();
        let place = parts
            .path
            .take()
            .map(|path| format!(" at {path}"))
            .unwrap_or_default();
        parts.message = format!(
            "no access token could be obtained: {asking}{}{place}",
            parts.message
        );
        parts.operation = Some(operation);
        parts.may_have_taken_effect = false;
        parts.is_retryable = Some(cause.is_retryable());
        error.caused_by(cause.clone())
    }

    /// The error of an item that was not sent, since an earlier request of its batch failed with `cause`. That request may have
    /// taken effect; this item has not.
    pub(crate) fn not_sent(cause: &Self) -> Self {
        let what = if cause.may_have_taken_effect() {
            "may have taken effect"
        } else if cause.kind() == ErrorKind::Journal {
            "could not be recorded"
        } else {
            "failed"
        };
        let message = format!(
            "not sent, since an earlier request of the batch {what}: {}",
            cause.0.message
        );
        let mut error = Self::new(ErrorKind::NotSent, message);
        let parts = error.parts();
        parts.operation = cause.0.operation;
        parts.is_retryable = Some(cause.may_have_taken_effect() || cause.is_retryable());
        if !cause.may_have_taken_effect() {
            parts.status = cause.0.status;
            parts.headers = cause.0.headers.clone();
            parts.errors = cause.0.errors.clone();
            return error.caused_by(cause.clone());
        }
        error
    }

    pub(crate) fn caused_by(mut self, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        self.parts().source = Some(Arc::from(source.into()));
        self
    }

    /// Returns the kind of error.
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// Returns the id of the operation that failed, such as `saveMessages`.
    pub fn operation(&self) -> Option<&'static str> {
        self.0.operation
    }

    /// Returns the status of the response, if one was received.
    pub fn status(&self) -> Option<StatusCode> {
        self.0.status
    }

    /// Returns the headers of the response, if one was received.
    pub fn headers(&self) -> Option<&HeaderMap> {
        self.0.status.map(|_| &self.0.headers)
    }

    /// Returns how long to wait before a retry, from the header `Retry-After`: in seconds, or as a date relative to the response's
    /// `Date`. Of a call that was held back ([`RateLimited`](ErrorKind::RateLimited)), returns when it could have been sent.
    pub fn retry_after(&self) -> Option<Duration> {
        self.0
            .wait
            .or_else(|| retry_after(self.headers()?, SystemTime::now()))
    }

    /// Returns the errors that Tight returned: all errors of the request. Empty if there are none, or the body is not readable.
    pub fn errors(&self) -> &ApiErrors {
        &self.0.errors
    }

    /// Returns the raw body of the response, up to 64 KiB, with secrets removed. Empty if no response was received. For an
    /// [`Item`](ErrorKind::Item) error, the JSON of that item.
    pub fn body(&self) -> &[u8] {
        &self.0.body
    }

    /// Returns whether [`body`](Self::body) is incomplete: longer than 64 KiB, or cut off.
    pub fn body_is_truncated(&self) -> bool {
        self.0.body_is_truncated
    }

    /// Returns the [body](Self::body) as text, with replacement characters for invalid UTF-8.
    pub fn body_text(&self) -> Cow<'_, str> {
        String::from_utf8_lossy(&self.0.body)
    }

    /// Returns the JSON path of the value that could not be decoded, such as `data[2].statusCode`.
    pub fn path(&self) -> Option<&str> {
        self.0.path.as_deref()
    }

    /// Returns whether the call may have taken effect, so that repeating it could do it twice. Always false for calls that only read.
    pub fn may_have_taken_effect(&self) -> bool {
        self.0.may_have_taken_effect
    }

    /// Returns whether a retry may succeed and cannot take effect twice: no connection was made, the rate limit was exceeded, or a
    /// call that only reads failed on the server. An item that was not sent is retryable if the request that stopped its batch is
    /// retryable or may have taken effect.
    pub fn is_retryable(&self) -> bool {
        let may_pass = self.0.is_retryable.unwrap_or_else(|| match self.0.kind {
            ErrorKind::Connect
            | ErrorKind::NotProcessed
            | ErrorKind::RateLimited
            | ErrorKind::Timeout
            | ErrorKind::Connection => true,
            ErrorKind::Status => {
                let failure = self.0.status.and_then(Failure::of_status);
                matches!(failure, Some(Failure::RateLimit | Failure::Server))
            }
            _ => false,
        });
        may_pass && !self.may_have_taken_effect()
    }
}

impl Error {
    /// Returns whether Tight or the client's rate limit turned the call down: status 429, or kind
    /// [`RateLimited`](ErrorKind::RateLimited). Retry after [`retry_after`](Self::retry_after).
    pub fn is_rate_limited(&self) -> bool {
        self.kind() == ErrorKind::RateLimited || self.has_status(&[429])
    }

    /// Returns whether no response was received in time. A call that writes [may have taken effect](Self::may_have_taken_effect).
    pub fn is_timeout(&self) -> bool {
        self.kind() == ErrorKind::Timeout
    }

    /// Returns whether the connection failed or was lost. A call that writes
    /// [may have taken effect](Self::may_have_taken_effect) if the connection was lost.
    pub fn is_connection(&self) -> bool {
        matches!(
            self.kind(),
            ErrorKind::Connect | ErrorKind::NotProcessed | ErrorKind::Connection
        )
    }

    /// Returns whether Tight found no such entity: status 404.
    pub fn is_not_found(&self) -> bool {
        self.kind() == ErrorKind::Status && self.has_status(&[404])
    }

    /// Returns whether the credentials were rejected, do not permit the call, or yield no token: status 401 or 403, or kind
    /// [`Credentials`](ErrorKind::Credentials) where a retry does not help.
    pub fn is_auth(&self) -> bool {
        match self.kind() {
            ErrorKind::Credentials => !self.is_retryable(),
            _ => self.has_status(&[401, 403]),
        }
    }

    /// Returns whether the settings of the client must change: kind [`Configuration`](ErrorKind::Configuration),
    /// [`Tls`](ErrorKind::Tls) or [`Proxy`](ErrorKind::Proxy).
    pub fn is_configuration(&self) -> bool {
        matches!(
            self.kind(),
            ErrorKind::Configuration | ErrorKind::Tls | ErrorKind::Proxy
        )
    }

    /// Returns whether the request or item must change before it is sent again: Tight rejected it (kind
    /// [`Rejected`](ErrorKind::Rejected), or status 400, 409 or 422), or the client refused to send it
    /// ([`InvalidRequest`](ErrorKind::InvalidRequest)). [`errors`](Self::errors) returns Tight's reasons.
    pub fn is_invalid(&self) -> bool {
        match self.kind() {
            ErrorKind::Rejected | ErrorKind::InvalidRequest => true,
            ErrorKind::Status => self.has_status(&[400, 409, 422]),
            _ => false,
        }
    }

    fn has_status(&self, statuses: &[u16]) -> bool {
        self.status()
            .is_some_and(|status| statuses.contains(&status.as_u16()))
    }
}

/// Shows the operation, the message and the errors in one line of at most 500 characters.
impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let doubt = self.doubt();
        text::line(f, text::LINE - doubt.len(), |line| self.write(line))?;
        f.write_str(doubt)
    }
}

impl Error {
    /// The suffix of the line if the call may have taken effect. Never cut off.
    pub(crate) fn doubt(&self) -> &'static str {
        if self.may_have_taken_effect() {
            " (it may have taken effect)"
        } else {
            ""
        }
    }

    /// Writes the line without the suffix; the caller limits its length.
    pub(crate) fn write(&self, line: &mut dyn fmt::Write) -> fmt::Result {
        /// Object keys can have any length.
        const PATH: usize = 120;
        if let Some(operation) = self.0.operation {
            write!(line, "{operation}: ")?;
        }
        line.write_str(&self.0.message)?;
        if let Some(path) = &self.0.path {
            line.write_str(" at ")?;
            text::line(line, PATH, |line| line.write_str(path))?;
        }
        if !self.0.errors.is_empty() {
            line.write_str(": ")?;
            self.0.errors.write(line)?;
        }
        Ok(())
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Error")
            .field("kind", &self.0.kind)
            .field("message", &self.to_string())
            .field("status", &self.0.status)
            .field("body_bytes", &self.0.body.len())
            .field("source", &self.0.source)
            .finish_non_exhaustive()
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.source.as_deref().map(|source| source as _)
    }
}

impl ErrorKind {
    /// The name in traces.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Configuration => "configuration",
            Self::Credentials => "credentials",
            Self::InvalidRequest => "invalid_request",
            Self::Connect => "connect",
            Self::Tls => "tls",
            Self::Proxy => "proxy",
            Self::NotProcessed => "not_processed",
            Self::RateLimited => "rate_limited",
            Self::Timeout => "timeout",
            Self::Connection => "connection",
            Self::Status => "status",
            Self::Failure => "failure",
            Self::Decode => "decode",
            Self::Item => "item",
            Self::Upload => "upload",
            Self::Rejected => "rejected",
            Self::NotSent => "not_sent",
            Self::Journal => "journal",
            Self::Incomplete => "incomplete",
        }
    }
}
