//! Responses, before what they contain is read.
//!
//! ```text
//! escapes          finds a text in its escaped forms
//! secrets          removes secrets from responses
//! raw_response     the response before it is decoded
//! envelope_fields  lenient values of an envelope
//! envelope         decodes an envelope in one pass, or piece by piece
//! verdict          whether the request succeeded
//! ```
//!
//! Each module uses only those above it.

pub(crate) mod envelope;
pub(crate) mod envelope_fields;
mod escapes;
pub(crate) mod raw_response;
pub(in crate::runtime::call) mod secrets;
pub(crate) mod verdict;
