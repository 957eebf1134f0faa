//! Responses that are files.

use bytes::Bytes;
use http::header::CONTENT_TYPE;
use serde::de::IgnoredAny;

use crate::runtime::call::attempts;
use crate::runtime::call::request::Request;
use crate::runtime::call::response::envelope;
use crate::runtime::call::response::envelope_fields::ResultCode;
use crate::runtime::call::response::raw_response::RawResponse;
use crate::runtime::call::response::verdict;
use crate::runtime::call::session::Session;
use crate::runtime::error::Result;
use crate::runtime::response::Response;
use crate::wire::UnknownFields;

/// Calls the operation of a request.
pub(crate) async fn call<R: Request>(session: &Session, request: &R) -> Result<Response<Bytes>> {
    let response = attempts::send(session, request).await?;
    response.conclude(check(&response))?;
    let (head, body) = response.into_parts();
    Ok(Response::new(body, UnknownFields::default(), head))
}

/// Fails for an unsuccessful status, and for an envelope with a failure instead of a file.
fn check(response: &RawResponse) -> Result<()> {
    if !response.head.status.is_success() {
        return Err(verdict::status_error(response));
    }
    if is_json(response)
        && let Ok(envelope) = envelope::read::<IgnoredAny, UnknownFields>(response)
        && envelope.result == ResultCode::Failure
    {
        let errors = response.secrets().clean_errors(envelope.errors);
        return Err(verdict::failure(response, errors));
    }
    Ok(())
}

fn is_json(response: &RawResponse) -> bool {
    let content_type = response.head.headers.get(CONTENT_TYPE);
    let content_type = content_type.and_then(|value| value.to_str().ok());
    let essence = content_type.and_then(|value| value.split(';').next());
    essence.is_some_and(|essence| {
        let essence = essence.trim().to_ascii_lowercase();
        essence == "application/json" || essence.ends_with("+json")
    })
}
