//! Code generation, from the specification to the files.
#![allow(
    clippy::unwrap_used,
    reason = "a test fails by panicking, its helpers too"
)]

mod boundaries;
mod command;
mod faults;
mod samples;
mod snapshots;
mod support;
