//! One request, one object outside of the API's envelope.

use serde::de::DeserializeOwned;

use super::attempts::{self, Options, Session};
use super::call::Request;
use super::envelope;
use crate::client::Client;
use crate::error::Result;
use crate::response::Response;

/// A request whose success is an object outside of the API's envelope.
pub(crate) trait BareRequest: Request {
    type Answer: DeserializeOwned;
}

/// Calls the operation of a request.
pub(crate) async fn call<R: BareRequest>(
    client: &Client,
    request: &R,
) -> Result<Response<R::Answer>> {
    send(client.session(), client.options(), request).await
}

pub(super) async fn send<R: BareRequest>(
    session: &Session,
    options: &Options,
    request: &R,
) -> Result<Response<R::Answer>> {
    let answer = attempts::send(session, options, request).await?;
    if !answer.head.status.is_success() {
        return Err(envelope::status_error(&answer));
    }
    let value =
        envelope::read_whole(&answer).map_err(|unreadable| unreadable.into_error(&answer))?;
    Ok(Response::new(value, answer.head))
}
