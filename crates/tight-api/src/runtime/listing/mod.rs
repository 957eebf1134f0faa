//! Paged lists: one page, a stream of pages, or a stream of items.
//!
//! ```text
//! page             one page
//! prefetch         fetches a page while the one before it is used
//! pages            a stream of pages
//! items            a stream of the items of all pages
//! fetch            requests and decodes a page
//! listing_builder  listings with optional parameters
//! ```

mod fetch;
mod items;
mod listing_builder;
mod page;
mod pages;
mod prefetch;

use std::fmt;
use std::sync::Arc;

use futures_util::TryStreamExt;

pub(crate) use fetch::{PageRequest, listing};
pub use items::Items;
#[allow(unused_imports, reason = "depends on the document")]
pub(crate) use listing_builder::{forward_to_listing, listing_builder};
pub use page::Page;
pub use pages::Pages;
use pages::{Direction, Fetch, Following};
use prefetch::in_background;

use super::error::Result;
use super::list::List;
use super::response::Response;
use crate::wire::UnknownFields;

/// A paged list. Fetch [one page](Self::page), stream all [items](Self::items) or [pages](Self::pages), or collect
/// [all items](Self::all). Nothing is sent before that. `X` holds the [extra fields](Response::extras) of a page.
///
/// ```
/// # async fn example(client: &tight_api::Client) -> tight_api::Result<()> {
/// use futures_util::TryStreamExt;
/// use tight_api::types::{ConversationQuery, ReadStatus};
///
/// let unread = ConversationQuery::new().read_status([ReadStatus::Unread]);
/// let mut conversations = client.conversations().query(unread).limit(100).items();
/// while let Some(conversation) = conversations.try_next().await? {
///     println!("{:?}", conversation.subject);
/// }
/// # Ok(())
/// # }
/// ```
#[must_use = "a listing sends nothing until you fetch a page or poll a stream"]
pub struct Listing<T, X = UnknownFields> {
    operation: &'static str,
    fetch: Arc<Fetch<T, X>>,
    cursor: Option<String>,
    limit: Option<i64>,
    following: Following<T, X>,
}

impl<T, X> Listing<T, X> {
    pub(crate) fn new(
        operation: &'static str,
        fetch: Arc<Fetch<T, X>>,
        cursor: Option<String>,
        limit: Option<i64>,
    ) -> Self {
        Self {
            operation,
            fetch,
            cursor,
            limit,
            following: Following::default(),
        }
    }

    /// Sets the maximum number of items of a page; if not set, Tight decides. A limit of 0, or above the documented maximum, fails with
    /// [`ErrorKind::InvalidRequest`](crate::ErrorKind::InvalidRequest).
    pub fn limit(mut self, limit: u32) -> Self {
        self.limit = Some(limit.into());
        self
    }

    /// Sets the cursor to start from, of an earlier [`Page`], [`Pages`] or [`Items`]; if not set, the first page.
    pub fn cursor(mut self, cursor: impl Into<String>) -> Self {
        self.cursor = Some(cursor.into());
        self
    }

    /// Sets or clears the [cursor](Self::cursor): for stored cursors, where `None` means the first page.
    pub fn resume(mut self, cursor: Option<String>) -> Self {
        self.cursor = cursor;
        self
    }

    /// Goes from each page to the previous one instead of the next. Requires a [cursor](Self::cursor) to start from. Items within a
    /// page keep their order.
    pub fn backward(mut self) -> Self {
        self.following.direction = Direction::Backward;
        self
    }

    /// Fetches the next page while you use this one: [`pages`](Self::pages), [`items`](Self::items) and [`all`](Self::all) request it as
    /// soon as they have received a page, in a task on the current Tokio runtime. At most one page is fetched ahead, so up to two are in
    /// memory. If you stop early, one page may have been requested in vain; dropping the stream stops its request.
    ///
    /// Everything else stays the same: the order of items, cursors, and where an error shows, which is after all items before it.
    ///
    /// ```
    /// # async fn example(client: &tight_api::Client) -> tight_api::Result<()> {
    /// use futures_util::TryStreamExt;
    /// # async fn store(_: tight_api::types::Message) {}
    ///
    /// let mut messages = client.conversations().messages("con_1").limit(250).prefetch().items();
    /// while let Some(message) = messages.try_next().await? {
    ///     store(message).await; // the next page is on its way
    /// }
    /// # Ok(())
    /// # }
    /// ```
    pub fn prefetch(mut self) -> Self
    where
        T: Send + 'static,
        X: Send + 'static,
    {
        self.following.prefetch = Some(in_background);
        self
    }

    /// Fetches one page.
    ///
    /// # Errors
    ///
    /// Fails if no response is received, or it is not successful, or it cannot be decoded. An item that cannot be decoded does not
    /// fail the page: it is an error in the page.
    pub async fn page(&self) -> Result<Response<Page<T>, X>> {
        (self.fetch)(self.cursor.clone(), self.limit).await
    }

    /// Fetches all pages, and returns their items. Items that cannot be decoded are errors in the list.
    ///
    /// Holds all items in memory; [`items`](Self::items) holds one page at a time.
    ///
    /// ```
    /// # async fn example(client: &tight_api::Client) -> tight_api::Result<()> {
    /// use tight_api::types::CustomerQuery;
    ///
    /// let customers = client.customers().query(CustomerQuery::new()).all().await?.into_result()?;
    /// println!("{} customers", customers.len());
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// Fails if a page cannot be fetched, as with [`page`](Self::page), or a cursor repeats.
    pub async fn all(self) -> Result<List<T>> {
        let mut pages = self.pages();
        let mut items = Vec::new();
        while let Some(page) = pages.try_next().await? {
            items.extend(page.into_inner().into_items());
        }
        Ok(List::new(items))
    }

    /// Returns a stream of pages, each fetched when the stream is polled for it, or [ahead](Self::prefetch).
    pub fn pages(self) -> Pages<T, X> {
        Pages::new(
            self.operation,
            self.fetch,
            self.cursor,
            self.limit,
            self.following,
        )
    }

    /// Returns a stream of the items of all pages, which fetches a page when the items before it are consumed, or
    /// [ahead](Self::prefetch).
    pub fn items(self) -> Items<T, X> {
        Items::new(self.pages())
    }
}

impl<T, X> Clone for Listing<T, X> {
    fn clone(&self) -> Self {
        Self {
            operation: self.operation,
            fetch: Arc::clone(&self.fetch),
            cursor: self.cursor.clone(),
            limit: self.limit,
            following: self.following,
        }
    }
}

impl<T, X> fmt::Debug for Listing<T, X> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Listing")
            .field("operation", &self.operation)
            .field("cursor", &self.cursor)
            .field("limit", &self.limit)
            .field("direction", &self.following.direction)
            .field("prefetches", &self.following.prefetch.is_some())
            .finish_non_exhaustive()
    }
}
