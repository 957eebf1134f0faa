//! Decoding and serialization of generated types.
//!
//! By the time an answer is read, the server has acted. So nothing here fails because of a value that Tight's
//! documentation does not mention: what does not fit its field is kept beside the fields, as what is not documented is.
//!
//! ```text
//! surrogates      replaces lone surrogates
//! raw             the JSON text of a value
//! depth           the limit of nesting
//! element         lenient decoding of field values
//! values          numbers, decimals, dates, timestamps, secrets, JSON of any shape
//! enums           open and closed enums
//! list, map       lists and maps
//! unknown_fields  undocumented fields
//! received        objects in responses
//! nullable        fields that requests can clear
//! json_path       the path of a decoding error
//! sent            objects only in requests
//! arbitrary       models for property tests
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
#[allow(dead_code, reason = "depends on the document")]
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
#[allow(unused_imports, reason = "depends on the document")]
pub(crate) use element::one_of;
pub(crate) use element::{Element, Field, Reading, strictly, text};
pub use enums::UnknownValue;
#[allow(unused_imports, reason = "depends on the document")]
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
