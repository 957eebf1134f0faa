#![cfg_attr(feature = "client", doc = include_str!("guide.md"))]
#![cfg_attr(
    not(feature = "client"),
    doc = "The models of Tight's embedded-accounting API. The client needs one of the features `rustls` and `native-tls`."
)]

mod api_errors;
#[cfg(feature = "client")]
mod client;
#[cfg(feature = "client")]
mod clock;
#[cfg(feature = "client")]
mod credentials;
#[cfg(feature = "client")]
mod env;
#[cfg(feature = "client")]
mod error;
// rustfmt would undo what codegen wrote.
#[rustfmt::skip]
#[allow(
    clippy::module_inception,
    clippy::should_implement_trait,
    clippy::too_many_arguments,
    clippy::upper_case_acronyms,
    clippy::wrong_self_convention,
    reason = "the names, and how many there are, are the API's"
)]
mod generated;
#[cfg(feature = "client")]
mod listing;
#[cfg(feature = "client")]
mod outcome;
#[cfg(feature = "client")]
mod response;
#[cfg(feature = "client")]
mod retry;
#[cfg(feature = "client")]
mod runtime;
#[cfg(feature = "client")]
mod upload;
mod wire;

pub use api_errors::ApiErrors;
#[cfg(feature = "client")]
pub use client::{Client, ClientBuilder};
#[cfg(feature = "client")]
pub use clock::Clock;
#[cfg(feature = "client")]
pub use credentials::{Credentials, Token, TokenFuture, TokenSource};
#[cfg(feature = "client")]
pub use error::{Error, ErrorKind, Result};
#[cfg(feature = "client")]
pub use generated::resources;
pub use generated::{Environment, types};
#[cfg(feature = "client")]
pub use http::{HeaderMap, StatusCode};
#[cfg(feature = "client")]
pub use listing::{Items, Listing, Page, Pages};
#[cfg(feature = "client")]
pub use outcome::{
    BatchOutcome, Doubt, Incomplete, ItemOutcome, ItemState, NotSentItem, RejectedItem, Rejection,
    SavedItem, UnknownItem,
};
#[cfg(feature = "client")]
pub use response::{Response, ResponseHead};
#[cfg(feature = "client")]
pub use retry::RetryPolicy;
pub use secrecy::SecretString;
#[cfg(feature = "client")]
pub use upload::{Progress, Upload};
pub use wire::{Date, JsonObject, JsonValue, Secret, Timestamp, UnknownValue};
