//! A stream of the items of all pages.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::vec;

use futures_util::Stream;
use futures_util::stream::FusedStream;

use super::pages::Pages;
use crate::runtime::error::Result;
use crate::wire::UnknownFields;

/// A stream of the items of a list, which fetches a page when the items before it are consumed.
///
/// An item that cannot be decoded is an error of kind [`Item`](crate::ErrorKind::Item), and the stream continues. If a page cannot
/// be fetched, the stream ends with an error of another kind; [`cursor`](Self::cursor) returns where to resume.
#[must_use = "a stream does nothing until it is polled"]
pub struct Items<T, X = UnknownFields> {
    pages: Pages<T, X>,
    items: vec::IntoIter<Result<T>>,
    /// The cursor of the current page.
    page: Option<String>,
    /// The extra fields of the current page.
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

    /// Returns the cursor of the page of the next item, to [resume](crate::Listing::resume) from later. Resuming within a page
    /// repeats the items of that page that were already returned. After an error that ended the stream, returns the cursor of the page
    /// that failed.
    ///
    /// Returns `None` on the first page, and when all items were returned; [`is_done`](Self::is_done) tells these apart.
    pub fn cursor(&self) -> Option<&str> {
        if self.items.len() > 0 {
            self.page.as_deref()
        } else {
            self.pages.cursor()
        }
    }

    /// Returns the extra fields of the page of the last item, such as a balance or a total count. `None` before the first item.
    pub fn extras(&self) -> Option<&X> {
        self.extras.as_ref()
    }

    /// Returns whether all items were returned.
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
