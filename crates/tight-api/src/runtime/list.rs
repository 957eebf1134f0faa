//! A list in a response, whose items are decoded one by one.

use std::vec;

use super::error::{Error, Result};

/// A list of items from one response.
///
/// An item that cannot be decoded does not fail the list: it is an error of kind [`Item`](crate::ErrorKind::Item) in its place,
/// with the JSON path ([`Error::path`]) and the item's JSON ([`Error::body`]).
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

    /// Creates a list from items, for tests. Use [`From`] to include items that failed to decode.
    pub fn from_items(items: impl IntoIterator<Item = T>) -> Self {
        Self::new(items.into_iter().map(Ok).collect())
    }

    /// Returns the number of items, decoded or not.
    pub fn len(&self) -> usize {
        self.items.len()
    }

    /// Returns whether the list is empty.
    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    /// Returns all items in the order of the response.
    pub fn items(&self) -> &[Result<T>] {
        &self.items
    }

    /// Returns the items that were decoded.
    pub fn readable(&self) -> impl Iterator<Item = &T> {
        self.items.iter().filter_map(|item| item.as_ref().ok())
    }

    /// Returns the errors of the items that could not be decoded.
    pub fn unreadable(&self) -> impl Iterator<Item = &Error> {
        self.items.iter().filter_map(|item| item.as_ref().err())
    }

    /// Converts the list into its items.
    pub fn into_items(self) -> Vec<Result<T>> {
        self.items
    }

    /// Converts the list into its items, if all of them were decoded.
    ///
    /// # Errors
    ///
    /// Returns the first error of an item that could not be decoded. [`readable`](Self::readable) returns the others.
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
