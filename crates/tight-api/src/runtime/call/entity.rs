//! One request, one object within the API's envelope.

use serde::de::DeserializeOwned;

use super::answer::Answer;
use super::attempts;
use super::envelope::{Frame, Whole};
use super::request::Request;
use super::said::Said;
use super::session::Session;
use super::verdict;
use crate::api_errors::ApiErrors;
use crate::runtime::error::{Error, ErrorKind, Result};
use crate::runtime::response::Response;
use crate::wire::{Received, UnknownFields};

/// Calls the operation of a request.
pub(crate) async fn call<R, T, X>(session: &Session, request: &R) -> Result<Response<T, X>>
where
    R: Request,
    T: DeserializeOwned + Default,
    X: Received,
{
    let answer = attempts::send(session, request).await?;
    if answer.is_silent() {
        return Ok(Response::new(T::default(), X::default(), answer.head));
    }
    let shown = read::<T, X>(&answer).and_then(|(entity, frame, errors)| match entity {
        Some(entity) => Ok((entity, frame, errors)),
        // What was to be done is done. That the answer does not show it is no reason to say otherwise.
        None if request.operation().effect.writes()
            && frame.result == Said::Success
            && errors.is_empty() =>
        {
            Ok((T::default(), frame, errors))
        }
        None => Err(no_data(&answer, errors)),
    });
    let (entity, frame, errors) = answer.conclude(shown)?;
    let extras = frame.extras.unwrap_or_default();
    Ok(Response::new(entity, extras, answer.head).with_errors(errors))
}

/// Calls a request that must be answered with an object, of any type.
pub(crate) async fn required<R, T>(session: &Session, request: &R) -> Result<Response<T>>
where
    R: Request,
    T: DeserializeOwned,
{
    let answer = attempts::send(session, request).await?;
    let shown =
        read::<T, UnknownFields>(&answer).and_then(|(entity, frame, errors)| match entity {
            Some(entity) => Ok((entity, frame, errors)),
            None => Err(no_data(&answer, errors)),
        });
    let (entity, frame, errors) = answer.conclude(shown)?;
    let extras = frame.extras.unwrap_or_default();
    Ok(Response::new(entity, extras, answer.head).with_errors(errors))
}

/// Calls the operation of a request that is answered with an object if there is one, and with nothing if there is none.
pub(crate) async fn optional<R, T, X>(
    session: &Session,
    request: &R,
) -> Result<Response<Option<T>, X>>
where
    R: Request,
    T: DeserializeOwned,
    X: Received,
{
    let answer = attempts::send(session, request).await?;
    if answer.head.status.is_success() && answer.is_empty() {
        return Ok(Response::new(None, X::default(), answer.head));
    }
    let shown = read::<T, X>(&answer).and_then(|(entity, frame, errors)| {
        // What says that something is wrong does not say that there is nothing.
        if entity.is_none() && (frame.result == Said::Other || !errors.is_empty()) {
            return Err(no_data(&answer, errors));
        }
        Ok((entity, frame, errors))
    });
    let (entity, frame, errors) = answer.conclude(shown)?;
    let extras = frame.extras.unwrap_or_default();
    Ok(Response::new(entity, extras, answer.head).with_errors(errors))
}

/// The object that an answer shows, the rest of its envelope, and what it says is wrong.
#[allow(
    clippy::type_complexity,
    reason = "three things that belong together here alone"
)]
fn read<T, X>(answer: &Answer) -> Result<(Option<T>, Frame<(), X>, ApiErrors)>
where
    T: DeserializeOwned,
    X: Received,
{
    let mut frame = verdict::read_success::<Whole<T>, X>(answer)?;
    let errors = std::mem::take(&mut frame.errors);
    let errors = answer.secrets().clean_errors(errors);
    let entity = frame.data.take().map(|Whole(entity)| entity);
    Ok((entity, frame.with_data(None), errors))
}

fn no_data(answer: &Answer, errors: ApiErrors) -> Error {
    answer
        .error(ErrorKind::Decode, "the answer has no data")
        .at_path("data")
        .with_errors(errors)
}
