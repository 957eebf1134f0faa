//! The API's envelope and errors. They are the same for all operations, so they are written here and not read from
//! the document.

use axum::http::{HeaderName, HeaderValue, StatusCode};
use serde::Serialize;
use serde_json::{Value, json};

/// The documented error types that the sandbox uses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum ApiErrorType {
    BadRequest,
    ExpiredToken,
    InvalidFormat,
    InvalidToken,
    InvalidValue,
    JsonError,
    Required,
    UnknownError,
}

/// An error of a request, or of one of its items.
#[derive(Debug, Serialize)]
pub(crate) struct ApiError {
    #[serde(rename = "type")]
    pub(crate) kind: ApiErrorType,
    /// A short sentence that repeats no value of the request.
    pub(crate) message: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) param: Option<String>,
}

impl ApiError {
    /// An error about no single parameter.
    pub(crate) fn plain(kind: ApiErrorType, message: impl Into<String>) -> Self {
        Self {
            kind,
            message: message.into(),
            param: None,
        }
    }

    /// An error of a parameter; `predicate` says what is wrong with it.
    pub(crate) fn of(kind: ApiErrorType, param: impl Into<String>, predicate: &str) -> Self {
        let param = param.into();
        Self {
            kind,
            message: format!("{param} {predicate}"),
            param: Some(param),
        }
    }

    /// Something that the sandbox does not support. No documented type means this; UNKNOWN_ERROR does not fault the
    /// caller.
    pub(crate) fn unserved(param: Option<String>, message: impl Into<String>) -> Self {
        Self {
            kind: ApiErrorType::UnknownError,
            message: message.into(),
            param,
        }
    }

    /// Tight documents 404 without an error type. Here it is an invalid value: an id that names nothing.
    pub(crate) fn unknown(param: &str, collection: &str) -> Self {
        let predicate = format!("does not exist in {collection}");
        Self::of(ApiErrorType::InvalidValue, param, &predicate)
    }
}

/// A response: status, body, and headers.
#[derive(Debug)]
pub(crate) struct ApiResponse {
    pub(crate) status: StatusCode,
    pub(crate) headers: Vec<(HeaderName, HeaderValue)>,
    pub(crate) body: Body,
}

/// The body of a response.
#[derive(Debug)]
pub(crate) enum Body {
    Nothing,
    Json(Value),
    Bytes { media_type: String, bytes: Vec<u8> },
}

/// The header that marks content which does not come from stored data.
pub(crate) const SANDBOX: HeaderName = HeaderName::from_static("x-sandbox");

impl ApiResponse {
    pub(crate) fn json(status: StatusCode, body: Value) -> Self {
        Self {
            status,
            headers: Vec::new(),
            body: Body::Json(body),
        }
    }

    /// A response to a failed request.
    pub(crate) fn failure(status: StatusCode, errors: &[ApiError]) -> Self {
        let body = json!({ "result": "FAILURE", "data": null, "error": errors });
        Self::json(status, body)
    }

    /// A 501, with the reasons why the sandbox cannot respond as Tight would.
    pub(crate) fn unserved(errors: &[ApiError]) -> Self {
        Self::failure(StatusCode::NOT_IMPLEMENTED, errors)
    }

    /// Marks the response.
    pub(crate) fn marked(mut self, what: &str) -> Self {
        if let Ok(what) = HeaderValue::from_str(what) {
            self.headers.push((SANDBOX, what));
        }
        self
    }

    /// A 404 for an unknown id.
    pub(crate) fn not_found(param: &str, collection: &str) -> Self {
        Self::failure(
            StatusCode::NOT_FOUND,
            &[ApiError::unknown(param, collection)],
        )
    }
}
