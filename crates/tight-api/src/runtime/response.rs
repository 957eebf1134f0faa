//! The result of a call, with the status, headers and extras of its response.

use std::ops::Deref;

use bytes::Bytes;
use http::{HeaderMap, StatusCode};

use crate::api_errors::ApiErrors;
use crate::wire::UnknownFields;

/// The result of a call, with the status and headers of the response. Dereferences to the result.
///
/// `X` holds the fields of the envelope beside `data`: a struct where such fields are documented, otherwise [`UnknownFields`].
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

/// The status and headers of a response, and its body if the call [keeps it](crate::CallOptions::keep_body).
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ResponseHead {
    /// The HTTP status.
    pub status: StatusCode,
    /// The HTTP headers.
    pub headers: HeaderMap,
    pub(crate) body: Option<RawBody>,
}

/// The raw body of a response, for calls that [keep it](crate::CallOptions::keep_body).
#[derive(Clone, PartialEq, Eq)]
pub struct RawBody {
    pub(crate) kept: Bytes,
    pub(crate) is_truncated: bool,
}

impl RawBody {
    /// Returns the bytes, after decompression.
    pub fn bytes(&self) -> &Bytes {
        &self.kept
    }

    /// Returns whether the body is incomplete: longer than the limit of `keep_body`, or cut off.
    pub fn is_truncated(&self) -> bool {
        self.is_truncated
    }
}

/// Shows the length only, since a body can hold confidential data.
impl std::fmt::Debug for RawBody {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("RawBody")
            .field("bytes", &self.kept.len())
            .field("is_truncated", &self.is_truncated)
            .finish()
    }
}

impl ResponseHead {
    /// Returns the raw body, if the call [keeps it](crate::CallOptions::keep_body).
    pub fn body(&self) -> Option<&RawBody> {
        self.body.as_ref()
    }
}

impl ResponseHead {
    /// Creates a response head, for tests.
    pub fn new(status: StatusCode, headers: HeaderMap) -> Self {
        Self {
            status,
            headers,
            body: None,
        }
    }
}

impl<T> Response<T> {
    /// Creates a response with status 200 and no headers or extras, for tests.
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
    /// Replaces the [extras](Self::extras), for tests.
    #[must_use]
    pub fn with_extras<Y>(self, extras: Y) -> Response<T, Y> {
        Response {
            value: self.value,
            extras,
            head: self.head,
            errors: self.errors,
        }
    }

    /// Sets the [status](Self::status), for tests.
    #[must_use]
    pub fn with_status(mut self, status: StatusCode) -> Self {
        self.head.status = status;
        self
    }

    /// Sets the [headers](Self::headers), for tests.
    #[must_use]
    pub fn with_headers(mut self, headers: HeaderMap) -> Self {
        self.head.headers = headers;
        self
    }

    /// Sets the [errors](Self::errors), for tests.
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

    /// Converts the response into its result.
    pub fn into_inner(self) -> T {
        self.value
    }

    /// Converts the response into its result and [extras](Self::extras).
    pub fn into_parts(self) -> (T, X) {
        (self.value, self.extras)
    }

    /// Returns the fields of the envelope beside the result.
    pub fn extras(&self) -> &X {
        &self.extras
    }

    /// Returns the HTTP status.
    pub fn status(&self) -> StatusCode {
        self.head.status
    }

    /// Returns the errors in a successful response. Tight does not document what they mean there.
    pub fn errors(&self) -> &ApiErrors {
        &self.errors
    }

    /// Returns the raw body, if the call [keeps it](crate::CallOptions::keep_body).
    pub fn raw_body(&self) -> Option<&RawBody> {
        self.head.body()
    }

    /// Returns the HTTP headers.
    pub fn headers(&self) -> &HeaderMap {
        &self.head.headers
    }
}

/// Iterates over what the call returned: the items of a page or a list.
impl<T: IntoIterator, X> IntoIterator for Response<T, X> {
    type Item = T::Item;
    type IntoIter = T::IntoIter;

    fn into_iter(self) -> T::IntoIter {
        self.value.into_iter()
    }
}

impl<T, X> Deref for Response<T, X> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

/// Shows the names of headers only, since values can be confidential.
impl std::fmt::Debug for ResponseHead {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let names: Vec<_> = self.headers.keys().map(|name| name.as_str()).collect();
        f.debug_struct("ResponseHead")
            .field("status", &self.status)
            .field("headers", &names)
            .finish()
    }
}
