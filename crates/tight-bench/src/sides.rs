//! The calls that are compared, on both sides: what goes in is made beforehand, and what comes out is asked whether it is all
//! there.

use std::io;
use std::time::Duration;

use tight_api::types::NewMessage;
use tight_api::{Credentials, RetryPolicy};

use crate::by_hand;
use crate::server::Server;

/// How many messages a page has.
pub const PAGE: usize = 250;

/// How many messages a batch has.
pub const BATCH: usize = 100;

const TOKEN: &str =
    "eyJhbGciOiJSUzI1NiIsInR5cCI6IkpXVCJ9.a-token-of-usual-length.0123456789abcdef0123456789abcdef";

/// Both clients, and a server that has one answer for them.
#[derive(Clone, Debug)]
pub struct Sides {
    pub ours: tight_api::Client,
    pub by_hand: by_hand::Client,
}

impl Sides {
    /// Both clients, for a server that answers so.
    ///
    /// # Errors
    ///
    /// If the server or a client cannot be set up.
    pub fn new(body: &str, latency: Duration) -> Result<Self, by_hand::Error> {
        let server = Server::start(body, latency)?;
        let ours = tight_api::Client::builder()
            .base_url(server.base_url())
            .credentials(Credentials::access_token(TOKEN))
            .retry(RetryPolicy::default())
            .build()?;
        let by_hand = by_hand::Client::new(server.base_url(), TOKEN)?;
        Ok(Self { ours, by_hand })
    }

    /// A page of messages, through the SDK.
    pub async fn our_page(&self) -> usize {
        let listing = self.ours.conversations().messages("con_12345").limit(250);
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

    /// Saves messages through the SDK; gives how many were saved.
    pub async fn our_save(&self, messages: Vec<NewMessage>) -> usize {
        let outcome = self.ours.messages().save(messages).await;
        outcome.saved().count()
    }

    /// The same by hand.
    pub async fn save_by_hand(&self, messages: Vec<NewMessage>) -> usize {
        let outcomes = self.by_hand.save(messages).await.expect("an answer");
        outcomes.iter().filter(|(_, result)| result.is_ok()).count()
    }

    /// Saves one message through the SDK.
    pub async fn our_save_one(&self, message: NewMessage) -> usize {
        let saved = self
            .ours
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

/// A runtime of one thread, so that all that a client does is done on the thread that asks.
///
/// # Errors
///
/// If the system has none to give.
pub fn runtime() -> io::Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
}
