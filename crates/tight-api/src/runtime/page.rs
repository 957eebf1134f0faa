//! One request, one page of a list.

use std::ops::RangeInclusive;
use std::sync::Arc;

use futures_util::FutureExt;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::answer::Answer;
use super::attempts;
use super::call::Request;
use super::envelope::{self, Envelope};
use crate::client::Client;
use crate::error::{Error, ErrorKind, Result};
use crate::listing::{Listing, Page};
use crate::response::Response;
use crate::types::ResultStatus;

/// A request for a page.
pub(crate) trait PageRequest: Request + Clone + 'static {
    type Item: DeserializeOwned + Send + 'static;

    /// What the limit may be.
    const LIMITS: RangeInclusive<i64>;

    /// Where the request says which page is wanted: its cursor and its limit.
    fn place(&mut self) -> (&mut Option<String>, &mut Option<i64>);
}

/// The pages of an operation, from the one that the request asks for.
pub(crate) fn listing<R: PageRequest>(client: &Client, mut request: R) -> Listing<R::Item> {
    let (cursor, limit) = request.place();
    let (cursor, limit) = (cursor.take(), limit.take());
    let client = client.clone();
    let fetch = move |cursor: Option<String>, limit: Option<i64>| {
        let (client, mut request) = (client.clone(), request.clone());
        *request.place().0 = cursor;
        *request.place().1 = limit;
        async move { page(&client, &request, limit).await }.boxed()
    };
    Listing::new(R::OPERATION.id, Arc::new(fetch), cursor, limit)
}

async fn page<R: PageRequest>(
    client: &Client,
    request: &R,
    limit: Option<i64>,
) -> Result<Response<Page<R::Item>>> {
    if let Some(limit) = limit.filter(|limit| !R::LIMITS.contains(limit)) {
        let (least, most) = R::LIMITS.into_inner();
        let message = format!("a limit of {limit} is not between {least} and {most}");
        return Err(Error::new(ErrorKind::InvalidRequest, message).in_operation(R::OPERATION.id));
    }
    let answer = attempts::send(client.session(), client.options(), request).await?;
    let envelope = envelope::read_success(&answer)?;
    let page: Page<R::Item> = read(&answer, &envelope)?;
    let errors = envelope.errors;
    Ok(Response::new(page, answer.head).with_errors(errors))
}

fn read<T: DeserializeOwned>(answer: &Answer, envelope: &Envelope<'_>) -> Result<Page<T>> {
    let is_empty = envelope.result == Some(ResultStatus::Success) && envelope.errors.is_empty();
    if envelope.data.is_none() && !is_empty {
        return Err(answer
            .error(ErrorKind::Decode, "the answer has no data")
            .at_path("data")
            .with_errors(envelope.errors.clone()));
    }
    let items = envelope
        .items()
        .map_err(|unreadable| unreadable.into_error(answer))?;
    let items = items.into_iter().enumerate();
    // What stands as null in the place of an item is no item.
    let items = items.filter_map(|(index, raw)| Some((index, raw?)));
    let items = items
        .map(|(index, raw)| {
            envelope::read(&format!("data[{index}]"), raw)
                .map_err(|unreadable| unreadable.into_item_error(answer, raw))
        })
        .collect();
    let cursors = cursors(answer, envelope);
    let (after, before) = match cursors {
        Ok(cursors) => (Ok(cursors.after), Ok(cursors.before)),
        Err(error) => (Err(error.clone()), Err(error)),
    };
    Ok(Page::new(items, after, before))
}

#[derive(Default, Deserialize)]
#[serde(expecting = "an object")]
struct Cursors {
    after: Option<String>,
    before: Option<String>,
}

/// The cursors of an answer. A cursor that cannot be read must not pass for one that is not there: the list would seem to
/// end with this page.
fn cursors(answer: &Answer, envelope: &Envelope<'_>) -> Result<Cursors> {
    let Some(raw) = envelope.cursor else {
        return Ok(Cursors::default());
    };
    let cursors: Cursors =
        envelope::read("cursor", raw).map_err(|unreadable| unreadable.into_error(answer))?;
    let filled = |cursor: Option<String>| cursor.filter(|cursor| !cursor.is_empty());
    Ok(Cursors {
        after: filled(cursors.after),
        before: filled(cursors.before),
    })
}
