//! Requests and decodes one page.

use std::ops::RangeInclusive;
use std::sync::Arc;

use futures_util::FutureExt;
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::Listing;
use super::page::Page;
use crate::runtime::call::envelope::{self, Envelope};
use crate::runtime::call::{self, RawResponse, Request, Session, list};
use crate::runtime::error::{Error, ErrorKind, Result};
use crate::runtime::response::Response;
use crate::wire::Received;

/// A request for a page.
pub(crate) trait PageRequest: Request + Clone + 'static {
    type Item: DeserializeOwned + Send + 'static;
    /// The extra fields of a page.
    type Extras: Received + Send + 'static;

    /// The allowed limits.
    const LIMITS: RangeInclusive<i64>;

    /// The cursor and the limit of the request.
    fn paging_fields(&mut self) -> (&mut Option<String>, &mut Option<i64>);
}

/// The pages of an operation, starting with the one that the request names.
pub(crate) fn listing<R: PageRequest>(
    session: &Session,
    mut request: R,
) -> Listing<R::Item, R::Extras> {
    let (cursor, limit) = request.paging_fields();
    let (cursor, limit) = (cursor.take(), limit.take());
    let operation = request.operation().id;
    let session = session.clone();
    let fetch = move |cursor: Option<String>, limit: Option<i64>| {
        let (session, mut request) = (session.clone(), request.clone());
        *request.paging_fields().0 = cursor;
        *request.paging_fields().1 = limit;
        async move { page(&session, &request, limit).await }.boxed()
    };
    Listing::new(operation, Arc::new(fetch), cursor, limit)
}

async fn page<R: PageRequest>(
    session: &Session,
    request: &R,
    limit: Option<i64>,
) -> Result<Response<Page<R::Item>, R::Extras>> {
    if let Some(limit) = limit.filter(|limit| !R::LIMITS.contains(limit)) {
        let (least, most) = R::LIMITS.into_inner();
        let message = format!("a limit of {limit} is not between {least} and {most}");
        return Err(
            Error::new(ErrorKind::InvalidRequest, message).in_operation(request.operation().id)
        );
    }
    let response = call::send(session, request).await?;
    let (list, envelope, errors) =
        response.conclude(list::read::<R::Item, R::Extras>(&response))?;
    let (after, before) = match cursors(&response, &envelope) {
        Ok(cursors) => (Ok(cursors.after), Ok(cursors.before)),
        Err(error) => (Err(error.clone()), Err(error)),
    };
    let page = Page::new(list, after, before);
    let extras = envelope.extras.unwrap_or_default();
    Ok(Response::new(page, extras, response.head).with_errors(errors))
}

#[derive(Default, Deserialize)]
#[serde(expecting = "an object")]
struct Cursors {
    after: Option<String>,
    before: Option<String>,
}

/// The cursors of a response. A cursor that cannot be decoded must not count as absent: the list would seem to end there.
fn cursors<D, X>(response: &RawResponse, envelope: &Envelope<D, X>) -> Result<Cursors> {
    let Some(raw) = &envelope.cursor else {
        return Ok(Cursors::default());
    };
    let cursors: Cursors = envelope::decode("cursor", raw.get())
        .map_err(|unreadable| unreadable.into_error(response))?;
    let filled = |cursor: Option<String>| cursor.filter(|cursor| !cursor.is_empty());
    Ok(Cursors {
        after: filled(cursors.after),
        before: filled(cursors.before),
    })
}
