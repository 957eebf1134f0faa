//! Responses with one object in the envelope.

use serde::de::DeserializeOwned;

use crate::api_errors::ApiErrors;
use crate::runtime::call::attempts;
use crate::runtime::call::request::Request;
use crate::runtime::call::response::envelope::{Envelope, Single};
use crate::runtime::call::response::envelope_fields::ResultCode;
use crate::runtime::call::response::raw_response::RawResponse;
use crate::runtime::call::response::verdict;
use crate::runtime::call::session::Session;
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
    let response = attempts::send(session, request).await?;
    if response.is_silent() {
        return Ok(Response::new(T::default(), X::default(), response.head));
    }
    let shown = read::<T, X>(&response).and_then(|(entity, envelope, errors)| match entity {
        Some(entity) => Ok((entity, envelope, errors)),
        // The write succeeded, although the response does not show the entity.
        None if request.operation().effect.writes()
            && envelope.result == ResultCode::Success
            && errors.is_empty() =>
        {
            Ok((T::default(), envelope, errors))
        }
        None => Err(no_data(&response, errors)),
    });
    let (entity, envelope, errors) = response.conclude(shown)?;
    let extras = envelope.extras.unwrap_or_default();
    Ok(Response::new(entity, extras, response.head).with_errors(errors))
}

/// Calls an operation whose response must have an object, of any type.
pub(crate) async fn required<R, T>(session: &Session, request: &R) -> Result<Response<T>>
where
    R: Request,
    T: DeserializeOwned,
{
    let response = attempts::send(session, request).await?;
    let shown =
        read::<T, UnknownFields>(&response).and_then(|(entity, envelope, errors)| match entity {
            Some(entity) => Ok((entity, envelope, errors)),
            None => Err(no_data(&response, errors)),
        });
    let (entity, envelope, errors) = response.conclude(shown)?;
    let extras = envelope.extras.unwrap_or_default();
    Ok(Response::new(entity, extras, response.head).with_errors(errors))
}

/// Calls an operation whose response has an object if there is one.
pub(crate) async fn optional<R, T, X>(
    session: &Session,
    request: &R,
) -> Result<Response<Option<T>, X>>
where
    R: Request,
    T: DeserializeOwned,
    X: Received,
{
    let response = attempts::send(session, request).await?;
    if response.head.status.is_success() && response.is_empty() {
        return Ok(Response::new(None, X::default(), response.head));
    }
    let shown = read::<T, X>(&response).and_then(|(entity, envelope, errors)| {
        // With errors, missing data does not mean that there is no object.
        if entity.is_none() && (envelope.result == ResultCode::Other || !errors.is_empty()) {
            return Err(no_data(&response, errors));
        }
        Ok((entity, envelope, errors))
    });
    let (entity, envelope, errors) = response.conclude(shown)?;
    let extras = envelope.extras.unwrap_or_default();
    Ok(Response::new(entity, extras, response.head).with_errors(errors))
}

/// The object, the rest of the envelope, and the errors.
#[allow(clippy::type_complexity, reason = "used only here")]
fn read<T, X>(response: &RawResponse) -> Result<(Option<T>, Envelope<(), X>, ApiErrors)>
where
    T: DeserializeOwned,
    X: Received,
{
    let mut envelope = verdict::read_success::<Single<T>, X>(response)?;
    let errors = std::mem::take(&mut envelope.errors);
    let errors = response.secrets().clean_errors(errors);
    let entity = envelope.data.take().map(|Single(entity)| entity);
    Ok((entity, envelope.with_data(None), errors))
}

fn no_data(response: &RawResponse, errors: ApiErrors) -> Error {
    response
        .error(ErrorKind::Decode, "the response has no data")
        .at_path("data")
        .with_errors(errors)
}
