//! Whether a response reports success.

use http::StatusCode;

use super::envelope::{self, Data, Envelope};
use super::envelope_fields::ResultCode;
use super::raw_response::RawResponse;
use crate::api_errors::ApiErrors;
use crate::runtime::error::{Error, ErrorKind};
use crate::wire::Received;

/// Decodes the envelope of a successful response.
pub(crate) fn read_success<D: Data, X: Received>(
    response: &RawResponse,
) -> Result<Envelope<D, X>, Error> {
    if !response.head.status.is_success() {
        return Err(status_error(response));
    }
    let envelope =
        envelope::read(response).map_err(|unreadable| unreadable.into_error(response))?;
    match envelope.result {
        ResultCode::Failure => Err(failure(
            response,
            response.secrets().clean_errors(envelope.errors),
        )),
        _ => Ok(envelope),
    }
}

/// Whether a status means that the request took no effect. 408 and 425 do not: they can come from a proxy after Tight received the
/// request.
pub(crate) fn is_refusal(status: StatusCode) -> bool {
    status.is_client_error()
        && status != StatusCode::REQUEST_TIMEOUT
        && status != StatusCode::TOO_EARLY
}

/// The error of a response with an unsuccessful status.
pub(crate) fn status_error(response: &RawResponse) -> Error {
    let status = response.head.status;
    let message = format!("Tight responded with {status}");
    let error = if is_refusal(status) {
        response.refusal(ErrorKind::Status, message)
    } else {
        response.error(ErrorKind::Status, message)
    };
    error.with_errors(envelope::errors(response))
}

/// The error of a response with a success status and the result `FAILURE`. Without errors in it, the request may have taken effect.
pub(crate) fn failure(response: &RawResponse, errors: ApiErrors) -> Error {
    let message = format!(
        "Tight responded with {} with the result FAILURE",
        response.head.status
    );
    if errors.is_empty() {
        response.error(ErrorKind::Failure, message)
    } else {
        response
            .refusal(ErrorKind::Failure, message)
            .with_errors(errors)
    }
}
