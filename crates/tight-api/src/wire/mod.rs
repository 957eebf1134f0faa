//! How values are read and written: what the generated types are made of.
//!
//! By the time an answer is read, the server has acted. So nothing here fails because of a value that Tight's
//! documentation does not mention, an unexpected form of a timestamp, or a `null`.

mod absent;
mod date;
mod free_form;
mod integer;
pub(crate) mod open_enum;
mod scalar;
#[cfg(feature = "schemars")]
mod schema;
mod secret;
mod timestamp;

pub(crate) use absent::list;
pub use date::Date;
pub use free_form::{JsonObject, JsonValue};
pub(crate) use integer::integer;
pub use open_enum::UnknownValue;
pub(crate) use open_enum::open_enum;
pub use secret::Secret;
pub use timestamp::Timestamp;
