//! Responses without data.

use serde_json::value::RawValue;

use crate::api_errors::ApiErrors;
use crate::runtime::call::attempts;
use crate::runtime::call::request::Request;
use crate::runtime::call::response::envelope;
use crate::runtime::call::response::envelope_fields::ResultCode;
use crate::runtime::call::response::raw_response::RawResponse;
use crate::runtime::call::response::verdict;
use crate::runtime::call::session::Session;
use crate::runtime::error::Result;
use crate::runtime::response::Response;
use crate::wire::Received;

/// Calls the operation of a request.
pub(crate) async fn call<R, X>(session: &Session, request: &R) -> Result<Response<(), X>>
where
    R: Request,
    X: Received,
{
    let response = attempts::send(session, request).await?;
    let (extras, errors) = response.conclude(read::<X>(&response))?;
    Ok(Response::new((), extras, response.head).with_errors(errors))
}

/// The extra fields and errors. A successful response need not have a body, and an invalid body is ignored.
fn read<X: Received>(response: &RawResponse) -> Result<(X, ApiErrors)> {
    if !response.head.status.is_success() {
        return Err(verdict::status_error(response));
    }
    let Ok(envelope) = envelope::read::<Box<RawValue>, X>(response) else {
        return Ok(Default::default());
    };
    let errors = response.secrets().clean_errors(envelope.errors);
    if envelope.result == ResultCode::Failure {
        return Err(verdict::failure(response, errors));
    }
    let mut extras = envelope.extras.unwrap_or_default();
    // Data is not documented here.
    if let Some(data) = envelope.data.filter(|data| !envelope::is_nothing(data)) {
        extras.unknown_fields_mut().keep("data", data);
    }
    Ok((extras, errors))
}
