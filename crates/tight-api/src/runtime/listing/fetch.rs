//! A page, asked for and read.

use std::ops::RangeInclusive;
use std::sync::Arc;

use futures_util::FutureExt;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;

use super::Listing;
use super::page::Page;
use crate::api_errors::ApiErrors;
use crate::runtime::call::envelope::{self, Entry, Frame};
use crate::runtime::call::{self, Answer, Request, Said, Session, verdict};
use crate::runtime::error::{Error, ErrorKind, Result};
use crate::runtime::response::Response;

/// A request for a page.
pub(crate) trait PageRequest: Request + Clone + 'static {
    type Item: DeserializeOwned + Send + 'static;

    /// What the limit may be.
    const LIMITS: RangeInclusive<i64>;

    /// Where the request says which page is wanted: its cursor and its limit.
    fn paging_fields(&mut self) -> (&mut Option<String>, &mut Option<i64>);
}

/// The pages of an operation, from the one that the request asks for.
pub(crate) fn listing<R: PageRequest>(session: &Session, mut request: R) -> Listing<R::Item> {
    let (cursor, limit) = request.paging_fields();
    let (cursor, limit) = (cursor.take(), limit.take());
    let session = session.clone();
    let fetch = move |cursor: Option<String>, limit: Option<i64>| {
        let (session, mut request) = (session.clone(), request.clone());
        *request.paging_fields().0 = cursor;
        *request.paging_fields().1 = limit;
        async move { page(&session, &request, limit).await }.boxed()
    };
    Listing::new(R::OPERATION.id, Arc::new(fetch), cursor, limit)
}

async fn page<R: PageRequest>(
    session: &Session,
    request: &R,
    limit: Option<i64>,
) -> Result<Response<Page<R::Item>>> {
    if let Some(limit) = limit.filter(|limit| !R::LIMITS.contains(limit)) {
        let (least, most) = R::LIMITS.into_inner();
        let message = format!("a limit of {limit} is not between {least} and {most}");
        return Err(Error::new(ErrorKind::InvalidRequest, message).in_operation(R::OPERATION.id));
    }
    let answer = call::send(session, request).await?;
    let (page, errors) = answer.conclude(read::<R::Item>(&answer))?;
    Ok(Response::new(page, answer.head).with_errors(errors))
}

fn read<T: DeserializeOwned>(answer: &Answer) -> Result<(Page<T>, ApiErrors)> {
    let mut frame = verdict::read_success::<Vec<Entry<T>>>(answer)?;
    let errors = std::mem::take(&mut frame.errors);
    let errors = answer.secrets().clean_errors(errors);
    let page = shown(answer, frame, &errors)?;
    Ok((page, errors))
}

/// The page that an answer shows.
fn shown<T>(answer: &Answer, frame: Frame<Vec<Entry<T>>>, errors: &ApiErrors) -> Result<Page<T>> {
    let is_empty = frame.result == Said::Success && errors.is_empty();
    if frame.data.is_none() && !is_empty {
        return Err(answer
            .error(ErrorKind::Decode, "the answer has no data")
            .at_path("data")
            .with_errors(errors.clone()));
    }
    let cursors = cursors(answer, &frame);
    let entries = frame.data.unwrap_or_default().into_iter().enumerate();
    // Taken apart when an item cannot be read, and once.
    let mut raw = None;
    // What stands as null in the place of an item is no item.
    let items = entries.filter_map(|(index, entry)| match entry {
        Entry::Null => None,
        Entry::Read(item) => Some(Ok(item)),
        Entry::Unreadable(unreadable) => {
            let elements = raw.get_or_insert_with(|| raw_elements(answer));
            let item = elements.get(index).map_or("", String::as_str);
            Some(Err(unreadable.into_item_error(answer, item)))
        }
    });
    let items = items.collect();
    let (after, before) = match cursors {
        Ok(cursors) => (Ok(cursors.after), Ok(cursors.before)),
        Err(error) => (Err(error.clone()), Err(error)),
    };
    Ok(Page::new(items, after, before))
}

/// The items of a page, each as it stands.
fn raw_elements(answer: &Answer) -> Vec<String> {
    envelope::raw_elements(answer, |elements| {
        let text = |element: &&RawValue| element.get().to_owned();
        elements.iter().map(text).collect()
    })
}

#[derive(Default, Deserialize)]
#[serde(expecting = "an object")]
struct Cursors {
    after: Option<String>,
    before: Option<String>,
}

/// The cursors of an answer. A cursor that cannot be read must not pass for one that is not there: the list would seem to
/// end with this page.
fn cursors<D>(answer: &Answer, frame: &Frame<D>) -> Result<Cursors> {
    let Some(raw) = &frame.cursor else {
        return Ok(Cursors::default());
    };
    let cursors: Cursors = envelope::decode("cursor", raw.get())
        .map_err(|unreadable| unreadable.into_error(answer))?;
    let filled = |cursor: Option<String>| cursor.filter(|cursor| !cursor.is_empty());
    Ok(Cursors {
        after: filled(cursors.after),
        before: filled(cursors.before),
    })
}
