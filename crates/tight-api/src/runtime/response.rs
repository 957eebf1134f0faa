//! What came back, with the answer that it came in.

use std::ops::Deref;

use http::{HeaderMap, StatusCode};

use crate::api_errors::ApiErrors;

/// What a call returned, with the status and the headers of the answer. It can be used like what it holds.
#[derive(Clone, Debug, PartialEq)]
pub struct Response<T> {
    value: T,
    head: ResponseHead,
    errors: ApiErrors,
}

/// The status and the headers of an answer.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub struct ResponseHead {
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
}

impl<T> Response<T> {
    pub(crate) fn new(value: T, head: ResponseHead) -> Self {
        Self {
            value,
            head,
            errors: ApiErrors::default(),
        }
    }

    pub(crate) fn with_errors(self, errors: ApiErrors) -> Self {
        Self { errors, ..self }
    }

    /// What the call returned.
    pub fn into_inner(self) -> T {
        self.value
    }

    /// The status of the answer.
    pub fn status(&self) -> StatusCode {
        self.head.status
    }

    /// What Tight says is wrong, beside what the call returned. What that means in an answer that says success is not
    /// documented.
    pub fn errors(&self) -> &ApiErrors {
        &self.errors
    }

    /// The headers of the answer.
    pub fn headers(&self) -> &HeaderMap {
        &self.head.headers
    }
}

impl<T> Deref for Response<T> {
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
