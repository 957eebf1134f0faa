//! Enums, of texts and of whole numbers: those that outlive the documentation, and those that are said to be complete.

mod closed_enum;
mod open_enum;

#[allow(
    unused_imports,
    reason = "which enums are closed is the document's affair"
)]
pub(crate) use closed_enum::closed_enum;
pub use open_enum::UnknownValue;
pub(crate) use open_enum::open_enum;
