//! The SDK as its users see it.
#![allow(
    clippy::unwrap_used,
    reason = "a test fails by panicking, its helpers too"
)]

mod answers;
mod batches;
mod clock;
mod credentials;
mod dispatch;
mod domain;
mod entities;
mod environment;
mod evidence;
mod jobs;
mod journals;
mod lines;
mod operations;
mod outgoing;
mod pages;
mod paths;
mod renewals;
mod requests;
mod retries;
mod round_trips;
mod saving;
mod schemas;
mod secrets;
mod server;
mod settings;
mod spans;
mod streams;
mod uploads;
