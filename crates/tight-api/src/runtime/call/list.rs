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
use crate::wire::Received;

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
    Ok((items(answer, entries), frame.with_data(None), errors))
}

fn items<T>(answer: &Answer, entries: Vec<Entry<T>>) -> List<T> {
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
                let elements = raw.get_or_insert_with(|| raw_elements(answer));
                let item = elements.get(index).map_or("", String::as_str);
                Some(Err(unreadable.into_item_error(answer, item)))
            }
        });
    List::new(items.collect())
}

/// The items of a list, each as it stands.
fn raw_elements(answer: &Answer) -> Vec<String> {
    envelope::raw_elements(answer, |elements| {
        let text = |element: &&RawValue| element.get().to_owned();
        elements.iter().map(text).collect()
    })
}
