//! The compared calls, through the SDK and by hand. Inputs are prepared beforehand; results are checked for completeness.

use std::io;

use futures_util::{StreamExt, TryStreamExt, stream};
use tight_api::types::NewMessage;
use tight_api::{Credentials, ItemState, RetryPolicy};

use crate::by_hand;
use crate::server::{Answer, Server};

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
    pub fn new(body: &str) -> Result<Self, by_hand::Error> {
        Self::answered(Answer::new(body))
    }

    /// Creates both clients and a server that answers so.
    ///
    /// # Errors
    ///
    /// Returns an error if the server or a client cannot be created.
    pub fn answered(answer: Answer) -> Result<Self, by_hand::Error> {
        let base_url = Server::start(answer)?.base_url();
        Ok(Self {
            sdk: sdk_client(&base_url)?,
            by_hand: by_hand::Client::new(base_url, TOKEN)?,
        })
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
            .messages("con_12345", 250, None)
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

impl Sides {
    /// Gets a message through the SDK.
    pub async fn sdk_get(&self) -> usize {
        let message = self.sdk.messages().get("msg_12345").await;
        usize::from(message.expect("a message").id.is_some())
    }

    /// The same by hand.
    pub async fn get_by_hand(&self) -> usize {
        let message = self.by_hand.message("msg_12345").await.expect("a message");
        usize::from(!message.id.is_empty())
    }

    /// Saves messages in a batch of the SDK, with this many requests in flight, and returns how many were saved.
    pub async fn sdk_save_all(
        &self,
        messages: impl Iterator<Item = NewMessage>,
        in_flight: usize,
    ) -> usize {
        let batch = self.sdk.messages().save(messages);
        let mut outcomes = batch.request_size(BATCH).in_flight(in_flight).outcomes();
        let mut saved = 0;
        while let Some(outcome) = outcomes.next().await {
            saved += usize::from(matches!(outcome.state, ItemState::Saved(_)));
        }
        saved
    }

    /// The same by hand.
    pub async fn save_all_by_hand(
        &self,
        messages: impl Iterator<Item = NewMessage>,
        in_flight: usize,
    ) -> usize {
        let mut requests = stream::iter(chunks(messages))
            .map(|chunk| self.by_hand.save(chunk))
            .buffered(in_flight);
        let mut saved = 0;
        while let Some(outcomes) = requests.try_next().await.expect("an answer") {
            saved += outcomes.iter().filter(|(_, result)| result.is_ok()).count();
        }
        saved
    }

    /// Walks all pages of a list through the SDK, the next one fetched while `work` is done with this one, and returns the number of
    /// items.
    pub async fn sdk_walk(&self, work: impl AsyncFn()) -> usize {
        let listing = self.sdk.conversations().messages("con_12345").limit(250);
        let mut pages = listing.prefetch().pages();
        let mut items = 0;
        while let Some(page) = pages.try_next().await.expect("a page") {
            let page = page.into_inner().into_items();
            items += page.into_iter().filter(Result::is_ok).count();
            work().await;
        }
        items
    }

    /// The same by hand, one page after the other.
    pub async fn walk_by_hand(&self, work: impl AsyncFn()) -> usize {
        let mut cursor: Option<String> = None;
        let mut items = 0;
        loop {
            let page = self
                .by_hand
                .messages("con_12345", 250, cursor.as_deref())
                .await
                .expect("a page");
            let messages = page.data.into_iter();
            items += messages.filter(|message| !message.id.is_empty()).count();
            work().await;
            cursor = page.cursor.after;
            if cursor.is_none() {
                return items;
            }
        }
    }
}

/// Creates a client of the SDK.
///
/// # Errors
///
/// Returns an error if the client cannot be created.
pub fn sdk_client(base_url: &str) -> tight_api::Result<tight_api::Client> {
    tight_api::Client::builder()
        .base_url(base_url)
        .credentials(Credentials::access_token(TOKEN))
        .retry(RetryPolicy::default())
        .build()
}

/// The requests of a handwritten batch.
fn chunks(mut messages: impl Iterator<Item = NewMessage>) -> impl Iterator<Item = Vec<NewMessage>> {
    std::iter::from_fn(move || {
        let chunk: Vec<_> = messages.by_ref().take(BATCH).collect();
        (!chunk.is_empty()).then_some(chunk)
    })
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
