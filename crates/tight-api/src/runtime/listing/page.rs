//! One page.

use std::ops::Deref;
use std::vec;

use futures_util::future::BoxFuture;

use crate::runtime::error::Result;
use crate::runtime::list::List;
use crate::runtime::response::Response;

/// A page that is being fetched.
pub(super) type Fetched<T, X> = BoxFuture<'static, Result<Response<Page<T>, X>>>;

/// A page: a [`List`] of items, and the cursors of the next and previous pages.
#[derive(Clone, Debug)]
pub struct Page<T> {
    list: List<T>,
    after: Result<Option<String>>,
    before: Result<Option<String>>,
}

impl<T> Page<T> {
    pub(super) fn new(
        list: List<T>,
        after: Result<Option<String>>,
        before: Result<Option<String>>,
    ) -> Self {
        Self {
            list,
            after,
            before,
        }
    }

    /// Creates a page without cursors, for tests.
    ///
    /// ```
    /// use tight_api::types::Conversation;
    /// use tight_api::{List, Page};
    ///
    /// let conversations = [Conversation::new().id("con_1"), Conversation::new().id("con_2")];
    /// let page = Page::from_list(List::from_items(conversations)).with_next_cursor("cursor_2");
    /// assert_eq!(page.len(), 2);
    /// assert_eq!(page.next_cursor()?, Some("cursor_2"));
    /// # Ok::<(), tight_api::Error>(())
    /// ```
    pub fn from_list(list: List<T>) -> Self {
        Self::new(list, Ok(None), Ok(None))
    }

    /// Sets the [cursor of the next page](Self::next_cursor), for tests.
    #[must_use]
    pub fn with_next_cursor(mut self, cursor: impl Into<String>) -> Self {
        self.after = Ok(Some(cursor.into()));
        self
    }

    /// Sets the [cursor of the previous page](Self::previous_cursor), for tests.
    #[must_use]
    pub fn with_previous_cursor(mut self, cursor: impl Into<String>) -> Self {
        self.before = Ok(Some(cursor.into()));
        self
    }

    pub(super) fn after(&self) -> &Result<Option<String>> {
        &self.after
    }

    pub(super) fn before(&self) -> &Result<Option<String>> {
        &self.before
    }

    /// Converts the page into its items.
    pub fn into_items(self) -> Vec<Result<T>> {
        self.list.into_items()
    }

    /// Converts the page into its items, if all of them were decoded.
    ///
    /// # Errors
    ///
    /// Returns the first error of an item that could not be decoded. [`readable`](List::readable) returns the others.
    pub fn into_result(self) -> Result<Vec<T>> {
        self.list.into_result()
    }

    /// Returns the cursor of the next page; `None` on the last page.
    ///
    /// # Errors
    ///
    /// Fails with [`ErrorKind::Decode`](crate::ErrorKind::Decode) if the cursor cannot be decoded.
    pub fn next_cursor(&self) -> Result<Option<&str>> {
        read(&self.after)
    }

    /// Returns the cursor of the previous page; `None` on the first page.
    ///
    /// # Errors
    ///
    /// Fails with [`ErrorKind::Decode`](crate::ErrorKind::Decode) if the cursor cannot be decoded.
    pub fn previous_cursor(&self) -> Result<Option<&str>> {
        read(&self.before)
    }
}

fn read(cursor: &Result<Option<String>>) -> Result<Option<&str>> {
    cursor
        .as_ref()
        .map(Option::as_deref)
        .map_err(crate::Error::clone)
}

/// Dereferences to the list of items.
impl<T> Deref for Page<T> {
    type Target = List<T>;

    fn deref(&self) -> &List<T> {
        &self.list
    }
}

impl<T> IntoIterator for Page<T> {
    type Item = Result<T>;
    type IntoIter = vec::IntoIter<Result<T>>;

    fn into_iter(self) -> Self::IntoIter {
        self.list.into_iter()
    }
}
