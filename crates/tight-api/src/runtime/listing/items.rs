//! The items of all pages.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::vec;

use futures_util::Stream;
use futures_util::stream::FusedStream;

use super::pages::Pages;
use crate::runtime::error::Result;
use crate::wire::UnknownFields;

/// The items of a list, as a stream that fetches a page when those of the page before have been taken.
///
/// An item that cannot be read is an error of the kind [`Item`](crate::ErrorKind::Item) among the items, and the stream goes on after
/// it. A page that does not come is an error of another kind, which ends the stream: the items before it have been delivered,
/// and [`cursor`](Self::cursor) says where to go on.
#[must_use = "a stream does nothing until it is polled"]
pub struct Items<T, X = UnknownFields> {
    pages: Pages<T, X>,
    items: vec::IntoIter<Result<T>>,
    /// The cursor of the page that the items are of.
    page: Option<String>,
    /// What it has beside them.
    extras: Option<X>,
}

impl<T, X> Items<T, X> {
    pub(super) fn new(pages: Pages<T, X>) -> Self {
        Self {
            page: pages.cursor().map(str::to_owned),
            pages,
            items: Vec::new().into_iter(),
            extras: None,
        }
    }

    /// Returns the cursor of the page that the next item is on, to go on from later with
    /// [`Listing::resume`](crate::Listing::resume). After an error that ended the stream, it is that of the page that did not
    /// come, or whose own cursor cannot be read. Within a page it is that page's, so the items of it that were taken come
    /// again.
    ///
    /// There is none on the first page, nor when all items were taken: [`is_done`](Self::is_done) tells the two apart.
    pub fn cursor(&self) -> Option<&str> {
        if self.items.len() > 0 {
            self.page.as_deref()
        } else {
            self.pages.cursor()
        }
    }

    /// Returns what the page has beside its items that the last item was on: such as a balance, or how many items there are on
    /// all pages. Nothing has come before the first item was asked for.
    pub fn extras(&self) -> Option<&X> {
        self.extras.as_ref()
    }

    /// Returns whether all items were taken, so that there is nothing to go on with.
    pub fn is_done(&self) -> bool {
        self.items.len() == 0 && self.pages.is_done()
    }
}

/// The items are never pinned, wherever the stream is.
impl<T, X> Unpin for Items<T, X> {}

impl<T, X> Stream for Items<T, X> {
    type Item = Result<T>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<T>>> {
        let items = self.get_mut();
        loop {
            if let Some(item) = items.items.next() {
                return Poll::Ready(Some(item));
            }
            let cursor = items.pages.cursor().map(str::to_owned);
            match ready!(Pin::new(&mut items.pages).poll_next(context)) {
                Some(Ok(page)) => {
                    items.page = cursor;
                    let (page, extras) = page.into_parts();
                    items.items = page.into_iter();
                    items.extras = Some(extras);
                }
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                None => return Poll::Ready(None),
            }
        }
    }
}

impl<T, X> FusedStream for Items<T, X> {
    fn is_terminated(&self) -> bool {
        self.items.len() == 0 && self.pages.is_terminated()
    }
}

impl<T, X> fmt::Debug for Items<T, X> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Items")
            .field("operation", &self.pages.operation())
            .field("cursor", &self.cursor())
            .finish_non_exhaustive()
    }
}
