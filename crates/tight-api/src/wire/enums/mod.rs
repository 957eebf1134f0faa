//! Enums, of strings and of integers: open ones, and closed ones.

mod closed_enum;
mod open_enum;

#[allow(unused_imports, reason = "depends on the document")]
pub(crate) use closed_enum::closed_enum;
pub use open_enum::UnknownValue;
pub(crate) use open_enum::open_enum;
