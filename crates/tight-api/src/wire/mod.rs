//! How values are read and written: what the generated types are made of.
//!
//! By the time an answer is read, the server has acted. So nothing here fails because of a value that Tight's
//! documentation does not mention: what does not fit its field is kept beside the fields, as what is not documented is.
//!
//! ```text
//! surrogates      characters that were cut in two
//! raw             the JSON text of a value
//! depth           how deep lists and objects may stand in each other
//! element         what a field holds, read so that it cannot fail its object
//! values          numbers, decimals, dates, timestamps, secrets, JSON of any shape
//! enums           known values, and room for others
//! list, map       many of them
//! unknown_fields  what is left over of an object
//! received        objects that answers carry, field by field
//! nullable        fields that requests can clear
//! place           where in a JSON text something is wrong
//! sent            objects that only requests carry
//! arbitrary       models made up for property tests
//! ```

pub(crate) mod arbitrary;
mod depth;
mod element;
mod enums;
#[cfg(any(feature = "client", feature = "webhooks"))]
pub(crate) mod json_path;
mod list;
mod map;
#[cfg(test)]
mod nested_tests;
#[allow(
    dead_code,
    reason = "whether a field can be cleared is the document's affair"
)]
pub(crate) mod nullable;
mod raw;
pub(crate) mod received;
pub(crate) mod sent;
mod surrogates;
#[cfg(test)]
mod tests;
mod unknown_fields;
pub(crate) mod values;

pub(crate) use arbitrary::{arbitrary_enum, arbitrary_object};
#[allow(
    unused_imports,
    reason = "which enums are closed is the document's affair"
)]
pub(crate) use element::one_of;
pub(crate) use element::{Element, Field, Reading, strictly, text};
pub use enums::UnknownValue;
#[allow(
    unused_imports,
    reason = "which enums are closed is the document's affair"
)]
pub(crate) use enums::{closed_enum, open_enum};
#[cfg(feature = "client")]
pub(crate) use received::ObjectReader;
pub(crate) use received::{FieldReader, Received, received, setter};
pub(crate) use sent::sent;
#[cfg(any(feature = "client", feature = "webhooks"))]
pub(crate) use surrogates::replace_lone_surrogates;
pub use unknown_fields::UnknownFields;
pub use values::{
    Date, Decimal, InvalidDate, InvalidTimestamp, JsonObject, JsonValue, NotANumber, Number,
    Secret, Timestamp,
};
#[cfg(feature = "client")]
pub(crate) use values::{Parameter, Plain};
