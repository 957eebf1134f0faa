//! Many items through one operation.
//!
//! Saving is not idempotent, so the account of each item must be right: saved means stored, rejected and not saved mean not
//! stored, and whatever cannot be told is told as such.
//!
//! ```text
//! body       the body of a request that saves items
//! outcome    what became of each item
//! echo       what an entity repeats of the item that it was made of
//! judge      what an answer, or its absence, says about the items of a request
//! request    one request, sent and judged
//! journal    what was about to be sent, and what became of it, to outlive the process
//! dispatch   requests in flight, outcomes in order
//! save       how a batch is saved, as users say it
//! ```
//!
//! Each knows those above it.

mod body;
mod dispatch;
mod echo;
mod journal;
mod judge;
mod outcome;
mod request;
mod save;

pub(crate) use body::Batch;
pub use dispatch::{AfterTrouble, BatchProgress, Outcomes};
pub(crate) use echo::{Echo, Echoed};
pub use journal::{FileJournal, Journal, JournalResult, Keyed, Pending};
pub use outcome::{
    BatchOutcome, Doubt, Incomplete, ItemOutcome, ItemState, NotSavedItem, RejectedItem, Rejection,
    SavedItem, UnknownItem,
};
pub(crate) use request::{BatchSave, save_one};
pub(crate) use save::MOST_ITEMS;
pub use save::{SaveBatch, Saving};
pub(crate) use save::{save, save_journaled, save_stream};
