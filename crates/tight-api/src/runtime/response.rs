//! What came back, with the answer that it came in.

use std::ops::Deref;

use bytes::Bytes;
use http::{HeaderMap, StatusCode};

use crate::api_errors::ApiErrors;
use crate::wire::UnknownFields;

/// What a call returned, with the status and the headers of the answer. It can be used like what it holds.
///
/// `X` is what the answer has beside what the call returned: fields that the documentation shows there, in a struct of their own; or,
/// as with most calls, those alone that it does not show.
///
/// ```
/// # async fn example(client: &tight_api::Client) -> tight_api::Result<()> {
/// let message = client.messages().get("msg_1").await?;
/// println!("{:?}", message.text);
/// for (name, json) in message.extras().iter() {
///     println!("beside the message: {name} = {json}");
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Response<T, X = UnknownFields> {
    value: T,
    extras: X,
    head: ResponseHead,
    errors: ApiErrors,
}

/// The status and the headers of an answer, and its body if it was to be kept.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ResponseHead {
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    pub(crate) body: Option<RawBody>,
}

/// The body of an answer as it came, for calls that [keep it](crate::CallOptions::keep_body).
#[derive(Clone, PartialEq, Eq)]
pub struct RawBody {
    pub(crate) kept: Bytes,
    pub(crate) is_truncated: bool,
}

impl RawBody {
    /// Returns the body, after decompression.
    pub fn bytes(&self) -> &Bytes {
        &self.kept
    }

    /// Returns whether it was longer than what was to be kept, or did not come whole.
    pub fn is_truncated(&self) -> bool {
        self.is_truncated
    }
}

/// A body may hold what is not for a log.
impl std::fmt::Debug for RawBody {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RawBody")
            .field("bytes", &self.kept.len())
            .field("is_truncated", &self.is_truncated)
            .finish()
    }
}

impl ResponseHead {
    /// Returns the body as it came, if the call [keeps it](crate::CallOptions::keep_body).
    pub fn body(&self) -> Option<&RawBody> {
        self.body.as_ref()
    }
}

impl ResponseHead {
    /// Creates the head of an answer, for tests.
    pub fn new(status: StatusCode, headers: HeaderMap) -> Self {
        Self {
            status,
            headers,
            body: None,
        }
    }
}

impl<T> Response<T> {
    /// Creates a response that holds `value`, for tests: with status 200, and nothing beside the value.
    ///
    /// ```
    /// use tight_api::types::Message;
    /// use tight_api::{Response, StatusCode};
    ///
    /// let response = Response::from_value(Message::new().id("msg_1")).with_status(StatusCode::CREATED);
    /// assert_eq!(response.id.as_deref(), Some("msg_1"));
    /// assert_eq!(response.status(), 201);
    /// ```
    pub fn from_value(value: T) -> Self {
        let head = ResponseHead::new(StatusCode::OK, HeaderMap::new());
        Self::new(value, UnknownFields::default(), head)
    }
}

impl<T, X> Response<T, X> {
    /// Returns the response with these [extras](Self::extras), for tests.
    #[must_use]
    pub fn with_extras<Y>(self, extras: Y) -> Response<T, Y> {
        Response {
            value: self.value,
            extras,
            head: self.head,
            errors: self.errors,
        }
    }

    /// Returns the response with this [status](Self::status), for tests.
    #[must_use]
    pub fn with_status(mut self, status: StatusCode) -> Self {
        self.head.status = status;
        self
    }

    /// Returns the response with these [headers](Self::headers), for tests.
    #[must_use]
    pub fn with_headers(mut self, headers: HeaderMap) -> Self {
        self.head.headers = headers;
        self
    }

    /// Returns the response with these [errors](Self::errors) beside its value, for tests.
    #[must_use]
    pub fn with_errors(mut self, errors: impl Into<ApiErrors>) -> Self {
        self.errors = errors.into();
        self
    }

    pub(crate) fn new(value: T, extras: X, head: ResponseHead) -> Self {
        Self {
            value,
            extras,
            head,
            errors: ApiErrors::default(),
        }
    }

    /// Returns the value alone.
    pub fn into_inner(self) -> T {
        self.value
    }

    /// Returns the value, and what the answer has beside it.
    pub fn into_parts(self) -> (T, X) {
        (self.value, self.extras)
    }

    /// Returns what the answer has beside the value.
    pub fn extras(&self) -> &X {
        &self.extras
    }

    /// Returns the status of the answer.
    pub fn status(&self) -> StatusCode {
        self.head.status
    }

    /// Returns what Tight says is wrong, beside what the call returned. What that means in an answer that says success is not
    /// documented.
    pub fn errors(&self) -> &ApiErrors {
        &self.errors
    }

    /// Returns the body of the answer as it came, if the call [keeps it](crate::CallOptions::keep_body).
    pub fn raw_body(&self) -> Option<&RawBody> {
        self.head.body()
    }

    /// Returns the headers of the answer.
    pub fn headers(&self) -> &HeaderMap {
        &self.head.headers
    }
}

impl<T, X> Deref for Response<T, X> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

/// Headers may hold what is not for a log, so only their names show.
impl std::fmt::Debug for ResponseHead {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let names: Vec<_> = self.headers.keys().map(|name| name.as_str()).collect();
        f.debug_struct("ResponseHead")
            .field("status", &self.status)
            .field("headers", &names)
            .finish()
    }
}
