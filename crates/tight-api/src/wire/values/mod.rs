//! Field values that are not models. Each keeps its text, and interprets it on request.
//!
//! ```text
//! scalar           strings with a documented format
//! digits           numbers in texts
//! number, decimal  numbers, which are never rounded
//! date, timestamp  days, and points in time
//! conversions      conversions to types of other crates
//! secret           confidential strings
//! free_form        JSON of any shape
//! plain            values in paths, queries and headers
//! schema           their JSON schemas
//! ```

mod conversions;
mod date;
mod decimal;
mod digits;
mod free_form;
mod number;
#[cfg(feature = "client")]
mod plain;
mod scalar;
#[cfg(feature = "schemars")]
mod schema;
mod secret;
mod timestamp;

pub use date::{Date, InvalidDate};
pub use decimal::{Decimal, NotANumber};
pub use free_form::{JsonObject, JsonValue};
pub use number::Number;
#[cfg(feature = "client")]
pub(crate) use plain::{Parameter, Plain};
pub use secret::Secret;
pub use timestamp::{InvalidTimestamp, Timestamp};
