//! One request, a list within the API's envelope.

use serde::de::DeserializeOwned;
use serde_json::value::RawValue;

use super::answer::Answer;
use super::attempts;
use super::envelope::{self, Entry, Frame};
use super::request::Request;
use super::said::Said;
use super::session::Session;
use super::verdict;
use crate::api_errors::ApiErrors;
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
    let answer = attempts::send(session, request).await?;
    if answer.is_silent() {
        return Ok(Response::new(List::default(), X::default(), answer.head));
    }
    let (list, frame, errors) = answer.conclude(read::<T, X>(&answer))?;
    let extras = frame.extras.unwrap_or_default();
    Ok(Response::new(list, extras, answer.head).with_errors(errors))
}

/// Calls the operation of a request that is answered with a list outside of the envelope.
pub(crate) async fn bare<R, T>(session: &Session, request: &R) -> Result<Response<List<T>>>
where
    R: Request,
    T: DeserializeOwned,
{
    let answer = attempts::send(session, request).await?;
    let list = answer.conclude(read_bare::<T>(&answer))?;
    // Beside the list is nothing.
    Ok(Response::new(list, UnknownFields::default(), answer.head))
}

fn read_bare<T: DeserializeOwned>(answer: &Answer) -> Result<List<T>> {
    if !answer.head.status.is_success() {
        return Err(verdict::status_error(answer));
    }
    let entries =
        envelope::read_bare(answer).map_err(|unreadable| unreadable.into_error(answer))?;
    Ok(items(answer, entries, || envelope::raw_bare(answer, texts)))
}

/// The list that an answer shows, and the rest of its envelope.
pub(crate) fn read<T, X>(answer: &Answer) -> Result<(List<T>, Frame<(), X>, ApiErrors)>
where
    T: DeserializeOwned,
    X: Received,
{
    let mut frame = verdict::read_success::<Vec<Entry<T>>, X>(answer)?;
    let errors = std::mem::take(&mut frame.errors);
    let errors = answer.secrets().clean_errors(errors);
    let may_be_empty = frame.result == Said::Success && errors.is_empty();
    if frame.data.is_none() && !may_be_empty {
        return Err(answer
            .error(ErrorKind::Decode, "the answer has no data")
            .at_path("data")
            .with_errors(errors));
    }
    let entries = frame.data.take().unwrap_or_default();
    let list = items(answer, entries, || envelope::raw_elements(answer, texts));
    Ok((list, frame.with_data(None), errors))
}

fn items<T>(
    answer: &Answer,
    entries: Vec<Entry<T>>,
    raw_elements: impl Fn() -> Vec<String>,
) -> List<T> {
    // Taken apart when an item cannot be read, and once.
    let mut raw = None;
    // What stands as null in the place of an item is no item.
    let items = entries
        .into_iter()
        .enumerate()
        .filter_map(|(index, entry)| match entry {
            Entry::Null => None,
            Entry::Read(item) => Some(Ok(item)),
            Entry::Unreadable(unreadable) => {
                let elements = raw.get_or_insert_with(&raw_elements);
                let item = elements.get(index).map_or("", String::as_str);
                Some(Err(unreadable.into_item_error(answer, item)))
            }
        });
    List::new(items.collect())
}

/// The elements of a list, each as it stands.
fn texts(elements: &[&RawValue]) -> Vec<String> {
    let text = |element: &&RawValue| element.get().to_owned();
    elements.iter().map(text).collect()
}
