//! Faults, as a test orders them: what can go wrong between a client and the API.

use std::fmt;

use axum::{
    body::Body,
    http::{
        HeaderMap, HeaderName, HeaderValue, StatusCode,
        header::{CONNECTION, CONTENT_LENGTH, CONTENT_TYPE, TRANSFER_ENCODING, UPGRADE},
    },
    response::Response,
};
use serde_json::Value;

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
    /// arrives whole as well.
    Truncate(usize),
    /// The request has its effect, and the answer lacks the result at this index.
    ///
    /// The results of a page are its entities. This fault and the others that alter a result leave an answer
    /// as it is if it has no such result.
    RemoveResult(usize),
    /// The request has its effect, and the result at this index stands in the answer twice, side by side.
    RepeatResult(usize),
    /// The request has its effect, and this value stands in the answer instead of the result at this index.
    ReplaceResult(usize, Value),
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
        let status = StatusCode::from_u16(status)
            .ok()
            .filter(|status| !status.is_informational())
            .unwrap_or_else(|| panic!("{status} is not the status of a final answer"));
        Self {
            status,
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
    pub(crate) fn json(
        status: StatusCode,
        headers: impl IntoIterator<Item = (HeaderName, &'static str)>,
        body: &Value,
    ) -> Self {
        let headers = headers
            .into_iter()
            .chain([(CONTENT_TYPE, "application/json")])
            .map(|(name, value)| (name, HeaderValue::from_static(value)));
        Self {
            status,
            headers: headers.collect(),
            body: body.to_string().into_bytes(),
        }
    }

    /// How many bytes its body has.
    pub(crate) fn length(&self) -> usize {
        self.body.len()
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
