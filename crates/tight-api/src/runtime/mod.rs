//! What every generated operation goes through: hooks before the wire, one reader behind it, and the accounting of
//! batches.
//!
//! ```text
//! operation   what an operation is
//! call        one call in flight: the hooks that the generated client runs
//! answer      whatever came back, or why nothing did
//! envelope    an answer, read
//! batch       many items through one operation
//! ```

mod answer;
pub(crate) mod batch;
mod call;
mod envelope;
mod operation;

pub(crate) use answer::Sent;
pub(crate) use batch::{BatchResult, BatchSave, ItemAnswer};
pub(crate) use call::{Call, Settings};
pub(crate) use operation::{Effect, Operation};
