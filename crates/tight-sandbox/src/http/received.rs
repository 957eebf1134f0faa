//! Requests as the sandbox received them, for tests to look at.

use std::{collections::VecDeque, fmt, time::SystemTime};

use axum::http::{HeaderName, header::AUTHORIZATION, request::Parts};
use serde_json::Value;

use crate::{
    differences::differences,
    store::{time, tokens::CLIENT_SECRET},
};

/// A request that the sandbox has received.
///
/// Secrets are removed: of the header `Authorization`, only the scheme is kept (`Bearer [secret]`), and the client's secret
/// is `[secret]` in a body, too.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ReceivedRequest {
    /// The `operationId` of its operation; empty if the document has no operation with this path and method.
    pub operation: String,
    /// The method, such as `POST`.
    pub method: String,
    /// The path as it was sent, without the query.
    pub path: String,
    /// The query as it was sent, without `?`; empty if there is none.
    pub query: String,
    /// The headers in the order of arrival, with names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body; empty if there is none, or if it could not be read to its end.
    pub body: Vec<u8>,
    /// The user of its access token, if the token is valid and for a user.
    pub user: Option<String>,
    /// When it came, by the sandbox's clock.
    pub time: SystemTime,
    /// The status of the response; `None` if none was sent because of a fault, and within [`Aim::matching`](crate::Aim::matching),
    /// which is asked before there is one.
    pub status: Option<u16>,
}

/// `body` without the client's secret, which some clients send there.
fn without(secret: &str, body: &[u8]) -> Vec<u8> {
    let has_it = body
        .windows(secret.len())
        .any(|window| window == secret.as_bytes());
    if has_it {
        let text = String::from_utf8_lossy(body);
        text.replace(secret, "[secret]").into_bytes()
    } else {
        body.to_vec()
    }
}

impl ReceivedRequest {
    pub(crate) fn new(
        operation: &str,
        parts: &Parts,
        body: &[u8],
        user: Option<&str>,
        time: SystemTime,
    ) -> Self {
        let headers = parts.headers.iter().map(|(name, value)| {
            let value = String::from_utf8_lossy(value.as_bytes());
            (name.as_str().to_owned(), shown(name, &value))
        });
        Self {
            operation: operation.to_owned(),
            method: parts.method.as_str().to_owned(),
            path: parts.uri.path().to_owned(),
            query: parts.uri.query().unwrap_or_default().to_owned(),
            headers: headers.collect(),
            body: without(CLIENT_SECRET, body),
            user: user.map(str::to_owned),
            time,
            status: None,
        }
    }

    /// Returns the first header with this name, in any case.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut headers = self.headers.iter();
        let (_, value) = headers.find(|(known, _)| known.eq_ignore_ascii_case(name))?;
        Some(value)
    }

    /// Returns the body as JSON; `null` if it is not JSON.
    #[must_use]
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }
}

impl ReceivedRequest {
    /// Checks that the body is JSON that has at least what `expected` has: all of its fields, and lists of the same
    /// length. Further fields of objects are ignored.
    ///
    /// ```
    /// use serde_json::json;
    /// use tight_sandbox::Sandbox;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let sandbox = Sandbox::start().await?;
    /// # reqwest::Client::new()
    /// #     .post(format!("{}/v6/messages", sandbox.url()))
    /// #     .bearer_auth(sandbox.access_token())
    /// #     .json(&json!({ "data": [{ "conversationId": "con_12345", "text": "Thank you" }] }))
    /// #     .send()
    /// #     .await?;
    /// // … once a message has been saved:
    /// let [save] = &*sandbox.received("saveMessages") else { panic!("one request was expected") };
    /// save.assert_body_has(&json!({ "data": [{ "text": "Thank you" }] }));
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Panics
    ///
    /// Panics with every difference and its place if it does not.
    #[track_caller]
    pub fn assert_body_has(&self, expected: &Value) {
        let found = differences(expected, &self.json());
        assert!(
            found.is_empty(),
            "the body of {} {} is not as expected:\n{}",
            self.method,
            self.path,
            found.join("\n")
        );
    }
}

/// The latest requests, oldest first, up to a limit.
pub(crate) struct Received {
    limit: usize,
    /// How many are no longer kept.
    forgotten: usize,
    latest: VecDeque<ReceivedRequest>,
}

impl Received {
    pub(crate) fn new(limit: usize) -> Self {
        Self {
            limit,
            forgotten: 0,
            latest: VecDeque::new(),
        }
    }

    pub(crate) fn add(&mut self, request: ReceivedRequest) {
        self.latest.push_back(request);
        if self.latest.len() > self.limit {
            self.latest.pop_front();
            self.forgotten += 1;
        }
    }

    pub(crate) fn clear(&mut self) {
        self.forgotten = 0;
        self.latest.clear();
    }

    /// How many there were since the start.
    pub(crate) fn total(&self) -> usize {
        self.forgotten + self.latest.len()
    }

    /// All that are kept, each with its number since the start.
    pub(crate) fn numbered(&self) -> impl DoubleEndedIterator<Item = (usize, &ReceivedRequest)> {
        let requests = self.latest.iter().enumerate();
        requests.map(|(index, request)| (self.forgotten + index + 1, request))
    }

    pub(crate) fn all(&self) -> impl Iterator<Item = &ReceivedRequest> {
        self.latest.iter()
    }
}

fn shown(name: &HeaderName, value: &str) -> String {
    if name != AUTHORIZATION {
        return value.to_owned();
    }
    match value.split_once(' ') {
        Some((scheme, _)) => format!("{scheme} [secret]"),
        None => "[secret]".to_owned(),
    }
}

impl fmt::Debug for ReceivedRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReceivedRequest")
            .field("operation", &self.operation)
            .field("method", &self.method)
            .field("path", &self.path)
            .field("query", &self.query)
            .field("headers", &self.headers)
            .field("body", &String::from_utf8_lossy(&self.body))
            .field("user", &self.user)
            .field("time", &time::written(self.time))
            .field("status", &self.status)
            .finish()
    }
}
