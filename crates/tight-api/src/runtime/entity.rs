//! One request, one object within the API's envelope.

use serde::de::DeserializeOwned;

use super::answer::Answer;
use super::attempts;
use super::call::Request;
use super::envelope::{self, Envelope};
use super::operation::Effect;
use crate::client::Client;
use crate::error::{ErrorKind, Result};
use crate::response::Response;
use crate::types::ResultStatus;

/// Calls the operation of a request.
pub(crate) async fn call<R: Request, T: DeserializeOwned + Default>(
    client: &Client,
    request: &R,
) -> Result<Response<T>> {
    let answer = attempts::send(client.session(), client.options(), request).await?;
    let envelope = envelope::read_success(&answer)?;
    let entity: T = read(&answer, &envelope, R::OPERATION.effect)?;
    let errors = envelope.errors;
    Ok(Response::new(entity, answer.head).with_errors(errors))
}

fn read<T: DeserializeOwned + Default>(
    answer: &Answer,
    envelope: &Envelope<'_>,
    effect: Effect,
) -> Result<T> {
    if let Some(data) = envelope.data {
        return envelope::read("data", data).map_err(|unreadable| unreadable.into_error(answer));
    }
    // What was to be done is done. That the answer does not show it is no reason to say otherwise.
    let is_done = envelope.result == Some(ResultStatus::Success) && envelope.errors.is_empty();
    if is_done && effect == Effect::Writes {
        return Ok(T::default());
    }
    Err(answer
        .error(ErrorKind::Decode, "the answer has no data")
        .at_path("data")
        .with_errors(envelope.errors.clone()))
}
