//! The compared calls, through the SDK and by hand. Inputs are prepared beforehand; results are checked for completeness.

use std::io;
use std::time::Duration;

use tight_api::types::NewMessage;
use tight_api::{Credentials, RetryPolicy};

use crate::by_hand;
use crate::server::Server;

/// Messages in a page.
pub const PAGE: usize = 250;

/// Messages in a batch.
pub const BATCH: usize = 100;

const TOKEN: &str =
    "eyJhbGciOiJSUzI1NiIsInR5cCI6IkpXVCJ9.a-token-of-usual-length.0123456789abcdef0123456789abcdef";

/// Both clients, and a server with one response for them.
#[derive(Clone, Debug)]
pub struct Sides {
    pub sdk: tight_api::Client,
    pub by_hand: by_hand::Client,
}

impl Sides {
    /// Creates both clients and a server with this response.
    ///
    /// # Errors
    ///
    /// Returns an error if the server or a client cannot be created.
    pub fn new(body: &str, latency: Duration) -> Result<Self, by_hand::Error> {
        let server = Server::start(body, latency)?;
        let sdk = tight_api::Client::builder()
            .base_url(server.base_url())
            .credentials(Credentials::access_token(TOKEN))
            .retry(RetryPolicy::default())
            .build()?;
        let by_hand = by_hand::Client::new(server.base_url(), TOKEN)?;
        Ok(Self { sdk, by_hand })
    }

    /// Gets a page of messages through the SDK.
    pub async fn sdk_page(&self) -> usize {
        let listing = self.sdk.conversations().messages("con_12345").limit(250);
        let page = listing.page().await.expect("a page");
        page.into_inner()
            .into_items()
            .into_iter()
            .filter(Result::is_ok)
            .count()
    }

    /// The same by hand.
    pub async fn page_by_hand(&self) -> usize {
        let page = self
            .by_hand
            .messages("con_12345", 250)
            .await
            .expect("a page");
        page.data
            .into_iter()
            .filter(|message| !message.id.is_empty())
            .count()
    }

    /// Saves messages through the SDK, and returns how many were saved.
    pub async fn sdk_save(&self, messages: Vec<NewMessage>) -> usize {
        let outcome = self.sdk.messages().save(messages).await;
        outcome.saved().count()
    }

    /// The same by hand.
    pub async fn save_by_hand(&self, messages: Vec<NewMessage>) -> usize {
        let outcomes = self.by_hand.save(messages).await.expect("an answer");
        outcomes.iter().filter(|(_, result)| result.is_ok()).count()
    }

    /// Saves one message through the SDK.
    pub async fn sdk_save_one(&self, message: NewMessage) -> usize {
        let saved = self
            .sdk
            .messages()
            .save_one(message)
            .await
            .expect("it is saved");
        usize::from(saved.id.is_some())
    }

    /// The same by hand.
    pub async fn save_one_by_hand(&self, message: NewMessage) -> usize {
        self.save_by_hand(vec![message]).await
    }
}

/// Creates a single-threaded runtime, so that all work of a client is done on the calling thread.
///
/// # Errors
///
/// Returns an error if the system cannot provide one.
pub fn runtime() -> io::Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
}
