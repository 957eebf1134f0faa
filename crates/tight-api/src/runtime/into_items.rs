//! The argument of batch operations. A trait of its own, so that passing one item gives a helpful compile error.

/// A list of items to save: an array, a `Vec`, an iterator, anything that implements [`IntoIterator`]. `T` is the item type, `I`
/// the iterator type.
///
/// A single item does not compile:
///
/// ```compile_fail,E0277
/// # fn example(client: &tight_api::Client) {
/// use tight_api::types::ConversationUpsert;
///
/// let _ = client.conversations().save(ConversationUpsert::new()); // instead: save([…]), or save_one(…)
/// # }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a list of `{T}`",
    label = "not a list of `{T}`",
    note = "to save one item, wrap it in `[…]`, or call the method that ends in `_one`; for a stream, call the one that ends in `_stream`"
)]
pub trait IntoItems<T, I> {
    /// Converts the list into an iterator over its items.
    fn into_items(self) -> I;
}

// Without this, the compiler reports a missing `IntoIterator` instead. The iterator is a type parameter, since an associated type
// has the same effect.
#[diagnostic::do_not_recommend]
impl<L: IntoIterator> IntoItems<L::Item, L::IntoIter> for L {
    fn into_items(self) -> L::IntoIter {
        self.into_iter()
    }
}
