//! The cost of the SDK compared with handwritten calls: the same work through both, against a server that costs nothing.
//!
//! ```text
//! canned   responses of the server
//! server   sends them, as cheaply as possible
//! by_hand  the baseline: calls written by hand with reqwest and serde
//! sides    the compared calls, through the SDK and by hand
//! clock    measures wall time and CPU time
//! compare  measures both sides in turns
//! counted  counts allocations of both sides
//! echoes   the cost of matching the entities of a batch with its items
//! users    one client that acts for many users
//! cargo    runs cargo and other programs, and measures them
//! source   counts lines of code
//! report   what was measured: table, JSON, chart
//! rows     the compared costs
//! ```
//!
//! Counting allocations needs another allocator, which would slow down what is timed. So it has a binary and a test of its own.

#![allow(
    missing_docs,
    reason = "only this crate uses it, and the fields of responses are documented in the SDK"
)]

pub mod by_hand;
pub mod canned;
pub mod cargo;
pub mod clock;
pub mod compare;
pub mod counted;
pub mod echoes;
pub mod report;
pub mod rows;
pub mod server;
pub mod sides;
pub mod source;
pub mod users;
