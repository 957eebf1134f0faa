//! What an answer says about the whole request.

use http::StatusCode;

use super::answer::Answer;
use super::envelope::{self, Data, Frame};
use super::said::Said;
use crate::api_errors::ApiErrors;
use crate::runtime::error::{Error, ErrorKind};
use crate::wire::Received;

/// The envelope of an answer that says that the operation succeeded.
pub(crate) fn read_success<D: Data, X: Received>(answer: &Answer) -> Result<Frame<D, X>, Error> {
    if !answer.head.status.is_success() {
        return Err(status_error(answer));
    }
    let frame = envelope::read(answer).map_err(|unreadable| unreadable.into_error(answer))?;
    match frame.result {
        Said::Failure => Err(failure(answer, answer.secrets().clean_errors(frame.errors))),
        _ => Ok(frame),
    }
}

/// Whether a status says that the request was refused. 408 may come from a proxy that lost patience after Tight had received the
/// request, and so may 425.
pub(crate) fn is_refusal(status: StatusCode) -> bool {
    status.is_client_error()
        && status != StatusCode::REQUEST_TIMEOUT
        && status != StatusCode::TOO_EARLY
}

/// The error of an answer whose status is not a success, readable or not.
pub(crate) fn status_error(answer: &Answer) -> Error {
    let status = answer.head.status;
    let message = format!("Tight answered {status}");
    let error = if is_refusal(status) {
        answer.refusal(ErrorKind::Status, message)
    } else {
        answer.error(ErrorKind::Status, message)
    };
    error.with_errors(envelope::errors(answer))
}

/// The error of a success status whose envelope says failure. Without any error, it says that something failed, but not that
/// nothing was done.
pub(crate) fn failure(answer: &Answer, errors: ApiErrors) -> Error {
    let message = format!(
        "Tight answered {} with the result FAILURE",
        answer.head.status
    );
    if errors.is_empty() {
        answer.error(ErrorKind::Failure, message)
    } else {
        answer
            .refusal(ErrorKind::Failure, message)
            .with_errors(errors)
    }
}
