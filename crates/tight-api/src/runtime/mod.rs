//! The client: the runtime of all generated operations, and the types that users hold.
//!
//! ```text
//! retry                   which failures are retried, and when
//! error, response, clock  errors; results of calls; replaceable time
//! observer                hooks for each attempt
//! into_items              lists that are sent
//! list                    lists in responses
//! upload                  files to upload
//! pace                    rate limits of tokens
//! transport               the HTTP client, its connections and its errors
//! identity                credentials, and tokens that are renewed in the background
//! call                    sends requests and decodes responses
//! listing                 paged lists
//! raw                     requests that the SDK has no method for
//! batch                   many items through one operation: requests, results, outcomes, journals
//! client                  the client and its settings
//! ```
//!
//! Each module uses only those above it. Generated requests implement the traits of `call`, `listing` and `batch`; generated
//! resources use all of them.

#![cfg(feature = "client")]

pub(crate) mod batch;
pub(crate) mod call;
pub(crate) mod client;
pub(crate) mod clock;
pub(crate) mod error;
pub(crate) mod identity;
pub(crate) mod into_items;
pub(crate) mod list;
pub(crate) mod listing;
pub(crate) mod observer;
pub(crate) mod pace;
pub(crate) mod raw;
pub(crate) mod response;
pub(crate) mod retry;
#[cfg(test)]
mod tests;
pub(crate) mod transport;
pub(crate) mod upload;

/// The public items.
pub(crate) mod public {
    pub use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
    /// The HTTP client that [`ClientBuilder::http`] customises. Only through that method is its major version part of the public API.
    pub use reqwest;

    pub use super::batch::{
        AfterTrouble, BatchOutcome, BatchProgress, Doubt, FileJournal, Incomplete, ItemOutcome,
        ItemState, Journal, JournalResult, Keyed, NotSavedItem, Outcomes, Pending, RejectedItem,
        Rejection, SaveBatch, SavedItem, Saving, UnknownItem,
    };
    pub use super::client::{CallOptions, Client, ClientBuilder};
    pub use super::clock::Clock;
    pub use super::error::{Error, ErrorKind, Result};
    pub use super::identity::credentials::{
        Credentials, Token, TokenFuture, TokenSource, TokenSubject,
    };
    pub use super::into_items::IntoItems;
    pub use super::list::List;
    pub use super::listing::{Items, Listing, Page, Pages};
    pub use super::observer::{Attempt, AttemptEnd, Call, CallEnd, Observer, Wait, WaitReason};
    pub use super::pace::Pace;
    pub use super::raw::RawRequest;
    pub use super::response::{RawBody, Response, ResponseHead};
    pub use super::retry::RetryPolicy;
    pub use super::upload::{Progress, Upload};
    pub use crate::generated::resources;
}
