//! What the SDK costs beside handwritten calls of the API: the same work on both sides, against a server that costs nothing.
//!
//! ```text
//! canned     what the server answers
//! server     answers, as cheaply as can be
//! by_hand    the other side: reqwest and serde as one would write them
//! sides      the calls that are compared, on both sides
//! clock      time that goes by, and time of this thread alone
//! compare    both sides in turns
//! counted    allocations of both sides
//! echoes     what it costs to match the entities of a batch with its items
//! users      one client that acts for many users
//! table      what came of it
//! ```
//!
//! Counting allocations takes another allocator, which would slow down what is timed. So it is not linked in here: counting has
//! a binary and a test of its own.

#![allow(
    missing_docs,
    reason = "nobody else uses this, and the fields of answers are documented where they belong"
)]

pub mod by_hand;
pub mod canned;
pub mod clock;
pub mod compare;
pub mod counted;
pub mod echoes;
pub mod server;
pub mod sides;
pub mod table;
pub mod users;
