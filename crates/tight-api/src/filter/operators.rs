//! One trait for each operator of the API.
//!
//! A filter type implements the traits of its operators. Use them as bounds in code that works with several filter types:
//!
//! ```
//! use tight_api::filter::{Condition, contains, operators::Contain};
//!
//! /// A search for any field with substring search.
//! fn searched<F: Default + Contain<Operand = String>>(text: &str) -> F {
//!     let mut filter = F::default();
//!     contains(text).apply(&mut filter);
//!     filter
//! }
//!
//! let subject: tight_api::types::StringFilter = searched("receipt");
//! assert_eq!(subject.contain.as_deref(), Some("receipt"));
//! ```

/// A filter on a reference to another entity, by its id. Has the operators of the id.
pub trait Reference {
    /// The filter type of the id.
    type Id: Default;

    /// Returns the filter of the id.
    fn id_mut(&mut self) -> &mut Self::Id;
}

macro_rules! operators {
    ($($(#[$meta:meta])* $operator:ident, $set:ident($held:ty), $message:literal;)*) => {$(
        $(#[$meta])*
        #[diagnostic::on_unimplemented(
            message = $message,
            note = "the fields of `{Self}` list the supported operators; see also `tight_api::filter`"
        )]
        pub trait $operator {
            /// The type that the field is compared with.
            type Operand;

            #[doc(hidden)]
            fn $set(&mut self, operand: $held);
        }

        #[diagnostic::do_not_recommend]
        impl<R: Reference<Id: $operator>> $operator for R {
            type Operand = <R::Id as $operator>::Operand;

            fn $set(&mut self, operand: $held) {
                self.id_mut().$set(operand);
            }
        }
    )*};
}

operators! {
    /// Equal to a value: a plain value, or [`equals`](super::equals).
    Equal, set_equal(Self::Operand), "`{Self}` does not support equality";
    /// Not equal to a value: [`is_not`](super::is_not).
    NotEqual, set_not_equal(Self::Operand), "`{Self}` does not support inequality";
    /// In a list of values: a list, or [`one_of`](super::one_of).
    In, set_in(Vec<Self::Operand>), "`{Self}` does not support lists of values";
    /// Not in a list of values: [`none_of`](super::none_of).
    NotIn, set_not_in(Vec<Self::Operand>), "`{Self}` does not support excluding lists of values";
    /// Less than a value: `..b`, or [`less_than`](super::less_than).
    LessThan, set_less_than(Self::Operand), "`{Self}` does not support `less than`";
    /// Less than or equal to a value: `..=b`, or [`at_most`](super::at_most).
    LessThanEqual, set_less_than_equal(Self::Operand), "`{Self}` does not support `at most`";
    /// Greater than a value: [`greater_than`](super::greater_than).
    GreaterThan, set_greater_than(Self::Operand), "`{Self}` does not support `greater than`";
    /// Greater than or equal to a value: `a..`, or [`at_least`](super::at_least).
    GreaterThanEqual, set_greater_than_equal(Self::Operand), "`{Self}` does not support `at least`";
    /// Contains a text: [`contains`](super::contains).
    Contain, set_contain(Self::Operand), "`{Self}` does not support substring search";
}

/// A reference that can be expanded to the whole entity: [`expand`](super::expand).
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be expanded",
    note = "the fields of `{Self}` list the supported operators; see also `tight_api::filter`"
)]
pub trait Expandable {
    #[doc(hidden)]
    fn set_expand(&mut self);
}
