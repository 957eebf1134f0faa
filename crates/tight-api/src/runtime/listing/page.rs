//! One page.

use std::ops::Deref;
use std::vec;

use crate::runtime::error::Result;
use crate::runtime::list::List;

/// A page of a list: a [`List`], and where it stands among the others.
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

    /// Creates a page of a list, for tests: the first and the last one, unless it is given cursors.
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

    /// Sets the [cursor of the page before](Self::previous_cursor), for tests.
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

    /// Returns the items, to keep.
    pub fn into_items(self) -> Vec<Result<T>> {
        self.list.into_items()
    }

    /// Returns all items, to keep.
    ///
    /// # Errors
    ///
    /// If one of them cannot be read. [`readable`](List::readable) has the others.
    pub fn into_result(self) -> Result<Vec<T>> {
        self.list.into_result()
    }

    /// Returns the cursor of the page after this one; nothing on the last page.
    ///
    /// # Errors
    ///
    /// If the answer has a cursor that cannot be read.
    pub fn next_cursor(&self) -> Result<Option<&str>> {
        read(&self.after)
    }

    /// Returns the cursor of the page before this one; nothing on the first page.
    ///
    /// # Errors
    ///
    /// If the answer has a cursor that cannot be read.
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

/// The items, and why some of them cannot be read.
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
