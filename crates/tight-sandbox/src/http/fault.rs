//! The faults that a test can inject.

use std::{fmt, io::Read};

use axum::{
    body::Body,
    http::{
        HeaderMap, HeaderName, HeaderValue, StatusCode,
        header::{
            CONNECTION, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, TRANSFER_ENCODING, UPGRADE,
        },
    },
    response::Response,
};
use flate2::{Compression, read::GzEncoder};
use serde_json::Value;

use crate::{
    envelope::{self, ApiResponse},
    json::{self, Json},
};

/// A fault to inject into one request, with [`Sandbox::inject`](crate::Sandbox::inject).
///
/// *Before* means that the request takes no effect: nothing is stored, no token is issued. *After* means that the
/// request takes full effect, and only the response is affected; so it is with all faults without *Before* in their
/// name. The sandbox always reads the whole request first, and stores its data before a client can notice the fault.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fault {
    /// Returns this response; the request takes no effect.
    AnswerBefore(Reply),
    /// Returns this response instead of the true one; the request takes effect.
    AnswerAfter(Reply),
    /// Closes the connection without a response; the request takes no effect.
    DropBefore,
    /// Closes the connection without a response; the request takes effect.
    DropAfter,
    /// Never responds; the request takes no effect. The connection stays open until the client closes it or the sandbox
    /// is dropped.
    StallBefore,
    /// Never responds; the request takes effect. The connection stays open until the client closes it or the sandbox
    /// is dropped.
    StallAfter,
    /// Closes the connection after this many bytes of the response body.
    ///
    /// Status and headers arrive complete, with the true length. A body that is no longer than this arrives complete.
    Truncate(usize),
    /// Removes the result at this index from the response.
    ///
    /// The results are those of a batch, or the entities of a page. A response without a result at the index stays as
    /// it is, here and with the other faults that change results. To change a response with a single entity, use
    /// [`Fault::AlterAnswer`].
    RemoveResult(usize),
    /// Repeats the result at this index, directly after itself.
    RepeatResult(usize),
    /// Replaces the result at this index with this value.
    ReplaceResult(usize, Value),
    /// Changes the result at this index by a merge patch ([RFC 7396](https://www.rfc-editor.org/rfc/rfc7396)): the
    /// patch contains the new values, and `null` for fields to remove.
    ///
    /// ```
    /// use serde_json::json;
    /// use tight_sandbox::Fault;
    ///
    /// // The first result of a batch has another text than was sent, and no id.
    /// let fault = Fault::AlterResult(0, json!({ "data": { "text": "Hi", "id": null } }));
    /// ```
    AlterResult(usize, Value),
    /// Swaps the results at these two indexes. A response without either stays as it is.
    SwapResults(usize, usize),
    /// Reverses the order of the results.
    ReverseResults,
    /// Changes the response body by a merge patch, as [`Fault::AlterResult`] does with a result.
    AlterAnswer(Value),
    /// Reports that the request failed, with these errors in the envelope. Status and results stay true.
    SaysFailure(Vec<Value>),
    /// Changes the status of the response. 204 and 304 are sent without a body, as HTTP demands.
    WithStatus(u16),
    /// Compresses the response body with gzip and sets `Content-Encoding`, even if the client does not accept it.
    Gzip,
    /// Applies all these faults to one request, in this order.
    ///
    /// The request takes no effect if any of the faults prevents it. If several faults replace, drop, stall or truncate
    /// the response, the last one counts. The faults that change a response also change one from
    /// [`Fault::AnswerBefore`] or [`Fault::AnswerAfter`] before them.
    ///
    /// ```
    /// use serde_json::json;
    /// use tight_sandbox::Fault;
    ///
    /// // All items are saved, but the response is a server error with the results in reverse order.
    /// let fault = Fault::Several(vec![
    ///     Fault::ReverseResults,
    ///     Fault::SaysFailure(vec![json!({ "type": "UNKNOWN_ERROR", "message": "No" })]),
    ///     Fault::WithStatus(500),
    /// ]);
    /// ```
    Several(Vec<Fault>),
}

impl Fault {
    /// Whether the request takes no effect.
    pub(crate) fn comes_before(&self) -> bool {
        match self {
            Self::AnswerBefore(_) | Self::DropBefore | Self::StallBefore => true,
            Self::Several(faults) => faults.iter().any(Self::comes_before),
            _ => false,
        }
    }

    /// Panics if the fault has a status that no final response can have.
    #[track_caller]
    pub(crate) fn assert_possible(&self) {
        match self {
            Self::WithStatus(status) => {
                final_status(*status);
            }
            Self::Several(faults) => {
                for fault in faults {
                    fault.assert_possible();
                }
            }
            _ => {}
        }
    }
}

#[track_caller]
fn final_status(status: u16) -> StatusCode {
    StatusCode::from_u16(status)
        .ok()
        .filter(|status| !status.is_informational())
        .unwrap_or_else(|| panic!("{status} is not the status of a final response: use 200 to 999"))
}

/// A response for [`Fault::AnswerBefore`] and [`Fault::AnswerAfter`].
///
/// ```
/// use tight_sandbox::Reply;
///
/// let from_a_proxy = Reply::new(502).body("text/html", "<h1>Bad gateway</h1>");
/// let with_no_body = Reply::new(429).header("Retry-After", "30");
/// ```
#[derive(Clone, PartialEq, Eq)]
#[must_use]
pub struct Reply {
    status: StatusCode,
    headers: HeaderMap,
    body: Vec<u8>,
}

impl Reply {
    /// Creates a response with this status, without headers or body.
    ///
    /// # Panics
    ///
    /// Panics if the status is not in the range 200 to 999.
    #[track_caller]
    pub fn new(status: u16) -> Self {
        Self {
            status: final_status(status),
            headers: HeaderMap::new(),
            body: Vec::new(),
        }
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
        let reserved = [CONTENT_LENGTH, TRANSFER_ENCODING, CONNECTION, UPGRADE];
        assert!(
            !reserved.contains(&header),
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

    /// How many bytes of the body are sent.
    pub(crate) fn length(&self) -> usize {
        match self.status {
            StatusCode::NO_CONTENT | StatusCode::NOT_MODIFIED => 0,
            _ => self.body.len(),
        }
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

    pub(crate) fn into_response(self) -> Response {
        let mut response = Response::new(Body::from(self.body));
        *response.status_mut() = self.status;
        *response.headers_mut() = self.headers;
        response
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
