//! A list in an answer, of which each item is read for itself.

use std::vec;

use super::error::{Error, Result};

/// A list that came whole.
///
/// An item that cannot be read costs no other: it is an error of the kind [`Item`](crate::ErrorKind::Item), which says where
/// ([`Error::path`]) and keeps the item's JSON ([`Error::body`]).
///
/// ```
/// # fn example(list: tight_api::List<tight_api::types::Message>) {
/// for message in list.readable() {
///     println!("{:?}", message.text);
/// }
/// for error in list.unreadable() {
///     eprintln!("{error}");
/// }
/// # }
/// ```
#[derive(Clone, Debug)]
pub struct List<T> {
    items: Vec<Result<T>>,
}

impl<T> List<T> {
    pub(super) fn new(items: Vec<Result<T>>) -> Self {
        Self { items }
    }

    /// Creates a list of these items, for tests. [`From`] takes results, among which some items cannot be read.
    pub fn from_items(items: impl IntoIterator<Item = T>) -> Self {
        Self::new(items.into_iter().map(Ok).collect())
    }

    /// Returns how many items there are, readable or not.
    pub fn len(&self) -> usize {
        self.items.len()
    }

    /// Returns whether there are none.
    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    /// Returns the items, in the order in which Tight lists them.
    pub fn items(&self) -> &[Result<T>] {
        &self.items
    }

    /// Returns the items that can be read.
    pub fn readable(&self) -> impl Iterator<Item = &T> {
        self.items.iter().filter_map(|item| item.as_ref().ok())
    }

    /// Returns why the others cannot.
    pub fn unreadable(&self) -> impl Iterator<Item = &Error> {
        self.items.iter().filter_map(|item| item.as_ref().err())
    }

    /// Returns the items, to keep.
    pub fn into_items(self) -> Vec<Result<T>> {
        self.items
    }

    /// Returns all items, to keep.
    ///
    /// # Errors
    ///
    /// If one of them cannot be read. [`readable`](Self::readable) has the others.
    pub fn into_result(self) -> Result<Vec<T>> {
        self.items.into_iter().collect()
    }
}

impl<T> From<Vec<Result<T>>> for List<T> {
    fn from(items: Vec<Result<T>>) -> Self {
        Self::new(items)
    }
}

impl<T> Default for List<T> {
    fn default() -> Self {
        Self { items: Vec::new() }
    }
}

impl<T> IntoIterator for List<T> {
    type Item = Result<T>;
    type IntoIter = vec::IntoIter<Result<T>>;

    fn into_iter(self) -> Self::IntoIter {
        self.items.into_iter()
    }
}

impl<'a, T> IntoIterator for &'a List<T> {
    type Item = &'a Result<T>;
    type IntoIter = std::slice::Iter<'a, Result<T>>;

    fn into_iter(self) -> Self::IntoIter {
        self.items.iter()
    }
}
