//! The SDK as its users see it.
#![allow(
    clippy::unwrap_used,
    reason = "a test fails by panicking, its helpers too"
)]

mod answers;
mod batches;
mod clock;
mod compressed;
mod connections;
mod credentials;
mod dates_and_times;
mod dispatch;
mod domain;
mod entities;
mod environment;
mod evidence;
mod http2;
mod jobs;
mod journals;
mod limits;
mod lines;
mod made_by_hand;
mod observers;
mod operations;
mod outgoing;
mod pace;
mod pages;
mod paths;
mod prefetch;
mod processes;
mod raw;
mod readme;
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
mod stored;
mod streams;
mod tls;
mod transport;
mod uploads;
mod users;
mod webhooks;
