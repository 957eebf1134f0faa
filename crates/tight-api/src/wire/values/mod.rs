//! What a field holds that is no model: each value is kept as it travels, and says what it means on request.
//!
//! ```text
//! scalar           texts whose form is documented and not relied on
//! digits           the number that a text is
//! number, decimal  numbers, which are never rounded
//! date, timestamp  days, and points in time
//! calendars        the same in the types of other crates
//! secret           texts that must not show
//! free_form        JSON of any shape
//! plain            values where there is no JSON
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
