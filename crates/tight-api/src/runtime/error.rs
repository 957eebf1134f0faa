//! What went wrong, for the person or program that has to act on it.

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

/// The result of everything that can fail in this crate.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// How much of an answer's body an error keeps.
pub(crate) const BODY_CAP: usize = 64 * 1024;

/// What went wrong, with all that is known about it.
///
/// [`kind`](Self::kind) says what happened. For an answer, [`status`](Self::status), [`headers`](Self::headers),
/// [`errors`](Self::errors) and [`body`](Self::body) say what Tight sent, readable or not. And
/// [`may_have_taken_effect`](Self::may_have_taken_effect) says whether it is safe to try again.
///
/// `Display` is one line of at most 500 characters. Neither `Display` nor `Debug` shows a body or a header: both may hold what
/// is not for a log.
///
/// Cheap to clone: where one fault concerns many items or calls, each of them has it.
#[derive(Clone)]
pub struct Error(Arc<Parts>);

#[derive(Clone)]
struct Parts {
    kind: ErrorKind,
    message: String,
    operation: Option<&'static str>,
    may_have_taken_effect: bool,
    /// Whether trying again may help, where the kind and the status do not say.
    is_retryable: Option<bool>,
    status: Option<StatusCode>,
    headers: HeaderMap,
    errors: ApiErrors,
    body: Bytes,
    body_is_truncated: bool,
    path: Option<String>,
    source: Option<Arc<dyn StdError + Send + Sync>>,
}

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The client was set up in a way that cannot work. Nothing was sent.
    Configuration,
    /// No access token could be obtained. The call was not sent; if Tight answered the request for the token, its status
    /// and body are here.
    Credentials,
    /// The request is one that this crate does not send. Nothing was sent.
    InvalidRequest,
    /// No connection could be made, or not in time. Nothing was sent.
    Connect,
    /// TLS could not be agreed on: the server's certificate is not trusted, or the server does not accept the client's. The
    /// server processed nothing. Not retried: change the certificates that the [`ClientBuilder`](crate::ClientBuilder) sets.
    Tls,
    /// The proxy asks for credentials. Nothing was sent.
    Proxy,
    /// The server said that it did not process the request, or the connection closed before any of it was written.
    NotProcessed,
    /// All calls of the token wait since Tight has turned one of them down for its rate limit, or for the client's
    /// [`Pace`](crate::Pace), and this one would have to wait for longer than it may. Nothing was sent.
    RateLimited,
    /// There was no answer in time.
    Timeout,
    /// The connection was lost before the whole answer had come.
    Connection,
    /// Tight answered with a status that is not a success.
    Status,
    /// Tight answered with a success status and a body that says failure.
    Failure,
    /// Tight answered with a success that cannot be read, or that cannot be what it says.
    Decode,
    /// One item of a page cannot be read. The items around it can.
    Item,
    /// The file to upload cannot be read, or not to its end, or is not as long as was said.
    Upload,
    /// Tight judged the item, and did not save it. Of a batch, see [`Rejection`](crate::Rejection).
    Rejected,
    /// The item was not sent, since an earlier request of the batch put an end to it.
    NotSent,
    /// What was about to be sent, or what became of it, could not be recorded in the [`Journal`](crate::Journal).
    Journal,
    /// Some items of a batch were not saved. Made from [`Incomplete`](crate::Incomplete).
    Incomplete,
}

