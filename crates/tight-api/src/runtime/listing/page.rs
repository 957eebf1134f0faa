//! One page.

use std::vec;

use crate::runtime::error::{Error, Result};

/// A page of a list.
///
/// An item that cannot be read costs no other: it is an error of the kind [`Item`](crate::ErrorKind::Item), which says where
/// ([`Error::path`]) and keeps the item's JSON ([`Error::body`]).
#[derive(Clone, Debug)]
pub struct Page<T> {
    items: Vec<Result<T>>,
    after: Result<Option<String>>,
    before: Result<Option<String>>,
}

impl<T> Page<T> {
    pub(super) fn new(
        items: Vec<Result<T>>,
        after: Result<Option<String>>,
        before: Result<Option<String>>,
    ) -> Self {
        Self {
            items,
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

    /// The items, in the order in which Tight lists them.
    pub fn items(&self) -> &[Result<T>] {
        &self.items
    }

    /// The items that can be read.
    pub fn readable(&self) -> impl Iterator<Item = &T> {
        self.items.iter().filter_map(|item| item.as_ref().ok())
    }

    /// Why the others cannot.
    pub fn unreadable(&self) -> impl Iterator<Item = &Error> {
        self.items.iter().filter_map(|item| item.as_ref().err())
    }

    /// The items, to keep.
    pub fn into_items(self) -> Vec<Result<T>> {
        self.items
    }

    /// The cursor of the page after this one; nothing on the last page.
    ///
    /// # Errors
    ///
    /// If the answer has a cursor that cannot be read.
    pub fn next_cursor(&self) -> Result<Option<&str>> {
        read(&self.after)
    }

    /// The cursor of the page before this one; nothing on the first page.
    ///
    /// # Errors
    ///
    /// If the answer has a cursor that cannot be read.
    pub fn previous_cursor(&self) -> Result<Option<&str>> {
        read(&self.before)
    }
}

fn read(cursor: &Result<Option<String>>) -> Result<Option<&str>> {
    cursor.as_ref().map(Option::as_deref).map_err(Error::clone)
}

impl<T> IntoIterator for Page<T> {
    type Item = Result<T>;
    type IntoIter = vec::IntoIter<Result<T>>;

    fn into_iter(self) -> Self::IntoIter {
        self.items.into_iter()
    }
}
