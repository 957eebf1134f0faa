#![doc = include_str!("guide.md")]

mod client;
mod clock;
mod credentials;
mod env;
mod error;
// rustfmt would undo what codegen wrote.
#[rustfmt::skip]
mod generated;
mod outcome;
mod response;
mod retry;
mod runtime;
mod wire;

pub use client::{Client, ClientBuilder};
pub use clock::Clock;
pub use credentials::{Credentials, Token, TokenFuture, TokenSource};
pub use error::{ApiErrors, Error, ErrorKind, Result};
pub use generated::{Environment, resources, types};
pub use http::{HeaderMap, StatusCode};
pub use outcome::{
    BatchOutcome, Doubt, Incomplete, ItemOutcome, ItemState, NotSentItem, RejectedItem, Rejection,
    SavedItem, UnknownItem,
};
pub use response::{Response, ResponseHead};
pub use retry::RetryPolicy;
pub use secrecy::SecretString;
pub use wire::{Secret, Timestamp, UnknownValue};
