//! Reads the bodies of requests.

use crate::{
    envelope::{Answer, Flaw, FlawType},
    json::{self, Json},
};
use axum::http::StatusCode;

/// `body` as JSON, or the answer that says why it is none.
pub(crate) fn json(body: &[u8]) -> Result<Json, Answer> {
    parse(body, "The request body", None)
}

/// The part `name` of `body` as JSON, or the answer that says why it is none.
pub(crate) fn json_part(part: &[u8], name: &str) -> Result<Json, Answer> {
    parse(part, name, Some(name))
}

fn parse(text: &[u8], subject: &str, param: Option<&str>) -> Result<Json, Answer> {
    json::read(text).map_err(|error| {
        let place = format!("line {}, column {}", error.line(), error.column());
        let flaw = Flaw {
            kind: FlawType::JsonError,
            message: format!("{subject} is not valid JSON ({place})"),
            param: param.map(str::to_owned),
        };
        Answer::failure(StatusCode::BAD_REQUEST, &[flaw])
    })
}
