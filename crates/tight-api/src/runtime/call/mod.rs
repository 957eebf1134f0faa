//! One door for every request: attempts on the way out, one reader on the way back.
//!
//! ```text
//! operation   what an operation is
//! path        values in paths
//! parameter   values in queries and headers
//! request     the request of an operation, as data
//! session     what a call has from its client
//! written     a text within another, however it is written
//! secrets     what must not come back out of an answer
//! answer      whatever came back, or why nothing did
//! span        what is traced of a call
//! observed    what the observer of a call is told
//! turn        when a call may be sent, among all calls of its token
//! attempts    a request, tried as often as the policy says
//! said        small values of an envelope, however they are written
//! envelope    an answer, read in one pass, or piece by piece
//! verdict     what an answer says about the whole request
//! unwrapped   one request, one object outside of the envelope
//! entity      one request, one object, or none
//! list        one request, one list
//! nothing     one request, and whether it succeeded
//! download    one request, a file
//! sends       calls with parameters that may be left out
//! ```
//!
//! Each knows those above it.

// Which kinds of request and answer there are is the document's affair, so that nothing may use what is for one of them.

mod answer;
mod attempts;
#[allow(dead_code)]
pub(crate) mod download;
#[allow(dead_code)]
pub(crate) mod entity;
pub(crate) mod envelope;
#[allow(dead_code)]
pub(crate) mod list;
#[allow(dead_code)]
pub(crate) mod nothing;
mod observed;
#[allow(dead_code)]
mod operation;
#[allow(dead_code)]
mod parameter;
pub(crate) mod path;
mod request;
mod said;
mod secrets;
mod sends;
mod session;
mod span;
mod turn;
pub(crate) mod unwrapped;
pub(crate) mod verdict;
mod written;

pub(crate) use answer::Answer;
pub(crate) use attempts::{Account, send, send_batch};
pub(crate) use operation::{Auth, Effect, Operation};
#[allow(unused_imports)]
pub(crate) use parameter::{Headers, Query};
#[allow(unused_imports)]
pub(crate) use request::{Request, Unsendable, optional_json};
pub(crate) use said::{Code, Said};
#[allow(unused_imports)]
pub(crate) use sends::{sends, setter};
pub(crate) use session::{Options, Session};
