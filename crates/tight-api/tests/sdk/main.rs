//! The SDK as its users see it.
#![allow(
    clippy::unwrap_used,
    reason = "a test fails by panicking, its helpers too"
)]

mod answers;
mod requests;
mod round_trips;
mod saving;
mod server;
mod settings;
