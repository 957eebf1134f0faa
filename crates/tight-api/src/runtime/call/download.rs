//! One request, answered with the bytes of a file.

use bytes::Bytes;
use http::header::CONTENT_TYPE;
use serde::de::IgnoredAny;

use super::answer::Answer;
use super::request::Request;
use super::said::Said;
use super::session::Session;
use super::{attempts, envelope, verdict};
use crate::runtime::error::Result;
use crate::runtime::response::Response;
use crate::wire::UnknownFields;

/// Calls the operation of a request.
pub(crate) async fn call<R: Request>(session: &Session, request: &R) -> Result<Response<Bytes>> {
    let answer = attempts::send(session, request).await?;
    answer.conclude(check(&answer))?;
    let (head, body) = answer.into_parts();
    Ok(Response::new(body, UnknownFields::default(), head))
}

/// Refuses what says failure: with its status, or in an envelope where a file should be.
fn check(answer: &Answer) -> Result<()> {
    if !answer.head.status.is_success() {
        return Err(verdict::status_error(answer));
    }
    if is_json(answer)
        && let Ok(frame) = envelope::read::<IgnoredAny, UnknownFields>(answer)
        && frame.result == Said::Failure
    {
        let errors = answer.secrets().clean_errors(frame.errors);
        return Err(verdict::failure(answer, errors));
    }
    Ok(())
}

fn is_json(answer: &Answer) -> bool {
    let content_type = answer.head.headers.get(CONTENT_TYPE);
    let content_type = content_type.and_then(|value| value.to_str().ok());
    let essence = content_type.and_then(|value| value.split(';').next());
    essence.is_some_and(|essence| {
        let essence = essence.trim().to_ascii_lowercase();
        essence == "application/json" || essence.ends_with("+json")
    })
}
