//! Any bytes as responses to a call: it ends, says what became of each item, waits no longer than it may, and shows no secret.

use std::time::Duration;

use futures_util::future::BoxFuture;
use futures_util::{FutureExt, StreamExt};
use serde_json::Value;
use tight_api::types::{ConversationQuery, NewMessage};
use tight_api::{
    AfterTrouble, BatchOutcome, CallOptions, Client, Credentials, Error, Incomplete, ItemState,
    Method,
};
use tokio::runtime::Runtime;

use super::script::{CLIENT_ID, SECRET, Script, TOKEN};
use super::server::Server;
use crate::calls::CALLS;
use crate::clock::ManualClock;
use crate::seen::{Failed, Seen, sent};

/// How long a call may take by the clock on the wall. Its own waits are skipped.
const PATIENCE: Duration = Duration::from_secs(20);

/// How long a call may wait, all in all.
const BUDGET: Duration = Duration::from_secs(60);

/// The items of the batch whose account is checked.
const ITEMS: usize = 5;

/// The names of what can be called, each by its number: all operations, and what else the client has.
pub(crate) fn called() -> impl Iterator<Item = &'static str> {
    let others = OTHERS.iter().map(|(name, _)| *name);
    CALLS.iter().map(|call| call.operation).chain(others)
}

type Make = fn(Client) -> BoxFuture<'static, Seen>;

const OTHERS: &[(&str, Make)] = &[
    ("batch", |client| batch(client).boxed()),
    ("stream of outcomes", |client| outcomes(client).boxed()),
    ("stream of items", |client| items(client).boxed()),
    ("raw JSON", |client| {
        let request = client.request(Method::POST, ["v6", "any"]);
        async { sent(request.body::<Value>().await) }.boxed()
    }),
    ("raw data", |client| {
        let request = client.request(Method::GET, ["v6", "any"]);
        async { sent(request.data::<Value>().await) }.boxed()
    }),
    ("raw list", |client| {
        let request = client.request(Method::GET, ["v6", "any"]);
        async { sent(request.list::<Value>().await) }.boxed()
    }),
    ("raw bytes", |client| {
        let request = client.request(Method::GET, ["v6", "any"]);
        async { sent(request.bytes().await) }.boxed()
    }),
    ("raw nothing", |client| {
        let request = client.request(Method::DELETE, ["v6", "any"]);
        async { sent(request.nothing().await) }.boxed()
    }),
    ("raw pages", |client| {
        let pages = client.request(Method::GET, ["v6", "any"]).pages::<Value>();
        async { collected(pages.items()).await }.boxed()
    }),
    ("kept body", |client| {
        let client = client.with(CallOptions::new().keep_body(64));
        async move { sent(client.messages().get("msg_1").await) }.boxed()
    }),
];

/// A runtime and a server, for one script after the other.
pub(crate) struct Stage {
    runtime: Runtime,
    server: Server,
}

impl Stage {
    pub(crate) fn new() -> Self {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        let server = runtime.block_on(Server::start());
        Self { runtime, server }
    }

    /// Makes the call that the bytes ask for, and panics if anything is wrong with how it ends. Returns how it ended.
    pub(crate) fn check(&self, bytes: &[u8]) -> String {
        let script = Script::read(bytes);
        let secrets = script.secrets();
        let clock = ManualClock::new();
        let credentials = match script.has_credentials {
            true => Credentials::client(CLIENT_ID, SECRET).for_user("user_1"),
            false => Credentials::access_token(TOKEN),
        };
        self.server.reply(script.replies);
        let client = Client::builder()
            .base_url(&self.server.url)
            .credentials(credentials)
            .clock(clock.clone())
            .total_timeout(BUDGET)
            .build()
            .unwrap();
        let number = script.called % (CALLS.len() + OTHERS.len());
        let make = match CALLS.get(number) {
            Some(call) => call.make,
            None => OTHERS[number - CALLS.len()].1,
        };
        let call = async { tokio::time::timeout(PATIENCE, make(client)).await };
        let seen = self.runtime.block_on(call);
        let seen = seen.unwrap_or_else(|_| panic!("the call does not end"));
        if !seen.has_entities {
            for secret in secrets {
                assert!(
                    !seen.shown.contains(&secret),
                    "a secret shows: {}",
                    seen.shown
                );
            }
        }
        // Each call of the batch and each page has a budget of its own.
        let waited: Duration = clock.slept().iter().sum();
        let calls = u32::try_from(self.server.given().max(1)).unwrap();
        assert!(waited <= BUDGET * calls, "it waits for {waited:?}");
        seen.what
    }
}

fn message(number: usize) -> NewMessage {
    NewMessage::new("con_1").text(format!("message {number}"))
}

async fn batch(client: Client) -> Seen {
    let messages = (0..ITEMS).map(message);
    let save = client.messages().save(messages).request_size(2);
    let outcome = save.after_trouble(AfterTrouble::Continue).await;
    accounted(outcome)
}

async fn outcomes(client: Client) -> Seen {
    let messages = (0..ITEMS).map(message);
    let save = client
        .messages()
        .save(messages)
        .request_size(2)
        .in_flight(2);
    let outcomes = save.after_trouble(AfterTrouble::Continue).outcomes();
    accounted(BatchOutcome::from_items(outcomes.collect().await))
}

/// Every item is there once, in its place, and has a state that its error agrees with.
fn accounted<E: std::fmt::Debug, X: std::fmt::Debug>(
    outcome: BatchOutcome<NewMessage, E, X>,
) -> Seen
where
    Incomplete<NewMessage, E, X>: Failed,
{
    assert_eq!(outcome.len(), ITEMS, "{outcome:?}");
    for (index, item) in outcome.items().iter().enumerate() {
        assert_eq!(item.index, index, "{outcome:?}");
        assert_eq!(item.item, message(index), "{outcome:?}");
        match &item.state {
            ItemState::NotSaved(error) => assert!(!error.may_have_taken_effect(), "{error:?}"),
            ItemState::Unknown(doubt) => assert!(doubt.error.may_have_taken_effect(), "{doubt:?}"),
            _ => {}
        }
    }
    sent(outcome.into_result())
}

async fn items(client: Client) -> Seen {
    let query = client.conversations().query(ConversationQuery::new());
    collected(query.items()).await
}

/// Reads a stream to its end, which is the end of the replies, too: none of them is sent forever.
async fn collected<T: std::fmt::Debug>(
    items: impl futures_util::Stream<Item = Result<T, Error>>,
) -> Seen {
    let items: Vec<_> = items.collect().await;
    let has_items = items.iter().any(Result::is_ok);
    let error = items.into_iter().find_map(Result::err);
    match error {
        Some(error) => sent(Err::<(), _>(error)),
        None => sent(Ok::<_, Error>(has_items)),
    }
}
