#![cfg_attr(feature = "client", doc = include_str!("guide.md"))]
#![cfg_attr(
    not(feature = "client"),
    doc = "The models of Tight's embedded-accounting API. The client needs one of the features `rustls`, `native-tls` and `rustls-no-provider`."
)]

// Dependencies fail first where they have no sockets either; where they build, nothing else would say what is wrong.
#[cfg(all(feature = "client", target_family = "wasm"))]
compile_error!(
    "the client of `tight-api` needs sockets, which WebAssembly does not have: \
     set `default-features = false` for the models and webhooks alone"
);

// Unit tests share their server with the integration tests.
#[cfg(all(test, feature = "client"))]
extern crate self as tight_api;

mod api_errors;
pub mod filter;
// Formatted by codegen.
#[rustfmt::skip]
#[allow(
    clippy::module_inception,
    clippy::should_implement_trait,
    clippy::too_many_arguments,
    clippy::upper_case_acronyms,
    clippy::wrong_self_convention,
    reason = "the names, and how many there are, are the API's"
)]
#[allow(deprecated, reason = "deprecated fields are still generated")]
mod generated;
mod runtime;
mod text;
#[cfg(all(doctest, feature = "client"))]
mod type_guarantees;
#[cfg(feature = "webhooks")]
pub mod webhooks;
mod wire;

pub use api_errors::ApiErrors;
pub use generated::{Environment, types};
pub use secrecy::SecretString;
pub use wire::{
    Date, Decimal, InvalidDate, InvalidTimestamp, JsonObject, JsonValue, NotANumber, Number,
    Secret, Timestamp, UnknownFields, UnknownValue,
};

#[cfg(feature = "client")]
pub use runtime::public::*;