impl Error {
    /// Creates an error, for tests of code that handles errors. The methods `with_…` add to it what an answer would have.
    ///
    /// ```
    /// use tight_api::types::{ApiError, ApiErrorType};
    /// use tight_api::{Error, ErrorKind, StatusCode};
    ///
    /// let error = Error::new(ErrorKind::Status, "Tight answered 409 Conflict")
    ///     .with_status(StatusCode::CONFLICT)
    ///     .with_errors([ApiError::new().type_("CONFLICT").message("already reconciled")]);
    /// assert!(error.errors().has("CONFLICT"));
    /// assert!(!error.is_retryable());
    /// assert_eq!(error.to_string(), "Tight answered 409 Conflict: CONFLICT: already reconciled");
    /// ```
    pub fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self(Arc::new(Parts {
            kind,
            message: message.into(),
            operation: None,
            may_have_taken_effect: false,
            is_retryable: None,
            status: None,
            headers: HeaderMap::new(),
            errors: ApiErrors::default(),
            body: Bytes::new(),
            body_is_truncated: false,
            path: None,
            source: None,
        }))
    }

    /// For building: as long as nobody else has the error, nothing is copied.
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

    /// Sets the [headers](Self::headers), for tests. They show once there is a [status](Self::with_status), too.
    #[must_use]
    pub fn with_headers(mut self, headers: HeaderMap) -> Self {
        self.parts().headers = headers;
        self
    }

    /// Sets how long the server asks to wait, for tests: the header `Retry-After`, in whole seconds.
    /// [`retry_after`](Self::retry_after) returns it once there is a [status](Self::with_status), too.
    #[must_use]
    pub fn with_retry_after(mut self, wait: Duration) -> Self {
        let headers = &mut self.parts().headers;
        headers.insert(http::header::RETRY_AFTER, wait.as_secs().into());
        self
    }

    /// Sets the [body](Self::body), for tests.
    #[must_use]
    pub fn with_body(mut self, body: impl Into<Bytes>) -> Self {
        self.parts().body = body.into();
        self
    }

    /// Sets the [path](Self::path) in the body, for tests.
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

    pub(crate) fn with_answer(
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

    /// With one item of the answer in place of its whole body.
    pub(crate) fn with_body_of_item(mut self, (body, is_truncated): (Bytes, bool)) -> Self {
        let parts = self.parts();
        parts.body = body;
        parts.body_is_truncated = is_truncated;
        self
    }

    /// What happened, without whether it took effect.
    pub(crate) fn summary(&self) -> String {
        match self.0.errors.is_empty() {
            true => self.0.message.clone(),
            false => format!("{}: {}", self.0.message, self.0.errors),
        }
    }

    pub(crate) fn with_retryable(mut self, is_retryable: bool) -> Self {
        self.parts().is_retryable = Some(is_retryable);
        self
    }

    /// Sets [what Tight says is wrong](Self::errors), for tests.
    #[must_use]
    pub fn with_errors(mut self, errors: impl Into<ApiErrors>) -> Self {
        self.parts().errors = errors.into();
        self
    }

    pub(crate) fn at_path(mut self, path: impl Into<String>) -> Self {
        self.parts().path = Some(path.into());
        self
    }

    /// The error of a call that needed an access token, made from the error of obtaining it.
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

    /// The error of an item that was not sent, since an earlier request of its batch came to `cause`. What is in doubt there is
    /// not in doubt here.
    pub(crate) fn not_sent(cause: &Self) -> Self {
        let what = if cause.may_have_taken_effect() {
            "ended in doubt"
        } else if cause.kind() == ErrorKind::Journal {
            "could not be recorded"
        } else {
            "was not accepted"
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

    /// Returns what happened.
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// Returns the operation that failed, by its id in the specification, such as `saveMessages`.
    pub fn operation(&self) -> Option<&'static str> {
        self.0.operation
    }

    /// Returns the status of the answer, if one came.
    pub fn status(&self) -> Option<StatusCode> {
        self.0.status
    }

    /// Returns the headers of the answer, if one came.
    pub fn headers(&self) -> Option<&HeaderMap> {
        self.0.status.map(|_| &self.0.headers)
    }

    /// Returns how long the server asks to wait before the request is sent again: its `Retry-After`, in seconds or as a date,
    /// which is measured against the answer's own `Date`.
    pub fn retry_after(&self) -> Option<Duration> {
        retry_after(self.headers()?, SystemTime::now())
    }

    /// Returns what Tight says is wrong, as far as the answer was readable: all faults of the request at once.
    pub fn errors(&self) -> &ApiErrors {
        &self.0.errors
    }

    /// Returns the body of the answer as it came, cut after 64 KiB. Empty if no answer came. Of a page with an item that cannot
    /// be read, it is the JSON of that item alone.
    pub fn body(&self) -> &[u8] {
        &self.0.body
    }

    /// Returns whether [`body`](Self::body) was cut, or did not come whole.
    pub fn body_is_truncated(&self) -> bool {
        self.0.body_is_truncated
    }

    /// Returns the body of the answer as text.
    pub fn body_text(&self) -> Cow<'_, str> {
        String::from_utf8_lossy(&self.0.body)
    }

    /// Returns where in a body that cannot be read the fault is, such as `data[2].statusCode`.
    pub fn path(&self) -> Option<&str> {
        self.0.path.as_deref()
    }

    /// Returns whether the call may have done on Tight's side what it was to do, so that repeating it might do it twice.
    pub fn may_have_taken_effect(&self) -> bool {
        self.0.may_have_taken_effect
    }

    /// Returns whether trying again may help and cannot do anything twice: the connection could not be made, the rate limit was
    /// hit, or Tight was not able to answer a call that only reads. An item that was not sent is retryable if what stopped its
    /// batch was a doubt, or is retryable itself.
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

/// One line of at most 500 characters.
impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let doubt = self.doubt();
        text::line(f, text::LINE - doubt.len(), |line| self.write(line))?;
        f.write_str(doubt)
    }
}

impl Error {
    /// What the end of every line is that tells of an error in doubt, however long the line is.
    pub(crate) fn doubt(&self) -> &'static str {
        if self.may_have_taken_effect() {
            " (it may have taken effect)"
        } else {
            ""
        }
    }

    /// Writes it, without the doubt, into a line that somebody else bounds.
    pub(crate) fn write(&self, line: &mut dyn fmt::Write) -> fmt::Result {
        /// Keys of objects may be of any length.
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
    /// What it is called in traces.
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
