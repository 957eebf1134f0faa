//! What went wrong, for the person or program that has to act on it.

use std::borrow::Cow;
use std::error::Error as StdError;
use std::fmt;
use std::ops::Deref;

use bytes::Bytes;
use http::{HeaderMap, StatusCode};

use crate::types::ApiError;

/// The result of everything that can fail in this crate.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// How much of an answer's body an error keeps.
const BODY_CAP: usize = 64 * 1024;

/// What went wrong, with all that is known about it.
///
/// [`kind`](Self::kind) says what happened. For an answer, [`status`](Self::status), [`headers`](Self::headers),
/// [`errors`](Self::errors) and [`body`](Self::body) say what Tight sent, readable or not. And
/// [`may_have_taken_effect`](Self::may_have_taken_effect) says whether it is safe to try again.
///
/// Neither `Display` nor `Debug` shows a body or a header: both may hold what is not for a log.
pub struct Error(Box<Parts>);

pub(crate) struct Parts {
    kind: ErrorKind,
    message: String,
    operation: Option<&'static str>,
    effect: Possible,
    status: Option<StatusCode>,
    headers: HeaderMap,
    errors: ApiErrors,
    body: Bytes,
    body_is_truncated: bool,
    path: Option<String>,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

/// Whether something may have happened on Tight's side.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Possible {
    /// It certainly has not.
    Nothing,
    /// Nobody can tell.
    Effect,
}

/// What happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The client was set up in a way that cannot work. Nothing was sent.
    Configuration,
    /// The request was refused by this crate. Nothing was sent.
    Refused,
    /// No connection could be made. Nothing was sent.
    Connect,
    /// There was no answer in time.
    Timeout,
    /// The connection was lost before the whole answer had come.
    Connection,
    /// Tight answered with a status that is not a success.
    Status,
    /// Tight answered with a success status and a body that says failure.
    Failure,
    /// Tight answered with a success that cannot be read.
    Decode,
    /// Some items of a batch were not saved. Made from [`Incomplete`](crate::Incomplete).
    Incomplete,
}

impl Error {
    pub(crate) fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Self(Box::new(Parts {
            kind,
            message: message.into(),
            operation: None,
            effect: Possible::Nothing,
            status: None,
            headers: HeaderMap::new(),
            errors: ApiErrors::default(),
            body: Bytes::new(),
            body_is_truncated: false,
            path: None,
            source: None,
        }))
    }

    pub(crate) fn in_operation(mut self, operation: &'static str) -> Self {
        self.0.operation = Some(operation);
        self
    }

    pub(crate) fn with_effect(mut self, effect: Possible) -> Self {
        self.0.effect = effect;
        self
    }

    pub(crate) fn with_answer(
        mut self,
        status: StatusCode,
        headers: HeaderMap,
        body: Bytes,
    ) -> Self {
        self.0.status = Some(status);
        self.0.headers = headers;
        self.0.body_is_truncated = body.len() > BODY_CAP;
        // A slice would keep the whole body alive.
        self.0.body = if self.0.body_is_truncated {
            Bytes::copy_from_slice(&body[..BODY_CAP])
        } else {
            body
        };
        self
    }

    pub(crate) fn with_errors(mut self, errors: ApiErrors) -> Self {
        self.0.errors = errors;
        self
    }

    pub(crate) fn at_path(mut self, path: impl Into<String>) -> Self {
        self.0.path = Some(path.into());
        self
    }

    pub(crate) fn caused_by(mut self, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        self.0.source = Some(source.into());
        self
    }

    /// What happened.
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// The operation that failed, by its id in the specification, such as `saveMessages`.
    pub fn operation(&self) -> Option<&'static str> {
        self.0.operation
    }

    /// The status of the answer, if one came.
    pub fn status(&self) -> Option<StatusCode> {
        self.0.status
    }

    /// The headers of the answer, if one came.
    pub fn headers(&self) -> Option<&HeaderMap> {
        self.0.status.map(|_| &self.0.headers)
    }

    /// What Tight says is wrong, as far as the answer was readable: all faults of the request at once.
    pub fn errors(&self) -> &ApiErrors {
        &self.0.errors
    }

    /// The body of the answer as it came, cut after 64 KiB. Empty if no answer came.
    pub fn body(&self) -> &[u8] {
        &self.0.body
    }

    /// Whether [`body`](Self::body) was cut.
    pub fn body_is_truncated(&self) -> bool {
        self.0.body_is_truncated
    }

    /// The body of the answer as text.
    pub fn body_text(&self) -> Cow<'_, str> {
        String::from_utf8_lossy(&self.0.body)
    }

    /// Where in a body that cannot be read the fault is, such as `data[2].statusCode`.
    pub fn path(&self) -> Option<&str> {
        self.0.path.as_deref()
    }

    /// Whether the call may have done on Tight's side what it was to do, so that repeating it might do it twice.
    pub fn may_have_taken_effect(&self) -> bool {
        self.0.effect == Possible::Effect
    }

    /// Whether trying again may help and cannot do anything twice: the connection could not be made, the rate limit was
    /// hit, or Tight was not able to answer a call that only reads.
    pub fn is_retryable(&self) -> bool {
        let passing = match self.0.kind {
            ErrorKind::Connect | ErrorKind::Timeout | ErrorKind::Connection => true,
            ErrorKind::Status => matches!(
                self.0.status.map(|status| status.as_u16()),
                Some(429 | 500 | 502 | 503 | 504)
            ),
            _ => false,
        };
        passing && !self.may_have_taken_effect()
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(operation) = self.0.operation {
            write!(f, "{operation}: ")?;
        }
        f.write_str(&self.0.message)?;
        if let Some(path) = &self.0.path {
            write!(f, " at {path}")?;
        }
        if !self.0.errors.is_empty() {
            write!(f, ": {}", self.0.errors)?;
        }
        if self.may_have_taken_effect() {
            f.write_str(" (it may have taken effect)")?;
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

/// What Tight says is wrong: all faults at once. `Display` puts them in one line.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ApiErrors(Vec<ApiError>);

impl From<Vec<ApiError>> for ApiErrors {
    fn from(errors: Vec<ApiError>) -> Self {
        Self(errors)
    }
}

impl Deref for ApiErrors {
    type Target = [ApiError];

    fn deref(&self) -> &[ApiError] {
        &self.0
    }
}

impl<'a> IntoIterator for &'a ApiErrors {
    type Item = &'a ApiError;
    type IntoIter = std::slice::Iter<'a, ApiError>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.iter()
    }
}

impl fmt::Display for ApiErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() {
            return f.write_str("no reason given");
        }
        for (index, error) in self.0.iter().enumerate() {
            if index > 0 {
                f.write_str("; ")?;
            }
            error.fmt(f)?;
        }
        Ok(())
    }
}

/// `REQUIRED text: text is required`
impl fmt::Display for ApiError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(
            self.type_
                .as_ref()
                .map_or("error without a type", |kind| kind.as_str()),
        )?;
        if let Some(param) = &self.param {
            write!(f, " {param}")?;
        }
        if let Some(message) = &self.message {
            write!(f, ": {message}")?;
        }
        Ok(())
    }
}
