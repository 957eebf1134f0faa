//! Responses with a list.

use serde::de::DeserializeOwned;
use serde_json::value::RawValue;

use crate::api_errors::ApiErrors;
use crate::runtime::call::attempts;
use crate::runtime::call::request::Request;
use crate::runtime::call::response::envelope::{self, Entry, Envelope};
use crate::runtime::call::response::envelope_fields::ResultCode;
use crate::runtime::call::response::raw_response::RawResponse;
use crate::runtime::call::response::verdict;
use crate::runtime::call::session::Session;
use crate::runtime::error::{ErrorKind, Result};
use crate::runtime::list::List;
use crate::runtime::response::Response;
use crate::wire::{Received, UnknownFields};

/// Calls the operation of a request.
pub(crate) async fn call<R, T, X>(session: &Session, request: &R) -> Result<Response<List<T>, X>>
where
    R: Request,
    T: DeserializeOwned,
    X: Received,
{
    let response = attempts::send(session, request).await?;
    if response.is_silent() {
        return Ok(Response::new(List::default(), X::default(), response.head));
    }
    let (list, envelope, errors) = response.conclude(read::<T, X>(&response))?;
    let extras = envelope.extras.unwrap_or_default();
    Ok(Response::new(list, extras, response.head).with_errors(errors))
}

/// Calls an operation whose response is a list without an envelope.
pub(crate) async fn unwrapped<R, T>(session: &Session, request: &R) -> Result<Response<List<T>>>
where
    R: Request,
    T: DeserializeOwned,
{
    let response = attempts::send(session, request).await?;
    let list = response.conclude(read_unwrapped::<T>(&response))?;
    // There are no extra fields.
    Ok(Response::new(list, UnknownFields::default(), response.head))
}

fn read_unwrapped<T: DeserializeOwned>(response: &RawResponse) -> Result<List<T>> {
    if !response.head.status.is_success() {
        return Err(verdict::status_error(response));
    }
    let entries = envelope::read_unwrapped_list(response)
        .map_err(|unreadable| unreadable.into_error(response))?;
    Ok(items(response, entries, || {
        envelope::raw_unwrapped_list(response, texts)
    }))
}

/// The list, the rest of the envelope, and the errors.
pub(crate) fn read<T, X>(response: &RawResponse) -> Result<(List<T>, Envelope<(), X>, ApiErrors)>
where
    T: DeserializeOwned,
    X: Received,
{
    let mut envelope = verdict::read_success::<Vec<Entry<T>>, X>(response)?;
    let errors = std::mem::take(&mut envelope.errors);
    let errors = response.secrets().clean_errors(errors);
    let may_be_empty = envelope.result == ResultCode::Success && errors.is_empty();
    if envelope.data.is_none() && !may_be_empty {
        return Err(response
            .error(ErrorKind::Decode, "the response has no data")
            .at_path("data")
            .with_errors(errors));
    }
    let entries = envelope.data.take().unwrap_or_default();
    let list = items(response, entries, || {
        envelope::raw_elements(response, texts)
    });
    Ok((list, envelope.with_data(None), errors))
}

fn items<T>(
    response: &RawResponse,
    entries: Vec<Entry<T>>,
    raw_elements: impl Fn() -> Vec<String>,
) -> List<T> {
    // Parsed on demand, once.
    let mut raw = None;
    // `null` is not an item.
    let items = entries
        .into_iter()
        .enumerate()
        .filter_map(|(index, entry)| match entry {
            Entry::Null => None,
            Entry::Read(item) => Some(Ok(item)),
            Entry::Unreadable(unreadable) => {
                let elements = raw.get_or_insert_with(&raw_elements);
                let item = elements.get(index).map_or("", String::as_str);
                Some(Err(unreadable.into_item_error(response, item)))
            }
        });
    List::new(items.collect())
}

/// The raw JSON of each element.
fn texts(elements: &[&RawValue]) -> Vec<String> {
    let text = |element: &&RawValue| element.get().to_owned();
    elements.iter().map(text).collect()
}
