#![doc = include_str!("../README.md")]

mod client;
mod credentials;
mod error;
// rustfmt would undo what codegen wrote.
#[rustfmt::skip]
mod generated;
mod outcome;
mod runtime;
mod wire;

pub use client::{Client, ClientBuilder};
pub use credentials::Credentials;
pub use error::{ApiErrors, Error, ErrorKind, Result};
pub use generated::{Environment, resources, types};
pub use outcome::{
    BatchOutcome, Doubt, Incomplete, ItemOutcome, ItemState, NotSent, Rejected, Rejection, Saved,
    Unknown,
};
pub use secrecy::SecretString;
pub use wire::{Timestamp, UnknownValue};
