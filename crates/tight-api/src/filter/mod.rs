//! Conditions on fields: what a query asks for, in the reader's words.
//!
//! A query has one method for each field that it can ask about, and the method takes a condition: a value, a list of values, a range, or
//! one of the functions of this module.
//!
//! ```
//! use tight_api::Date;
//! use tight_api::filter::contains;
//! use tight_api::types::{ConversationQuery, FileQuery, ReadStatus::Unread};
//!
//! let unread = ConversationQuery::new()
//!     .subject(contains("receipt"))
//!     .read_status([Unread]);
//! let (january, march) = (Date::new(2024, 1, 1), Date::new(2024, 3, 31));
//! let files = FileQuery::new().date(january..=march).amount(..0);
//! # let _ = (unread, files);
//! ```
//!
//! | condition | what it asks for |
//! | --- | --- |
//! | `"Rent"`, or [`equals("Rent")`](equals) | this value |
//! | [`is_not("Rent")`](is_not) | any other value |
//! | `["a", "b"]`, or [`one_of(ids)`](one_of) | one of these values |
//! | [`none_of(["a", "b"])`](none_of) | none of these values |
//! | [`contains("rent")`](contains) | a text with this in it |
//! | `a..b`, `a..=b`, `a..`, `..b`, `..=b` | a range; the end after `..` is not in it, the end after `..=` is |
//! | [`less_than`], [`at_most`], [`greater_than`], [`at_least`] | one end of a range, in words |
//! | [`expand()`](expand) | the whole of what the field refers to, and not its id alone |
//! | `this.and(that)` | both |
//!
//! What a field cannot be asked does not compile. The type that a method takes says in its fields what it can be asked:
//! [`StringFilter`](crate::types::StringFilter), [`DateFilter`](crate::types::DateFilter) and others.
//!
//! ```compile_fail,E0277
//! # use tight_api::types::ConversationQuery;
//! use tight_api::filter::contains;
//!
//! // Tight finds ids that are given whole.
//! let query = ConversationQuery::new().attached_entity(contains("btxn_"));
//! ```
//!
//! ```compile_fail,E0277
//! # use tight_api::types::FileQuery;
//! // A number is no date.
//! let query = FileQuery::new().date(20240115..);
//! ```
//!
//! ```compile_fail,E0277
//! # use tight_api::types::ConversationQuery;
//! // The API has no list of subjects.
//! let query = ConversationQuery::new().subject(["Rent", "Fuel"]);
//! ```
//!
//! A field has one condition: a method of a query that is called again replaces what it was called with before. To ask for
//! several things, join them with `and`; where two of them say the same kind of thing, the later one counts.
//!
//! ```
//! use tight_api::filter::{greater_than, is_not};
//! use tight_api::types::{FileQuery, NumberFilter};
//!
//! let above_5_but_not_7 = NumberFilter::from(greater_than(5).and(is_not(7)));
//! assert_eq!(above_5_but_not_7.greater_than, Some(5.into()));
//! let query = FileQuery::new().amount(above_5_but_not_7);
//! ```

// `operators`: what the API can be asked of a field; `words` and `values`: what says so; `object`: what that ends up in.

mod functions;
mod object;
pub mod operators;
#[cfg(test)]
mod tests;
mod values;

pub use functions::{
    And, AtLeast, AtMost, Contains, Equals, Expand, GreaterThan, IsNot, LessThan, NoneOf, OneOf,
    at_least, at_most, contains, equals, expand, greater_than, is_not, less_than, none_of, one_of,
};
pub(crate) use object::{
    condition, documented, operator, reference, reference_field, value_operator,
};
pub(crate) use values::value;

/// What a field can be asked, where `F` holds what it is asked.
///
/// Values, lists, ranges and what the functions of [this module](self) return are conditions. A method of a query takes whatever
/// turns `Into` its `F`, which each of them does whose operators `F` has.
#[diagnostic::on_unimplemented(
    message = "this is no condition on a field that is asked with `{F}`",
    note = "the fields of `{F}` say what it takes; see also `tight_api::filter`"
)]
pub trait Condition<F> {
    /// Says it. What was said with the same operator before does not count any more.
    fn apply(self, filter: &mut F);
}
