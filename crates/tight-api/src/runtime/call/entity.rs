//! One request, one object within the API's envelope.

use serde::de::DeserializeOwned;

use super::answer::Answer;
use super::attempts;
use super::envelope::{Frame, Whole};
use super::operation::Effect;
use super::request::Request;
use super::said::Said;
use super::session::Session;
use super::verdict;
use crate::api_errors::ApiErrors;
use crate::runtime::error::{ErrorKind, Result};
use crate::runtime::response::Response;

/// Calls the operation of a request.
pub(crate) async fn call<R: Request, T: DeserializeOwned + Default>(
    session: &Session,
    request: &R,
) -> Result<Response<T>> {
    let answer = attempts::send(session, request).await?;
    let is_deleted = R::OPERATION.effect == Effect::Deletes;
    if is_deleted && answer.head.status.is_success() && answer.is_empty() {
        return Ok(Response::new(T::default(), answer.head));
    }
    let (entity, errors) = answer.conclude(read::<T>(&answer))?;
    Ok(Response::new(entity, answer.head).with_errors(errors))
}

fn read<T: DeserializeOwned + Default>(answer: &Answer) -> Result<(T, ApiErrors)> {
    let mut frame = verdict::read_success::<Whole<T>>(answer)?;
    let errors = std::mem::take(&mut frame.errors);
    let errors = answer.secrets().clean_errors(errors);
    let entity = shown(answer, frame, &errors)?;
    Ok((entity, errors))
}

/// The object that an answer shows.
fn shown<T: Default>(answer: &Answer, frame: Frame<Whole<T>>, errors: &ApiErrors) -> Result<T> {
    if let Some(Whole(entity)) = frame.data {
        return Ok(entity);
    }
    // What was to be done is done. That the answer does not show it is no reason to say otherwise.
    let is_done = frame.result == Said::Success && errors.is_empty();
    if is_done && answer.operation().effect.writes() {
        return Ok(T::default());
    }
    Err(answer
        .error(ErrorKind::Decode, "the answer has no data")
        .at_path("data")
        .with_errors(errors.clone()))
}
