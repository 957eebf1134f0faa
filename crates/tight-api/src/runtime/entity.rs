//! One request, one object within the API's envelope.

use serde::de::DeserializeOwned;

use super::answer::Answer;
use super::attempts;
use super::call::Request;
use super::envelope;
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
    let entity = read(&answer, R::OPERATION.effect)?;
    Ok(Response::new(entity, answer.head))
}

fn read<T: DeserializeOwned + Default>(answer: &Answer, effect: Effect) -> Result<T> {
    let envelope = envelope::read_success(answer)?;
    match (envelope.data, &envelope.result) {
        (Some(data), _) => {
            envelope::read("data", data).map_err(|unreadable| unreadable.into_error(answer))
        }
        // What was to be done is done. That the answer does not show it is no reason to say otherwise.
        (None, Some(ResultStatus::Success)) if effect == Effect::Writes => Ok(T::default()),
        (None, _) => Err(answer
            .error(ErrorKind::Decode, "the answer has no data")
            .at_path("data")),
    }
}
