//! What the API can be asked of a field: one trait for each operator.
//!
//! The type that holds the condition of a field has those of its operators; code that is to take any such type asks for them:
//!
//! ```
//! use tight_api::filter::{Condition, contains, operators::Contain};
//!
//! /// Whatever a search box says, asked of any field that texts can be looked for in.
//! fn searched<F: Default + Contain<Operand = String>>(text: &str) -> F {
//!     let mut filter = F::default();
//!     contains(text).apply(&mut filter);
//!     filter
//! }
//!
//! let subject: tight_api::types::StringFilter = searched("receipt");
//! assert_eq!(subject.contain.as_deref(), Some("receipt"));
//! ```

/// An object that says what is asked of something else by its id. It can be asked what the id can be asked.
pub trait Reference {
    /// What the id is asked with.
    type Id: Default;

    /// What the id is asked.
    fn id_mut(&mut self) -> &mut Self::Id;
}

macro_rules! operators {
    ($($(#[$meta:meta])* $operator:ident, $set:ident($held:ty), $message:literal;)*) => {$(
        $(#[$meta])*
        #[diagnostic::on_unimplemented(
            message = $message,
            note = "the fields of `{Self}` say what it takes; see also `tight_api::filter`"
        )]
        pub trait $operator {
            /// What the field is compared with.
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
    /// Is this value: a plain value, or [`equals`](super::equals).
    Equal, set_equal(Self::Operand), "`{Self}` cannot ask for one value";
    /// Is any other value: [`is_not`](super::is_not).
    NotEqual, set_not_equal(Self::Operand), "`{Self}` cannot ask for all values but one";
    /// Is one of these values: a list, or [`one_of`](super::one_of).
    In, set_in(Vec<Self::Operand>), "`{Self}` cannot ask for one of several values";
    /// Is none of these values: [`none_of`](super::none_of).
    NotIn, set_not_in(Vec<Self::Operand>), "`{Self}` cannot ask for none of several values";
    /// Is less than this: [`less_than`](super::less_than), `..b`.
    LessThan, set_less_than(Self::Operand), "`{Self}` cannot ask for what is less than a value";
    /// Is this or less: [`at_most`](super::at_most), `..=b`.
    LessThanEqual, set_less_than_equal(Self::Operand), "`{Self}` cannot ask for what is at most a value";
    /// Is greater than this: [`greater_than`](super::greater_than).
    GreaterThan, set_greater_than(Self::Operand), "`{Self}` cannot ask for what is greater than a value";
    /// Is this or greater: [`at_least`](super::at_least), `a..`.
    GreaterThanEqual, set_greater_than_equal(Self::Operand), "`{Self}` cannot ask for what is at least a value";
    /// Is a text with this in it: [`contains`](super::contains).
    Contain, set_contain(Self::Operand), "`{Self}` cannot ask for a part of a text";
}

/// Refers to something of which all can be had, and not its id alone: [`expand`](super::expand).
#[diagnostic::on_unimplemented(
    message = "`{Self}` refers to nothing that can be expanded",
    note = "the fields of `{Self}` say what it takes; see also `tight_api::filter`"
)]
pub trait Expandable {
    #[doc(hidden)]
    fn set_expand(&mut self);
}
