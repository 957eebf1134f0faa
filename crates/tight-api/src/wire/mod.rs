//! How values are read and written: what the generated types are made of.
//!
//! By the time an answer is read, the server has acted. So nothing here fails because of a value that Tight's
//! documentation does not mention: what does not fit its field is kept beside the fields, as what is not documented is.
//!
//! ```text
//! surrogates      characters that were cut in two
//! raw             the JSON text of a value
//! digits          the number that a text is
//! depth           how deep lists and objects may stand in each other
//! element         what a field holds, read so that it cannot fail its object
//! list, map       many of them
//! unknown_fields  what is left over of an object
//! received        objects that answers carry, field by field
//! nullable        fields that requests can clear
//! plain           values where there is no JSON
//! place           where in a JSON text something is wrong
//! ```

pub(crate) mod closed_enum;
mod date;
mod decimal;
mod depth;
mod digits;
mod element;
mod free_form;
mod list;
mod map;
#[allow(
    dead_code,
    reason = "whether a field can be cleared is the document's affair"
)]
pub(crate) mod nullable;
mod number;
pub(crate) mod open_enum;
#[cfg(any(feature = "client", feature = "webhooks"))]
pub(crate) mod place;
#[cfg(feature = "client")]
mod plain;
mod raw;
pub(crate) mod received;
mod scalar;
#[cfg(feature = "schemars")]
mod schema;
mod secret;
#[cfg(test)]
mod shapes;
mod surrogates;
#[cfg(test)]
mod tests;
mod timestamp;
mod unknown_fields;

#[allow(
    unused_imports,
    reason = "which enums are closed is the document's affair"
)]
pub(crate) use closed_enum::closed_enum;
pub use date::Date;
pub use decimal::{Decimal, NotANumber};
#[allow(
    unused_imports,
    reason = "which enums are closed is the document's affair"
)]
pub(crate) use element::one_of;
pub(crate) use element::{Element, Field, Reading, strictly, text};
pub use free_form::{JsonObject, JsonValue};
pub use number::Number;
pub use open_enum::UnknownValue;
pub(crate) use open_enum::open_enum;
#[cfg(feature = "client")]
pub(crate) use plain::{Parameter, Plain};
#[cfg(feature = "client")]
pub(crate) use received::ObjectReader;
pub(crate) use received::{FieldReader, Received, received};
pub use secret::Secret;
#[cfg(any(feature = "client", feature = "webhooks"))]
pub(crate) use surrogates::with_whole_characters;
pub use timestamp::Timestamp;
pub use unknown_fields::UnknownFields;
