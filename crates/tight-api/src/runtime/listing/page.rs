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
