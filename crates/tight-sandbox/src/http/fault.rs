//! Faults, as a test orders them: what can go wrong between a client and the API.

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

/// What goes wrong with one request, in place of a plain answer.
///
/// *Before* means that the request has no effect: nothing is stored, no token is issued. *After* means that
/// it has all of its effect, and only the answer suffers. Either way the sandbox reads the whole request
/// first, and what it stores is stored by the time a client can notice the fault.
///
/// [`Sandbox::inject`](crate::Sandbox::inject) says which request meets with a fault.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fault {
    /// The request has no effect, and the answer is this one.
    AnswerBefore(Reply),
    /// The request has its effect, and the answer is this one instead of the true one.
    AnswerAfter(Reply),
    /// The request has no effect, and the connection is closed without a byte of an answer.
    DropBefore,
    /// The request has its effect, and the connection is closed without a byte of an answer.
    DropAfter,
    /// The request has no effect, and is never answered: it hangs until the client goes away, or until the
    /// sandbox is dropped, which closes the connection.
    StallBefore,
    /// The request has its effect, and is never answered: it hangs until the client goes away, or until the
    /// sandbox is dropped, which closes the connection.
    StallAfter,
    /// The request has its effect, and the connection is closed after this many bytes of the answer's body.
    ///
    /// The head of the answer arrives whole and tells the true length. A body that is no longer than that
    /// arrives whole as well. There is such a place in HTTP/1.1, which the sandbox speaks, and nothing else: a
    /// client that begins with HTTP/2 loses its connection before it has an answer.
    Truncate(usize),
    /// The request has its effect, and the answer lacks the result at this index.
    ///
    /// The results of a page are its entities. An answer with one entity has none: [`Fault::AlterAnswer`] alters it. This fault and the others that alter results leave an answer as
    /// it is if it has no such result.
    RemoveResult(usize),
    /// The request has its effect, and the result at this index stands in the answer twice, side by side.
    RepeatResult(usize),
    /// The request has its effect, and this value stands in the answer instead of the result at this index.
    ReplaceResult(usize, Value),
    /// The request has its effect, and the answer's result at this index is altered by a merge patch
    /// ([RFC 7396](https://www.rfc-editor.org/rfc/rfc7396)): it says what is to be different, and has `null`
    /// for what is to go.
    ///
    /// ```
    /// use serde_json::json;
    /// use tight_sandbox::Fault;
    ///
    /// // What became of the first item of a batch has another text than was sent, and no id.
    /// let fault = Fault::AlterResult(0, json!({ "data": { "text": "Hi", "id": null } }));
    /// ```
    AlterResult(usize, Value),
    /// The request has its effect, and two results have changed places in the answer, which stays as it is if
    /// it lacks either of them.
    SwapResults(usize, usize),
    /// The request has its effect, and the results stand in the answer in reverse order.
    ReverseResults,
    /// The request has its effect, and the body of the answer is altered by a merge patch, as a result is by
    /// [`Fault::AlterResult`].
    AlterAnswer(Value),
    /// The request has its effect, and the answer says that it failed as a whole, with these errors. Whatever
    /// else the answer says, its status and its results, stays true.
    SaysFailure(Vec<Value>),
    /// The request has its effect, and the answer has another status, and is otherwise true.
    ///
    /// HTTP allows no body with 204 and 304, which are sent without it.
    WithStatus(u16),
    /// The request has its effect, and the body of the answer is compressed with gzip, as its
    /// `Content-Encoding` tells, whether or not the client can read that.
    Gzip,
    /// One request meets with all of these, one after the other, each in what those before it have made of the
    /// answer.
    ///
    /// The request has no effect if any of them keeps it from having one. Where several say how the request
    /// ends (with an answer of a test's own making, without any, or with a truncated one), the last one that
    /// does is right. An answer that is to come in the place of the true one can be altered like it.
    ///
    /// ```
    /// use serde_json::json;
    /// use tight_sandbox::Fault;
    ///
    /// // All is saved, and the answer is an error of the server that tells what was saved, in reverse order.
    /// let fault = Fault::Several(vec![
    ///     Fault::ReverseResults,
    ///     Fault::SaysFailure(vec![json!({ "type": "UNKNOWN_ERROR", "message": "No" })]),
    ///     Fault::WithStatus(500),
    /// ]);
    /// ```
    Several(Vec<Fault>),
}

impl Fault {
    /// Whether the request has no effect.
    pub(crate) fn comes_before(&self) -> bool {
        match self {
            Self::AnswerBefore(_) | Self::DropBefore | Self::StallBefore => true,
            Self::Several(faults) => faults.iter().any(Self::comes_before),
            _ => false,
        }
    }

    /// Panics if the fault has a status that no answer can have.
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
        .unwrap_or_else(|| panic!("{status} is not the status of a final answer"))
}

/// An answer of a test's own making.
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
    /// An answer without a body.
    ///
    /// # Panics
    ///
    /// If no final answer can have this status: from 200 to 999.
    #[track_caller]
    pub fn new(status: u16) -> Self {
        Self {
            status: final_status(status),
            headers: HeaderMap::new(),
            body: Vec::new(),
        }
    }

    /// Gives the answer a body. HTTP allows none with 204 and 304, which are sent without it.
    ///
    /// # Panics
    ///
    /// If `content_type` cannot be the value of a header.
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
    /// If `name` or `value` cannot be those of a header, or if the header tells where the answer ends or what
    /// becomes of the connection (`Content-Length`, `Transfer-Encoding`, `Connection`, `Upgrade`), which is
    /// the sandbox's to say.
    #[track_caller]
    pub fn header(mut self, name: &str, value: &str) -> Self {
        let Ok(header) = HeaderName::from_bytes(name.as_bytes()) else {
            panic!("`{name}` cannot be the name of a header");
        };
        let reserved = [CONTENT_LENGTH, TRANSFER_ENCODING, CONNECTION, UPGRADE];
        assert!(
            !reserved.contains(&header),
            "the sandbox itself sends `{name}`"
        );
        self.headers.append(header, self::value(value));
        self
    }

    /// The answer that the API itself gives.
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

    /// How many bytes are sent of its body.
    pub(crate) fn length(&self) -> usize {
        match self.status {
            StatusCode::NO_CONTENT | StatusCode::NOT_MODIFIED => 0,
            _ => self.body.len(),
        }
    }

    pub(crate) fn set_status(&mut self, status: u16) {
        self.status = final_status(status);
    }

    /// Lets `alter` at its body, if that is JSON, and has no number that would be altered as well.
    pub(crate) fn alter(&mut self, alter: impl FnOnce(&mut Value)) {
        if let Ok(Json { mut value, inexact }) = json::read(&self.body)
            && inexact.is_empty()
        {
            alter(&mut value);
            self.body = value.to_string().into_bytes();
        }
    }

    /// Lets `alter` at the results of a batch or the entities of a page, if it has any.
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
        // Nothing can fail between two places in memory.
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
    HeaderValue::from_str(value)
        .unwrap_or_else(|_| panic!("{value:?} cannot be the value of a header"))
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
