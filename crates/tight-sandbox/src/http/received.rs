//! Requests as the sandbox received them, for tests to look at.

use std::fmt;

use axum::http::{HeaderName, header::AUTHORIZATION, request::Parts};
use serde_json::Value;

/// A request that the sandbox has received.
///
/// Of the header `Authorization`, only the scheme is kept: `Bearer [secret]`.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct ReceivedRequest {
    /// The `operationId` of its operation.
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
}

impl ReceivedRequest {
    pub(crate) fn new(operation: &str, parts: &Parts, body: &[u8], user: Option<&str>) -> Self {
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
            body: body.to_vec(),
            user: user.map(str::to_owned),
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
            .finish()
    }
}
