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
//! path        values in paths
//! multipart   bodies of several parts
//! bare        one request, one object outside of the envelope
//! entity      one request, one object
//! page        one request, one page of a list
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
pub(crate) mod entity;
mod envelope;
mod grant;
mod multipart;
mod operation;
pub(crate) mod page;
pub(crate) mod path;
mod secrets;
mod tokens;

pub(crate) use crate::upload::UploadFault;
pub(crate) use attempts::{Options, Session, Transport};
pub(crate) use batch::BatchSave;
pub(crate) use call::{Call, Request, Sent};
pub(crate) use grant::{Grant, basic_header};
pub(crate) use multipart::Form;
pub(crate) use operation::{Auth, Effect, Operation};
pub(crate) use page::PageRequest;
pub(crate) use tokens::Tokens;
