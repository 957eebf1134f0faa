//! Reads request bodies as JSON, and validates them against the document.

use axum::http::StatusCode;
use serde_json::{Map, Value};

use crate::{
    document::{operation::JSON, validation::Checker},
    envelope::{ApiError, ApiErrorType, ApiResponse},
    json::{self, Json},
    kinds::{Definition, Expected},
};

/// The JSON body of an operation's requests.
pub(crate) struct Payload {
    checker: Checker,
    required: bool,
}

impl Payload {
    /// The body that the document describes, if any.
    pub(crate) fn of(definition: &Definition<'_>) -> Result<Option<Self>, String> {
        let Some(request) = &definition.spec.request else {
            return Ok(None);
        };
        let Some(declared) = request.content.get(JSON) else {
            let others: Vec<_> = request.content.keys().map(String::as_str).collect();
            return Err(format!(
                "its request body is not JSON, but {}",
                others.join(" or ")
            ));
        };
        Ok(Some(Self {
            checker: Checker::new(definition.document, declared.clone(), "The request body"),
            required: request.required,
        }))
    }

    pub(crate) fn expected(&self) -> Expected {
        Expected {
            media_type: JSON,
            required: self.required,
        }
    }

    pub(crate) fn check_document(&self) -> Result<(), String> {
        self.checker.check_document()
    }

    /// Returns the value in `body`, `None` if an optional body was omitted, or the error response.
    pub(crate) fn read(&self, body: &[u8]) -> Result<Option<Value>, ApiResponse> {
        if body.is_empty() && !self.required {
            return Ok(None);
        }
        let Json { value, inexact } = json(body)?;
        let errors = self.checker.check(&value, &inexact);
        if errors.is_empty() {
            Ok(Some(value))
        } else {
            Err(ApiResponse::failure(StatusCode::BAD_REQUEST, &errors))
        }
    }
}

/// The body that an operation expects, if any.
pub(crate) fn expected(payload: Option<&Payload>) -> Option<Expected> {
    payload.map(Payload::expected)
}

pub(crate) fn check_document(payload: Option<&Payload>) -> Result<(), String> {
    payload.map_or(Ok(()), Payload::check_document)
}

/// The body that was sent, if the operation has one.
pub(crate) fn read(payload: Option<&Payload>, body: &[u8]) -> Result<Option<Value>, ApiResponse> {
    let sent = payload.map(|payload| payload.read(body)).transpose()?;
    Ok(sent.flatten())
}

/// The fields of the object that was sent; none if there is no body.
pub(crate) fn fields(
    payload: Option<&Payload>,
    body: &[u8],
) -> Result<Map<String, Value>, ApiResponse> {
    match read(payload, body)? {
        Some(Value::Object(fields)) => Ok(fields),
        Some(Value::Null) | None => Ok(Map::new()),
        Some(_) => {
            let message = "The request body must be an object";
            let error = ApiError::plain(ApiErrorType::InvalidValue, message);
            Err(ApiResponse::failure(StatusCode::BAD_REQUEST, &[error]))
        }
    }
}

/// Parses `body`, or returns the error response.
pub(crate) fn json(body: &[u8]) -> Result<Json, ApiResponse> {
    parse(body, "The request body", None)
}

/// Parses the form part `name`, or returns the error response.
pub(crate) fn json_part(part: &[u8], name: &str) -> Result<Json, ApiResponse> {
    parse(part, name, Some(name))
}

fn parse(text: &[u8], subject: &str, param: Option<&str>) -> Result<Json, ApiResponse> {
    json::read(text).map_err(|error| {
        let place = format!("line {}, column {}", error.line(), error.column());
        let error = ApiError {
            kind: ApiErrorType::JsonError,
            message: format!("{subject} is not valid JSON ({place})"),
            param: param.map(str::to_owned),
        };
        ApiResponse::failure(StatusCode::BAD_REQUEST, &[error])
    })
}
