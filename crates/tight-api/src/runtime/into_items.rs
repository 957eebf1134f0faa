//! What a batch is made of. A trait of its own, so that one item in the place of a list is told in words that help.

/// A list of items to save: an array, a `Vec`, an iterator, anything that is [`IntoIterator`]. `T` is an item, `I` the iterator.
///
/// One item is no list of items:
///
/// ```compile_fail,E0277
/// # fn example(client: &tight_api::Client) {
/// use tight_api::types::ConversationUpsert;
///
/// let _ = client.conversations().save(ConversationUpsert::new()); // instead: save([…]), or save_one(…)
/// # }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no list of `{T}`",
    label = "not a list of `{T}`",
    note = "to save one item, wrap it in `[…]`, or call the method that ends in `_one` with it"
)]
pub trait IntoItems<T, I> {
    /// Returns the items, one after the other.
    fn into_items(self) -> I;
}

// Otherwise the compiler would say what `IntoIterator` lacks. It does, too, where a signature names the iterator by an associated
// type, so it is a parameter.
#[diagnostic::do_not_recommend]
impl<L: IntoIterator> IntoItems<L::Item, L::IntoIter> for L {
    fn into_items(self) -> L::IntoIter {
        self.into_iter()
    }
}
