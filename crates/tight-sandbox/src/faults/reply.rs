//! Responses that a test makes.

use std::{fmt, io::Read};

use axum::{
    body::Body,
    http::{
        HeaderMap, HeaderName, HeaderValue, StatusCode,
        header::{
            CONNECTION, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, RETRY_AFTER,
            TRANSFER_ENCODING, UPGRADE,
        },
    },
    response::Response,
};
use flate2::{Compression, read::GzEncoder};
use serde_json::{Value, json};

use crate::{
    envelope::{self, ApiResponse},
    faults::retry_after::RetryAfter,
    json::{self, Json},
};

/// A response in place of the true one: a fault by itself, and part of
/// [`Fault::RespondAfter`](crate::Fault::RespondAfter).
///
/// ```
/// use tight_sandbox::{Reply, RetryAfter};
///
/// let without_a_body = Reply::status(503);
/// let from_a_gateway = Reply::html(502, "<h1>Bad gateway</h1>");
/// let limited = Reply::too_many_requests(RetryAfter::Seconds(30));
/// ```
#[derive(Clone, PartialEq, Eq)]
#[must_use]
pub struct Reply {
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) body: Vec<u8>,
}

/// The headers that the sandbox sets itself.
pub(super) const RESERVED: [HeaderName; 4] =
    [CONTENT_LENGTH, TRANSFER_ENCODING, CONNECTION, UPGRADE];

impl Reply {
    /// Creates a response with this status, without headers or body.
    ///
    /// # Panics
    ///
    /// Panics if the status is not in the range 200 to 999.
    #[track_caller]
    pub fn status(status: u16) -> Self {
        Self {
            status: final_status(status),
            headers: HeaderMap::new(),
            body: Vec::new(),
        }
    }

    /// Creates a response with a page for people, as gateways and load balancers send them in front of an API.
    ///
    /// # Panics
    ///
    /// Panics if the status is not in the range 200 to 999.
    #[track_caller]
    pub fn html(status: u16, page: &str) -> Self {
        Self::status(status).body("text/html; charset=utf-8", page)
    }

    /// Creates a response with this JSON as its body.
    ///
    /// ```
    /// use serde_json::json;
    /// use tight_sandbox::Reply;
    ///
    /// let saved = Reply::json(200, &json!({ "result": "SUCCESS", "data": { "id": "msg_1" } }));
    /// ```
    ///
    /// # Panics
    ///
    /// Panics if the status is not in the range 200 to 999.
    #[track_caller]
    pub fn json(status: u16, body: &Value) -> Self {
        Self::status(status).body("application/json", body.to_string())
    }

    /// Creates a 429 in the API's envelope that says when to try again, in any of the forms that HTTP knows.
    ///
    /// # Panics
    ///
    /// Panics if a [`RetryAfter::Text`] is not valid in a header.
    #[track_caller]
    pub fn too_many_requests(retry_after: RetryAfter) -> Self {
        let error = json!({ "type": "BAD_REQUEST", "message": "Too many requests" });
        let body = json!({ "result": "FAILURE", "data": null, "error": [error] });
        let mut reply = Self::json(429, &body);
        if let Some(text) = retry_after.text() {
            reply.headers.insert(RETRY_AFTER, value(&text));
        }
        reply
    }

    /// Sets the body and its `Content-Type`. With status 204 or 304 the body is not sent, as HTTP demands.
    ///
    /// # Panics
    ///
    /// Panics if `content_type` is not a valid header value.
    #[track_caller]
    pub fn body(mut self, content_type: &str, body: impl Into<Vec<u8>>) -> Self {
        self.headers.insert(CONTENT_TYPE, value(content_type));
        self.body = body.into();
        self
    }

