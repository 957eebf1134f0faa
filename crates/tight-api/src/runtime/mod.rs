//! The client: what every generated operation goes through, and what its users hold.
//!
//! ```text
//! retry                   what is tried again, and when
//! error, response, clock  what went wrong; what came back; time, injected
//! observer                who wants to know of each attempt
//! into_items              a list that is sent, item by item
//! list                    a list that came back, item by item
//! upload                  files on their way
//! pace                    when the calls of a token may be sent
//! transport               the HTTP client, how connections are made, and what its faults mean
//! identity                who is calling: credentials, and tokens renewed beside the calls
//! call                    one door for every request: attempts on the way out, one reader on the way back
//! listing                 pages, and streams of them
//! raw                     requests that the SDK has no method for
//! batch                   many items through one operation: dispatch, judgement, outcome, journal
//! client                  settings, and what they make
//! ```
//!
//! Each knows those above it. The generated requests implement the traits of `call`, `listing` and `batch`; the generated
//! resources stand above all.

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

/// What users have of it.
pub(crate) mod public {
    pub use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode};
    /// The HTTP client that [`ClientBuilder::http`] hands over. Its major version is part of this crate's public interface by
    /// that method alone.
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
    pub use super::observer::{Attempt, AttemptEnd, Observer, Wait, WaitReason};
    pub use super::pace::Pace;
    pub use super::raw::RawRequest;
    pub use super::response::{RawBody, Response, ResponseHead};
    pub use super::retry::RetryPolicy;
    pub use super::upload::{Progress, Upload};
    pub use crate::generated::resources;
}
