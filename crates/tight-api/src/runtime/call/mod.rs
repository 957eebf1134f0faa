//! Sends requests, and decodes responses.
//!
//! ```text
//! operation        the properties of an operation
//! path             values in paths
//! parameter        values in queries and headers
//! request          the request of an operation, as data
//! session          what a call needs from its client
//! escapes          finds a text in its escaped forms
//! secrets          removes secrets from responses
//! raw_response     the response before it is decoded
//! span             the tracing span of a call
//! observed         notifies the observer of a call
//! rate_limit       waits for the rate limit of the token
//! attempts         sends a request with retries
//! envelope_fields  lenient values of an envelope
//! envelope         decodes an envelope in one pass, or piece by piece
//! verdict          whether the request succeeded
//! unwrapped        responses that are one object without an envelope
//! entity           responses with one object, or none
//! list             responses with a list
//! no_content       responses without data
//! download         responses that are files
//! call_builder     calls with optional parameters
//! ```
//!
//! Each module uses only those above it.

// The document decides which kinds of request and response there are, so some may be unused.

mod attempts;
mod call_builder;
#[allow(dead_code)]
pub(crate) mod download;
#[allow(dead_code)]
pub(crate) mod entity;
pub(crate) mod envelope;
mod envelope_fields;
mod escapes;
#[allow(dead_code)]
pub(crate) mod list;
#[allow(dead_code)]
pub(crate) mod no_content;
mod observed;
#[allow(dead_code)]
mod operation;
#[allow(dead_code)]
mod parameter;
pub(crate) mod path;
mod rate_limit;
mod raw_response;
mod request;
mod secrets;
mod session;
mod span;
pub(crate) mod unwrapped;
pub(crate) mod verdict;

pub(crate) use attempts::{BatchCall, send, send_batch};
#[allow(unused_imports)]
pub(crate) use call_builder::{call_builder, setter};
pub(crate) use envelope_fields::{EnvelopeStatus, ResultCode};
pub(crate) use operation::{Auth, Effect, Operation};
#[allow(unused_imports)]
pub(crate) use parameter::{Headers, Query};
pub(crate) use raw_response::RawResponse;
#[allow(unused_imports)]
pub(crate) use request::{BuildError, Request, optional_json};
pub(crate) use session::{Options, Session};
