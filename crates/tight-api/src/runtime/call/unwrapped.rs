//! One request, one object outside of the API's envelope.

use serde::de::{DeserializeOwned, IgnoredAny};

use super::answer::Answer;
use super::attempts;
use super::request::Request;
use super::said::Said;
use super::session::Session;
use super::{envelope, verdict};
use crate::runtime::error::Result;
use crate::runtime::response::Response;
use crate::wire::{JsonValue, UnknownFields};

/// Calls the operation of a request.
pub(crate) async fn call<T: DeserializeOwned>(
    session: &Session,
    request: &impl Request,
) -> Result<Response<T>> {
    let answer = attempts::send(session, request).await?;
    let value = answer.conclude(read::<T>(&answer))?;
    // Beside the object is nothing: what is not documented is in it.
    Ok(Response::new(value, UnknownFields::default(), answer.head))
}

/// Calls a request of which nothing is known, for the JSON that it is answered with: `null` if it is none.
pub(crate) async fn or_null(
    session: &Session,
    request: &impl Request,
) -> Result<Response<JsonValue>> {
    let answer = attempts::send(session, request).await?;
    let value = if answer.head.status.is_success() && answer.is_empty() {
        JsonValue::Null
    } else {
        answer.conclude(checked(&answer))?
    };
    Ok(Response::new(value, UnknownFields::default(), answer.head))
}

/// Calls a request of which nothing is known, for a type of the caller's.
pub(crate) async fn any<T: DeserializeOwned>(
    session: &Session,
    request: &impl Request,
) -> Result<Response<T>> {
    let answer = attempts::send(session, request).await?;
    let value = answer.conclude(checked(&answer))?;
    Ok(Response::new(value, UnknownFields::default(), answer.head))
}

/// What may be an envelope that says failure.
fn checked<T: DeserializeOwned>(answer: &Answer) -> Result<T> {
    if answer.head.status.is_success()
        && let Ok(frame) = envelope::read::<IgnoredAny, UnknownFields>(answer)
        && frame.result == Said::Failure
    {
        let errors = answer.secrets().clean_errors(frame.errors);
        return Err(verdict::failure(answer, errors));
    }
    read(answer)
}

fn read<T: DeserializeOwned>(answer: &Answer) -> Result<T> {
    if !answer.head.status.is_success() {
        return Err(verdict::status_error(answer));
    }
    envelope::read_unwrapped(answer).map_err(|unreadable| unreadable.into_error(answer))
}
