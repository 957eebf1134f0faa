//! What every generated operation goes through: attempts on the way out, one reader on the way back, and the accounting of
//! batches.
//!
//! ```text
//! operation   what an operation is
//! call        one attempt on its way: the hooks that the generated client runs
//! answer      whatever came back, or why nothing did
//! tokens      access tokens: cached, and renewed once for all who wait
//! attempts    a request, tried as often as the policy says
//! envelope    an answer, read
//! bare        one request, one object
//! batch       many items through one operation
//! ```

mod answer;
mod attempts;
pub(crate) mod bare;
pub(crate) mod batch;
mod call;
mod envelope;
mod operation;
mod tokens;

pub(crate) use answer::Sent;
pub(crate) use attempts::{Options, Session, Transport};
pub(crate) use bare::BareRequest;
pub(crate) use batch::BatchSave;
pub(crate) use call::Call;
pub(crate) use operation::{Auth, Effect, Operation, Request};
pub(crate) use tokens::{Grant, Tokens, basic_header};
