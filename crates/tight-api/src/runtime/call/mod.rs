//! One door for every request: attempts on the way out, one reader on the way back.
//!
//! ```text
//! operation   what an operation is
//! path        values in paths
//! request     the request of an operation, as data
//! session     what a call has from its client
//! written     a text within another, however it is written
//! secrets     what must not come back out of an answer
//! answer      whatever came back, or why nothing did
//! span        what is traced of a call
//! attempts    a request, tried as often as the policy says
//! said        small values of an envelope, however they are written
//! envelope    an answer, read in one pass, or piece by piece
//! verdict     what an answer says about the whole request
//! unwrapped   one request, one object outside of the envelope
//! entity      one request, one object, or none
//! list        one request, one list
//! nothing     one request, and whether it succeeded
//! download    one request, a file
//! ```
//!
//! Each knows those above it.

#![allow(
    dead_code,
    reason = "which kinds of request and answer there are is the document's affair"
)]

mod answer;
mod attempts;
pub(crate) mod download;
pub(crate) mod entity;
pub(crate) mod envelope;
pub(crate) mod list;
pub(crate) mod nothing;
mod operation;
pub(crate) mod path;
mod request;
mod said;
mod secrets;
mod session;
mod span;
pub(crate) mod unwrapped;
pub(crate) mod verdict;
mod written;

pub(crate) use answer::Answer;
pub(crate) use attempts::{Account, send, send_batch};
pub(crate) use operation::{Auth, Effect, Operation};
pub(crate) use request::{Request, Unsendable};
pub(crate) use said::{Code, Said};
pub(crate) use session::{Options, Session};
