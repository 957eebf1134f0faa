//! How this API answers: the envelope around every body, and the errors in it. The same for all operations,
//! so it is written here once and not read from the document.

use axum::http::{HeaderName, HeaderValue, StatusCode};
use serde::Serialize;
use serde_json::{Value, json};

/// The documented kinds of error that the sandbox reports.
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

/// One error of a request, or of one item of it.
#[derive(Debug, Serialize)]
pub(crate) struct ApiError {
    #[serde(rename = "type")]
    pub(crate) kind: ApiErrorType,
    /// A short sentence for a person. It never repeats a value of the request.
    pub(crate) message: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) param: Option<String>,
}

impl ApiError {
    /// A error that is about no single parameter.
    pub(crate) fn plain(kind: ApiErrorType, message: impl Into<String>) -> Self {
        Self {
            kind,
            message: message.into(),
            param: None,
        }
    }

    /// A error of a parameter, where `predicate` says what is wrong with it.
    pub(crate) fn of(kind: ApiErrorType, param: impl Into<String>, predicate: &str) -> Self {
        let param = param.into();
        Self {
            kind,
            message: format!("{param} {predicate}"),
            param: Some(param),
        }
    }

    /// What the sandbox has not been taught. The documentation has no type for it, and this one blames no caller.
    pub(crate) fn unserved(param: Option<String>, message: impl Into<String>) -> Self {
        Self {
            kind: ApiErrorType::UnknownError,
            message: message.into(),
            param,
        }
    }

    /// The documentation lists 404, but no error type for it. Here it is a parameter that has an invalid
    /// value: the id of nothing that there is.
    pub(crate) fn unknown(param: &str, collection: &str) -> Self {
        let predicate = format!("is the id of nothing in {collection}");
        Self::of(ApiErrorType::InvalidValue, param, &predicate)
    }
}

/// A status, and the body and the headers of note that go with it.
#[derive(Debug)]
pub(crate) struct ApiResponse {
    pub(crate) status: StatusCode,
    pub(crate) headers: Vec<(HeaderName, HeaderValue)>,
    pub(crate) body: Body,
}

/// The body of an answer.
#[derive(Debug)]
pub(crate) enum Body {
    Nothing,
    Json(Value),
    Bytes { media_type: String, bytes: Vec<u8> },
}

/// The header that says what of an answer is the sandbox's own, and true of nothing.
pub(crate) const SANDBOX: HeaderName = HeaderName::from_static("x-sandbox");

impl ApiResponse {
    pub(crate) fn json(status: StatusCode, body: Value) -> Self {
        Self {
            status,
            headers: Vec::new(),
            body: Body::Json(body),
        }
    }

    /// The answer to a request that failed as a whole.
    pub(crate) fn failure(status: StatusCode, errors: &[ApiError]) -> Self {
        let body = json!({ "result": "FAILURE", "data": null, "error": errors });
        Self::json(status, body)
    }

    /// The answer to a request that Tight would answer and the sandbox cannot, for these reasons.
    pub(crate) fn unserved(errors: &[ApiError]) -> Self {
        Self::failure(StatusCode::NOT_IMPLEMENTED, errors)
    }

    /// Says of the answer that it is `what`.
    pub(crate) fn marked(mut self, what: &str) -> Self {
        if let Ok(what) = HeaderValue::from_str(what) {
            self.headers.push((SANDBOX, what));
        }
        self
    }

    /// The answer to a request about something that there is not.
    pub(crate) fn not_found(param: &str, collection: &str) -> Self {
        Self::failure(
            StatusCode::NOT_FOUND,
            &[ApiError::unknown(param, collection)],
        )
    }
}