    /// Adds a header.
    ///
    /// # Panics
    ///
    /// Panics if `name` or `value` is not valid in a header, or if the sandbox sets the header itself
    /// (`Content-Length`, `Transfer-Encoding`, `Connection`, `Upgrade`).
    #[track_caller]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        let Ok(header) = HeaderName::from_bytes(name.as_bytes()) else {
            panic!("`{name}` is not a valid header name");
        };
        assert!(
            !RESERVED.contains(&header),
            "the sandbox sets the header `{name}` itself"
        );
        self.headers.append(header, self::value(value));
        self
    }

    /// Converts the API's own response.
    pub(crate) fn of(response: ApiResponse) -> Self {
        let (media_type, body) = match response.body {
            envelope::Body::Nothing => (None, Vec::new()),
            envelope::Body::Json(value) => {
                let json = HeaderValue::from_static("application/json");
                (Some(json), value.to_string().into_bytes())
            }
            envelope::Body::Bytes { media_type, bytes } => {
                (HeaderValue::from_str(&media_type).ok(), bytes)
            }
        };
        let media_type = media_type.map(|media_type| (CONTENT_TYPE, media_type));
        Self {
            status: response.status,
            headers: response.headers.into_iter().chain(media_type).collect(),
            body,
        }
    }

    /// The number of the status.
    pub(crate) fn code(&self) -> u16 {
        self.status.as_u16()
    }

    /// Whether HTTP allows a body with this status.
    pub(crate) fn may_have_body(&self) -> bool {
        !matches!(
            self.status,
            StatusCode::NO_CONTENT | StatusCode::NOT_MODIFIED
        )
    }

    /// The length of the body.
    pub(crate) fn length(&self) -> usize {
        self.body.len()
    }

    pub(crate) fn set_status(&mut self, status: u16) {
        self.status = final_status(status);
    }

    /// Changes the body, if it is JSON and all its numbers stay exact.
    pub(crate) fn alter(&mut self, alter: impl FnOnce(&mut Value)) {
        if let Ok(Json { mut value, inexact }) = json::read(&self.body)
            && inexact.is_empty()
        {
            alter(&mut value);
            self.body = value.to_string().into_bytes();
        }
    }

    /// Changes the results of a batch or the entities of a page, if there are any.
    pub(crate) fn alter_results(&mut self, alter: impl FnOnce(&mut Vec<Value>)) {
        self.alter(|body| {
            if let Some(Value::Array(results)) = body.get_mut("data") {
                alter(results);
            }
        });
    }

    pub(crate) fn compress(&mut self) {
        let mut compressed = Vec::new();
        let mut encoder = GzEncoder::new(self.body.as_slice(), Compression::default());
        // Reading from memory does not fail.
        if encoder.read_to_end(&mut compressed).is_ok() {
            self.body = compressed;
            self.headers
                .append(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
        }
    }

    /// The response, with a body that `send` makes of the bytes.
    pub(crate) fn into_response(self, send: impl FnOnce(Vec<u8>) -> Body) -> Response {
        let mut response = Response::new(send(self.body));
        *response.status_mut() = self.status;
        *response.headers_mut() = self.headers;
        response
    }

    /// The response without its body: to HEAD, or with a status that has none.
    pub(crate) fn into_head(mut self) -> Response {
        if self.may_have_body() {
            self.headers
                .insert(CONTENT_LENGTH, HeaderValue::from(self.length()));
        }
        self.into_response(|_| Body::empty())
    }
}

#[track_caller]
fn value(value: &str) -> HeaderValue {
    HeaderValue::from_str(value).unwrap_or_else(|_| panic!("{value:?} is not a valid header value"))
}

impl fmt::Debug for Reply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Reply")
            .field("status", &self.status.as_u16())
            .field("headers", &self.headers)
            .field("body", &String::from_utf8_lossy(&self.body))
            .finish()
    }
}

#[track_caller]
pub(super) fn final_status(status: u16) -> StatusCode {
    StatusCode::from_u16(status)
        .ok()
        .filter(|status| !status.is_informational())
        .unwrap_or_else(|| panic!("{status} is not the status of a final response: use 200 to 999"))
}
