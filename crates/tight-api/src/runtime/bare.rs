//! One request, one object outside of the API's envelope.

use serde::de::DeserializeOwned;

use super::attempts::{self, Options, Session};
use super::call::Request;
use super::envelope;
use crate::client::Client;
use crate::error::Result;
use crate::response::Response;

/// Calls the operation of a request.
pub(crate) async fn call<T: DeserializeOwned>(
    client: &Client,
    request: &impl Request,
) -> Result<Response<T>> {
    send(client.session(), client.options(), request).await
}

pub(super) async fn send<T: DeserializeOwned>(
    session: &Session,
    options: &Options,
    request: &impl Request,
) -> Result<Response<T>> {
    let answer = attempts::send(session, options, request).await?;
    if !answer.head.status.is_success() {
        return Err(envelope::status_error(&answer));
    }
    let value =
        envelope::read_whole(&answer).map_err(|unreadable| unreadable.into_error(&answer))?;
    Ok(Response::new(value, answer.head))
}
