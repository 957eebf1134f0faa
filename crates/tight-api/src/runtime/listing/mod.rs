//! Lists that come in pages: one page, or all that follow one another.
//!
//! ```text
//! page    one page
//! pages   page after page
//! items   the items of all pages
//! fetch   a page, asked for and read
//! lists   lists with parameters that may be left out
//! ```

mod fetch;
mod items;
mod lists;
mod page;
mod pages;

use std::fmt;
use std::sync::Arc;

use futures_util::TryStreamExt;

pub(crate) use fetch::{PageRequest, listing};
pub use items::Items;
#[allow(
    unused_imports,
    reason = "which lists there are is the document's affair"
)]
pub(crate) use lists::{forward, lists};
pub use page::Page;
pub use pages::Pages;
use pages::{Direction, Fetch};

use super::error::Result;
use super::list::List;
use super::response::Response;
use crate::wire::UnknownFields;

/// A list that comes in pages, before anything is sent: ask for [one page](Self::page), for [all items](Self::items), or for
/// [page after page](Self::pages). `X` is what a page has [beside its items](Response::extras).
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
#[must_use = "a listing sends nothing until a page or the items are asked for"]
pub struct Listing<T, X = UnknownFields> {
    operation: &'static str,
    fetch: Arc<Fetch<T, X>>,
    cursor: Option<String>,
    limit: Option<i64>,
    direction: Direction,
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
            direction: Direction::Forward,
        }
    }

    /// Sets how many items a page has at most. If nothing is said, Tight decides. A limit of 0, or above what is documented, is
    /// refused before anything is sent.
    pub fn limit(mut self, limit: u32) -> Self {
        self.limit = Some(limit.into());
        self
    }

    /// Sets where to begin, if not with the first page: a cursor of an earlier [`Page`], [`Pages`] or [`Items`].
    pub fn cursor(mut self, cursor: impl Into<String>) -> Self {
        self.cursor = Some(cursor.into());
        self
    }

    /// As [`cursor`](Self::cursor), or from the first page if there is none: for cursors that were kept.
    pub fn resume(mut self, cursor: Option<String>) -> Self {
        self.cursor = cursor;
        self
    }

    /// Goes from each page to the one before it, instead of the one after it. The items of a page stay in the order in which
    /// Tight lists them. It takes a [cursor](Self::cursor) to go back from: there is nothing before the first page.
    pub fn backward(mut self) -> Self {
        self.direction = Direction::Backward;
        self
    }

    /// Fetches one page.
    ///
    /// # Errors
    ///
    /// If there is no answer, or it is no success, or it cannot be read. An item that cannot be read is not among these: it
    /// is an error in the page.
    pub async fn page(&self) -> Result<Response<Page<T>, X>> {
        (self.fetch)(self.cursor.clone(), self.limit).await
    }

    /// Fetches all pages, and returns their items. Each item that cannot be read is an error in the list.
    ///
    /// All of them are in memory at once; [`items`](Self::items) has one page there.
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
    /// If a page cannot be fetched, as with [`page`](Self::page), or pages go in a circle.
    pub async fn all(self) -> Result<List<T>> {
        let mut pages = self.pages();
        let mut items = Vec::new();
        while let Some(page) = pages.try_next().await? {
            items.extend(page.into_inner().into_items());
        }
        Ok(List::new(items))
    }

    /// Returns page after page as a stream, each fetched when it is asked for.
    pub fn pages(self) -> Pages<T, X> {
        Pages::new(
            self.operation,
            self.fetch,
            self.cursor,
            self.limit,
            self.direction,
        )
    }

    /// Returns the items of all pages, of which each is fetched when those of the page before have been taken.
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
            direction: self.direction,
        }
    }
}

impl<T, X> fmt::Debug for Listing<T, X> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Listing")
            .field("operation", &self.operation)
            .field("cursor", &self.cursor)
            .field("limit", &self.limit)
            .field("direction", &self.direction)
            .finish_non_exhaustive()
    }
}
