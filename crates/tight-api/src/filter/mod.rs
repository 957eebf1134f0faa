//! Filter conditions for queries.
//!
//! A query has a method for each field that you can filter by. The method takes a condition: a value, a list of values, a range, or the
//! result of a function of this module.
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
//! | condition | matches |
//! | --- | --- |
//! | `"Rent"`, or [`equals("Rent")`](equals) | this value |
//! | [`is_not("Rent")`](is_not) | any other value |
//! | `["a", "b"]`, or [`one_of(ids)`](one_of) | one of these values |
//! | [`none_of(["a", "b"])`](none_of) | none of these values |
//! | [`contains("rent")`](contains) | texts that contain this |
//! | `a..b`, `a..=b`, `a..`, `..b`, `..=b` | a range; `..b` excludes the end, `..=b` includes it |
//! | [`less_than`], [`at_most`], [`greater_than`], [`at_least`] | one end of a range |
//! | [`expand()`](expand) | everything; returns the whole referenced entity instead of its id |
//! | `this.and(that)` | both conditions |
//!
//! Conditions that the API does not support for a field do not compile. The filter type of a method lists the supported operators in
//! its fields: [`StringFilter`](crate::types::StringFilter), [`DateFilter`](crate::types::DateFilter) and others.
//!
//! ```compile_fail,E0277
//! # use tight_api::types::ConversationQuery;
//! use tight_api::filter::contains;
//!
//! // Ids have no substring search.
//! let query = ConversationQuery::new().attached_entity(contains("btxn_"));
//! ```
//!
//! ```compile_fail,E0277
//! # use tight_api::types::FileQuery;
//! // A number is not a date.
//! let query = FileQuery::new().date(20240115..);
//! ```
//!
//! ```compile_fail,E0277
//! # use tight_api::types::ConversationQuery;
//! // The API has no list of subjects.
//! let query = ConversationQuery::new().subject(["Rent", "Fuel"]);
//! ```
//!
//! Calling a method again replaces its condition. To combine conditions, join them with `and`; if both use the same operator, the
//! later one counts.
//!
//! ```
//! use tight_api::filter::{greater_than, is_not};
//! use tight_api::types::{FileQuery, NumberFilter};
//!
//! let above_5_but_not_7 = NumberFilter::from(greater_than(5).and(is_not(7)));
//! assert_eq!(above_5_but_not_7.greater_than, Some(5.into()));
//! let query = FileQuery::new().amount(above_5_but_not_7);
//! ```

// `operators`: the operators of the API; `functions` and `values`: conditions; `object`: the filter objects that they set.

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

/// A condition on a field with the filter type `F`.
///
/// Values, lists, ranges and the results of the functions of [this module](self) are conditions. They convert `Into` every filter type
/// that has their operators.
#[diagnostic::on_unimplemented(
    message = "this is not a condition for a field with the filter `{F}`",
    note = "the fields of `{F}` list the supported operators; see also `tight_api::filter`"
)]
pub trait Condition<F> {
    /// Sets the condition on a filter, and replaces an earlier value of the same operator.
    fn apply(self, filter: &mut F);
}
