//! Sends requests, and decodes responses.
//!
//! ```text
//! operation     the properties of an operation
//! request/      the request of an operation, as data
//! session       what a call needs from its client
//! telemetry/    tells the tracing span and the observer of a call how it goes
//! response/     responses without their secrets, and their envelopes
//! rate_limit    waits for the rate limit of the token
//! attempts      sends a request with retries
//! forms/        what a response contains: one object, a list, a file, nothing
//! call_builder  calls with optional parameters
//! ```
//!
//! Each uses only those above it.

mod attempts;
mod call_builder;
mod forms;
#[allow(
    dead_code,
    reason = "the document decides which kinds of operation there are"
)]
mod operation;
mod rate_limit;
mod request;
mod response;
mod session;
mod telemetry;

pub(crate) use attempts::{BatchCall, send, send_batch};
pub(crate) use operation::{Auth, Effect, Operation};
pub(crate) use response::envelope_fields::{EnvelopeStatus, ResultCode};
pub(crate) use response::raw_response::RawResponse;
pub(crate) use response::{envelope, verdict};
pub(crate) use session::{Options, Session};
#[allow(
    unused_imports,
    reason = "the document decides which kinds of request and response there are"
)]
pub(crate) use {
    call_builder::{call_builder, setter},
    forms::{download, entity, list, no_content, unwrapped},
    request::{
        BuildError, Request, optional_json,
        parameter::{Headers, Query},
        path,
    },
};
