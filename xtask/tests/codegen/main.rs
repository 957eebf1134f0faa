//! Code generation, from the specification to the files.
#![allow(
    clippy::unwrap_used,
    reason = "a test fails by panicking, its helpers too"
)]

mod boundaries;
mod broken;
mod cases;
mod command;
mod files;
mod growth;
#[path = "../hostile/mod.rs"]
mod hostile;
#[path = "../invented/mod.rs"]
mod invented;
mod properties;
mod samples;
mod snapshots;
mod support;
