//! Batches: many items, saved with one operation.
//!
//! Saving is not idempotent, so the outcome of each item must be right: saved means stored, rejected and not saved mean not
//! stored, and what is not known is reported as unknown.
//!
//! ```text
//! body            the body of a request that saves items
//! outcome         the outcome of each item
//! echo            matches results to items by the values that entities echo
//! results         derives the state of each item from a response or error
//! request         sends one request
//! journal         records that outlive the process
//! outcome_stream  sends the requests, and yields the outcomes in order
//! save            the builder of a batch
//! ```
//!
//! Each knows those above it.

mod body;
mod echo;
mod journal;
mod outcome;
mod outcome_stream;
mod request;
mod results;
mod save;

pub(crate) use body::Batch;
pub(crate) use echo::{Echo, Echoed};
pub use journal::{FileJournal, Journal, JournalResult, Keyed, Pending};
pub use outcome::{
    BatchOutcome, Doubt, Incomplete, ItemOutcome, ItemState, NotSavedItem, RejectedItem, Rejection,
    SavedItem, UnknownItem,
};
pub use outcome_stream::{AfterTrouble, BatchProgress, Outcomes};
pub(crate) use request::{BatchSave, save_one};
pub(crate) use save::MOST_ITEMS;
pub use save::{SaveBatch, Saving};
pub(crate) use save::{save, save_journaled, save_stream};
