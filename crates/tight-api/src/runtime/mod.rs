//! What every generated operation goes through: attempts on the way out, one reader on the way back, and the accounting of
//! batches.
//!
//! ```text
//! operation   what an operation is
//! call        one attempt on its way: the hooks that the generated client runs
//! secrets     what must not come back out of an answer
//! answer      whatever came back, or why nothing did
//! tokens      access tokens: cached, and renewed once for all who wait
//! attempts    a request, tried as often as the policy says
//! envelope    an answer, read
//! bare        one request, one object
//! grant       the token source of a client's id and secret
//! batch       many items through one operation
//! ```
//!
//! Each knows those above it.

mod answer;
mod attempts;
pub(crate) mod bare;
pub(crate) mod batch;
mod call;
mod envelope;
mod grant;
mod operation;
mod secrets;
mod tokens;

pub(crate) use attempts::{Options, Session, Transport};
pub(crate) use bare::BareRequest;
pub(crate) use batch::BatchSave;
pub(crate) use call::{Call, Request, Sent};
pub(crate) use grant::{Grant, basic_header};
pub(crate) use operation::{Auth, Effect, Operation};
pub(crate) use tokens::Tokens;
