//! Responses to orders.

use std::borrow::Cow;

use axum::{
    body::Body,
    http::{
        HeaderValue, StatusCode,
        header::{ALLOW, CACHE_CONTROL, CONTENT_TYPE, LOCATION, X_CONTENT_TYPE_OPTIONS},
    },
    response::Response,
};
use serde_json::{Value, json};

use crate::placed::Wrong;

/// The response to an order, or why it is refused.
pub(super) type Outcome = Result<Response, Refusal>;

/// Why an order is refused.
pub(super) struct Refusal {
    status: StatusCode,
    at: Option<String>,
    message: String,
    /// The methods that there are instead.
    allow: Option<&'static str>,
}

impl Refusal {
    pub(super) fn of(status: StatusCode, message: impl Into<String>) -> Self {
        Self {
            status,
            at: None,
            message: message.into(),
            allow: None,
        }
    }

    /// For a path that has these methods only.
    pub(super) fn allowing(mut self, methods: &'static str) -> Self {
        self.allow = Some(methods);
        self
    }

    pub(super) fn into_response(self) -> Response {
        let error = match self.at {
            None => json!({ "message": self.message }),
            Some(at) => json!({ "at": at, "message": self.message }),
        };
        let mut response = json(&json!({ "error": error }));
        *response.status_mut() = self.status;
        let allow = self
            .allow
            .map(|methods| (ALLOW, HeaderValue::from_static(methods)));
        response.headers_mut().extend(allow);
        response
    }
}

impl From<Wrong> for Refusal {
    fn from(Wrong { at, message }: Wrong) -> Self {
        Self {
            at: Some(at),
            ..Self::of(StatusCode::BAD_REQUEST, message)
        }
    }
}

pub(super) fn json(value: &Value) -> Response {
    text("application/json", value.to_string())
}

pub(super) fn text(media_type: &'static str, text: impl Into<Cow<'static, str>>) -> Response {
    let text = text.into();
    let mut response = Response::new(match text {
        Cow::Borrowed(text) => Body::from(text),
        Cow::Owned(text) => Body::from(text),
    });
    response.headers_mut().extend([
        (CONTENT_TYPE, HeaderValue::from_static(media_type)),
        (CACHE_CONTROL, HeaderValue::from_static("no-store")),
        (X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    ]);
    response
}

/// The response to an order that needs no words.
pub(super) fn nothing() -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::NO_CONTENT;
    response
}

pub(super) fn redirect(place: &'static str) -> Response {
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::TEMPORARY_REDIRECT;
    let place = HeaderValue::from_static(place);
    response.headers_mut().insert(LOCATION, place);
    response
}
