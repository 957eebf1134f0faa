//! Responses that are one object without an envelope.

use serde::de::{DeserializeOwned, IgnoredAny};

use crate::runtime::call::attempts;
use crate::runtime::call::request::Request;
use crate::runtime::call::response::envelope;
use crate::runtime::call::response::envelope_fields::ResultCode;
use crate::runtime::call::response::raw_response::RawResponse;
use crate::runtime::call::response::verdict;
use crate::runtime::call::session::Session;
use crate::runtime::error::Result;
use crate::runtime::response::Response;
use crate::wire::{JsonValue, UnknownFields};

/// Calls the operation of a request.
pub(crate) async fn call<T: DeserializeOwned>(
    session: &Session,
    request: &impl Request,
) -> Result<Response<T>> {
    let response = attempts::send(session, request).await?;
    let value = response.conclude(read::<T>(&response))?;
    // There are no extra fields: undocumented fields are in the object.
    Ok(Response::new(
        value,
        UnknownFields::default(),
        response.head,
    ))
}

/// Calls a raw request, and returns the body as JSON: `null` if it is empty.
pub(crate) async fn or_null(
    session: &Session,
    request: &impl Request,
) -> Result<Response<JsonValue>> {
    let response = attempts::send(session, request).await?;
    let value = if response.head.status.is_success() && response.is_empty() {
        JsonValue::Null
    } else {
        response.conclude(checked(&response))?
    };
    Ok(Response::new(
        value,
        UnknownFields::default(),
        response.head,
    ))
}

/// Calls a raw request, and decodes the body into a type of the caller.
pub(crate) async fn any<T: DeserializeOwned>(
    session: &Session,
    request: &impl Request,
) -> Result<Response<T>> {
    let response = attempts::send(session, request).await?;
    let value = response.conclude(checked(&response))?;
    Ok(Response::new(
        value,
        UnknownFields::default(),
        response.head,
    ))
}

/// Decodes the body, unless it is an envelope with a failure.
fn checked<T: DeserializeOwned>(response: &RawResponse) -> Result<T> {
    if response.head.status.is_success()
        && let Ok(envelope) = envelope::read::<IgnoredAny, UnknownFields>(response)
        && envelope.result == ResultCode::Failure
    {
        let errors = response.secrets().clean_errors(envelope.errors);
        return Err(verdict::failure(response, errors));
    }
    read(response)
}

fn read<T: DeserializeOwned>(response: &RawResponse) -> Result<T> {
    if !response.head.status.is_success() {
        return Err(verdict::status_error(response));
    }
    envelope::read_unwrapped(response).map_err(|unreadable| unreadable.into_error(response))
}
