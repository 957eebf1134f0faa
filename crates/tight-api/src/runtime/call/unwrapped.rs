//! One request, one object outside of the API's envelope.

use serde::de::DeserializeOwned;

use super::answer::Answer;
use super::attempts;
use super::request::Request;
use super::session::Session;
use super::{envelope, verdict};
use crate::runtime::error::Result;
use crate::runtime::response::Response;
use crate::wire::UnknownFields;

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

fn read<T: DeserializeOwned>(answer: &Answer) -> Result<T> {
    if !answer.head.status.is_success() {
        return Err(verdict::status_error(answer));
    }
    envelope::read_unwrapped(answer).map_err(|unreadable| unreadable.into_error(answer))
}
