//! One request, answered with nothing but whether it succeeded.

use serde_json::value::RawValue;

use super::answer::Answer;
use super::request::Request;
use super::said::Said;
use super::session::Session;
use super::{attempts, envelope, verdict};
use crate::api_errors::ApiErrors;
use crate::runtime::error::Result;
use crate::runtime::response::Response;
use crate::wire::Received;

/// Calls the operation of a request.
pub(crate) async fn call<R, X>(session: &Session, request: &R) -> Result<Response<(), X>>
where
    R: Request,
    X: Received,
{
    let answer = attempts::send(session, request).await?;
    let (extras, errors) = answer.conclude(read::<X>(&answer))?;
    Ok(Response::new((), extras, answer.head).with_errors(errors))
}

/// What stands beside nothing. A success need not have a body, and one that cannot be read says nothing else.
fn read<X: Received>(answer: &Answer) -> Result<(X, ApiErrors)> {
    if !answer.head.status.is_success() {
        return Err(verdict::status_error(answer));
    }
    let Ok(frame) = envelope::read::<Box<RawValue>, X>(answer) else {
        return Ok(Default::default());
    };
    let errors = answer.secrets().clean_errors(frame.errors);
    if frame.result == Said::Failure {
        return Err(verdict::failure(answer, errors));
    }
    let mut extras = frame.extras.unwrap_or_default();
    // Nothing is documented to stand there.
    if let Some(data) = frame.data.filter(|data| !envelope::is_nothing(data)) {
        extras.unknown_fields_mut().keep("data", data);
    }
    Ok((extras, errors))
}
