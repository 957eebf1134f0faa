#![doc = include_str!("../README.md")]

// Each may use those before it:
//
// json, envelope, error   reading JSON exactly; the API's response envelope; why a sandbox does not start
// clock                   what time it is, by the test
// document/               the document: operations, schemas, validation of requests
// store/                  entities, tokens, filters, order, cursors; how new entities are filled
// domain/                 rules of one domain; every change is made in a transaction that applies them
// kinds/                  kinds of operation, a module for each
// placed, seed            reading JSON that people write, with the places of errors; what is to be stored
// faults/                 what a test orders to fail: what, which requests, when, in Rust or in JSON
// http/                   routes, requests, responses, and the effect of faults
// control/                orders over HTTP, and the page for people
// builder, state          settings, and the start
mod builder;
mod clock;
mod control;
mod differences;
mod document;
mod domain;
mod envelope;
mod error;
mod faults;
mod http;
mod json;
mod kinds;
mod nearest;
mod placed;
mod seed;
mod state;
mod store;

use std::{borrow::Cow, fmt, sync::Arc, time::Duration};

use serde_json::Value;
use tokio::sync::watch;

use crate::{
    faults::orders::Target,
    http::{listening::Listening, server::Service},
    store::tokens::{ACCESS_TOKEN, CLIENT_ID, CLIENT_SECRET},
};
pub use builder::Builder;
pub use error::StartError;
pub use faults::{aim::Aim, fault::Fault, reply::Reply, retry_after::RetryAfter};
pub use http::received::ReceivedRequest;
pub use seed::SeedError;
pub use store::Uploaded;

/// A fake server of the Tight API in this process.
///
/// It listens on a free loopback port unless [`Builder::port`] says otherwise, so any number of sandboxes can run at
/// once, and keeps saved data in memory. It speaks HTTP/1.1 and, to clients that start with it, HTTP/2, without TLS.
///
/// Dropping it closes the port, stops the server and discards the data. Requests in progress still get their responses,
/// except those stalled by a fault, which lose their connection.
pub struct Sandbox {
    url: String,
    document: Cow<'static, str>,
    service: Arc<Service>,
    _port: Listening,
    /// Dropped with the sandbox, which tells the server to stop.
    _running: watch::Sender<()>,
    /// Closed when no task of the server has anything left to do.
    ended: watch::Sender<()>,
}

impl Sandbox {
    /// Starts a sandbox with the default settings.
    ///
    /// Its server is a task on the current Tokio runtime, and stops with it. To share a sandbox between tests, which have a
    /// runtime each, or to use it without a runtime, see [`Sandbox::start_blocking`].
    ///
    /// # Errors
    ///
    /// Returns [`StartError::Bind`] if no port can be opened.
    ///
    /// # Panics
    ///
    /// Panics outside of a Tokio runtime.
    pub async fn start() -> Result<Self, StartError> {
        Self::builder().start().await
    }

    /// Starts a sandbox with the default settings on a thread of its own. It needs no runtime around it, and outlives the one
    /// in which it was started. The thread ends once the sandbox is dropped.
    ///
    /// A sandbox in a static is shared by all tests of a program, and started by the first that needs it. As they also share
    /// what is stored, each should use data of its own, such as a company with a user.
    ///
    /// ```
    /// use std::sync::LazyLock;
    /// use tight_sandbox::Sandbox;
    ///
    /// static SANDBOX: LazyLock<Sandbox> =
    ///     LazyLock::new(|| Sandbox::start_blocking().expect("the sandbox does not start"));
    ///
    /// # async fn get(path: &str) -> reqwest::Result<reqwest::StatusCode> {
    /// #     let client = reqwest::Client::new();
    /// #     let request = client.get(format!("{}{path}", SANDBOX.url())).bearer_auth(SANDBOX.access_token());
    /// #     Ok(request.send().await?.status())
    /// # }
    /// #[tokio::test]
    /// async fn a_message_that_does_not_exist_is_not_found() {
    ///     assert_eq!(get("/v6/messages/msg_1").await.unwrap(), 404);
    /// }
    /// # for _ in 0..2 {
    /// #     let runtime = tokio::runtime::Runtime::new().unwrap();
    /// #     runtime.block_on(async { assert_eq!(get("/v6/messages/msg_1").await.unwrap(), 404) });
    /// # }
    /// ```
    ///
    /// # Errors
    ///
    /// Returns [`StartError::Bind`] if no port can be opened, and [`StartError::Thread`] if there can be no thread.
    pub fn start_blocking() -> Result<Self, StartError> {
        Self::builder().start_blocking()
    }

    /// Creates a builder, to change settings before the sandbox starts.
    pub fn builder() -> Builder {
        Builder::new()
    }

    /// Returns the base URL, such as `http://127.0.0.1:49152`, without a trailing slash.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Returns the OpenAPI document that this sandbox serves, as JSON.
    #[must_use]
    pub fn document(&self) -> &str {
        &self.document
    }

    /// Returns an access token that is valid as long as this sandbox exists, and nowhere else.
    #[must_use]
    pub fn access_token(&self) -> &str {
        ACCESS_TOKEN
    }

    /// Returns the client id that token requests must use.
    #[must_use]
    pub fn client_id(&self) -> &str {
        CLIENT_ID
    }

    /// Returns the client secret for [`Sandbox::client_id`]. It is valid nowhere else.
    #[must_use]
    pub fn client_secret(&self) -> &str {
        CLIENT_SECRET
    }

    /// Returns how many access tokens the sandbox has issued.
    #[must_use]
    pub fn tokens_issued(&self) -> usize {
        self.service.tokens().issued()
    }

    /// Revokes all access tokens issued so far. [`Sandbox::access_token`] stays valid.
    pub fn revoke_tokens(&self) {
        self.service.tokens().revoke();
    }

    /// Moves the sandbox's clock forward: access tokens expire, and what is saved from now on has later times.
    ///
    /// It moves from wherever [`Builder::clock`] or [`Builder::time`] puts it. Nobody waits, so faults that do
    /// ([`Fault::Drip`]) are not affected.
    ///
    /// ```
    /// use std::time::Duration;
    /// use tight_sandbox::Sandbox;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let sandbox = Sandbox::start().await?;
    /// // … once the client has a token:
    /// sandbox.advance(Duration::from_secs(3600));
    /// // Its next request is a 401 with `EXPIRED_TOKEN`.
    /// # Ok(())
    /// # }
    /// ```
    pub fn advance(&self, time: Duration) {
        self.service.advance(time);
    }

    /// Returns all entities in `collection`, oldest first, with the fields of all operations.
    ///
    /// The document names the collections: `messages`, `conversations`, `files`, and `auditTrail` for the entries of
    /// the audit trail. A singleton is a collection with one entity once it has been saved.
    ///
    /// # Panics
    ///
    /// Panics if the document has no such collection, because a misspelt name would look like an empty collection.
    #[must_use]
    #[track_caller]
    pub fn stored(&self, collection: &str) -> Vec<Value> {
        let stored = self.service.stored(collection);
        stored.unwrap_or_else(|| self.has_no(collection))
    }

    /// Stores an entity in `collection`, and returns it with its id and all other fields filled in. An entity with
    /// the same id is replaced. A singleton is stored as given.
    ///
    /// Use it for data that the API documents no operation to create.
    ///
    /// ```
    /// use serde_json::json;
    /// use tight_sandbox::Sandbox;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let sandbox = Sandbox::start().await?;
    /// let stored = sandbox.store("invoicing/invoices", json!({ "id": "inv_1" }));
    /// assert_eq!(stored["id"], "inv_1");
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Panics
    ///
    /// Panics if the document has no such collection, or if `entity` is not an object.
    #[track_caller]
    pub fn store(&self, collection: &str, entity: Value) -> Value {
        let Value::Object(fields) = entity else {
            panic!("`entity` must be a JSON object");
        };
        match self.service.store(collection, fields) {
            Some(entity) => Value::Object(entity),
            None => self.has_no(collection),
        }
    }

    #[track_caller]
    fn has_no(&self, collection: &str) -> ! {
        let known = self.service.collections().join(", ");
        panic!("the sandbox has no collection `{collection}`; it has: {known}")
    }

    /// Returns the operations that the sandbox does not support, by `operationId` or, if that is missing, method and
    /// path, each with the reason. A request for one returns status 501 with the same reason.
    #[must_use]
    pub fn unserved(&self) -> &[(String, String)] {
        self.service.unserved()
    }

    /// Returns the uploaded file of the entity with this id; `None` if it was deleted, or saved without a file.
    #[must_use]
    pub fn uploaded(&self, file_id: &str) -> Option<Uploaded> {
        self.service.uploaded(file_id)
    }

    /// Adds a user's reaction to a message. The API documents only how to delete one.
    ///
    /// Any `emoji_code` is accepted, even an undocumented one. Adding the same reaction again changes nothing.
    ///
    /// ```
    /// use serde_json::json;
    /// use tight_sandbox::Sandbox;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let sandbox = Sandbox::start().await?;
    /// # reqwest::Client::new()
    /// #     .post(format!("{}/v6/messages", sandbox.url()))
    /// #     .bearer_auth(sandbox.access_token())
    /// #     .json(&json!({ "data": [{ "conversationId": "con_12345", "text": "Thank you" }] }))
    /// #     .send()
    /// #     .await?;
    /// // … once a message has been saved:
    /// sandbox.react("msg_1", "thumbs_up", "user_1");
    ///
    /// let reactions = &sandbox.stored("messages")[0]["reactions"];
    /// assert_eq!(reactions[0]["emojiCode"], "thumbs_up");
    /// assert_eq!(reactions[0]["authorInfo"][0]["userId"], "user_1");
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Panics
    ///
    /// Panics if there is no such message.
    #[track_caller]
    pub fn react(&self, message_id: &str, emoji_code: &str, user_id: &str) {
        let reacted = self.service.react(message_id, emoji_code, user_id);
        assert!(
            reacted.is_some(),
            "the sandbox has no message `{message_id}` to react to"
        );
    }

    /// Injects a fault into the next request to the API, token requests excepted: short for
    /// [`next_request().fails(…)`](Aim::fails).
    ///
    /// Each fault affects one request: the next that has a valid access token and a complete body. Several faults
    /// are used in the order of injection. Concurrent requests take faults, and take effect, in the order in which the
    /// sandbox has read their last bytes.
    ///
    /// ```
    /// use tight_sandbox::{Fault, Reply, Sandbox};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let sandbox = Sandbox::start().await?;
    /// sandbox.inject(Reply::status(503)); // for the first request
    /// sandbox.inject(Fault::DropAfter); // for the second
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Panics
    ///
    /// Panics if the fault has a status outside 200 to 999.
    #[track_caller]
    pub fn inject(&self, fault: impl Into<Fault>) {
        self.next_request().fails(fault);
    }

    /// Injects a fault into the next token request with valid client credentials, as [`Sandbox::inject`] does for
    /// other requests.
    ///
    /// # Panics
    ///
    /// Panics if the fault has a status outside 200 to 999.
    #[track_caller]
    pub fn inject_token_fault(&self, fault: impl Into<Fault>) {
        Aim::at(Target::Tokens, self.service.orders()).fails(fault);
    }

    /// Aims a fault at the next request for the operation with this `operationId`.
    ///
    /// ```
    /// use tight_sandbox::{Fault, Reply, Sandbox};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let sandbox = Sandbox::start().await?;
    /// sandbox.next("saveConversations").fails(Reply::status(503));
    /// sandbox.next("saveMessages").pass(2).times(3).fails(Fault::DropAfter);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Panics
    ///
    /// Panics if the document has no such operation, and names similar ones.
    #[track_caller]
    pub fn next(&self, operation_id: &str) -> Aim<'_> {
        Aim::at(
            Target::Operation(self.operation(operation_id)),
            self.service.orders(),
        )
    }

    /// Aims a fault at the next request, token requests excepted: to any operation, or to a path or method that the document does not
    /// have. To respond to the latter, see [`Aim::responds`].
    ///
    /// ```
    /// use tight_sandbox::{Reply, RetryAfter, Sandbox};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let sandbox = Sandbox::start().await?;
    /// let is_read = |request: &tight_sandbox::ReceivedRequest| request.method == "GET";
    /// let limited = Reply::too_many_requests(RetryAfter::Seconds(30));
    /// sandbox.next_request().matching(is_read).always().fails(limited);
    /// # Ok(())
    /// # }
    /// ```
    pub fn next_request(&self) -> Aim<'_> {
        Aim::at(Target::Api, self.service.orders())
    }

    /// Forgets all faults that no request has met yet, those for token requests included.
    pub fn clear_faults(&self) {
        self.service.orders().clear();
    }

    /// Returns a line for each fault that was ordered and that requests have not met as often as was ordered, oldest first: the words
    /// with which a test would order what is left. A fault without a number ([`Aim::always`], [`Aim::with_probability`]) is
    /// pending until the first request has met it.
    ///
    /// ```
    /// use tight_sandbox::{Fault, Reply, Sandbox};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let sandbox = Sandbox::start().await?;
    /// sandbox.next("saveMessages").pass(2).times(3).fails(Fault::DropAfter);
    /// assert_eq!(sandbox.pending_faults(), [r#"next("saveMessages").pass(2).times(3).fails(DropAfter)"#]);
    /// sandbox.clear_faults();
    /// // At the end of a test: all faults were met.
    /// assert_eq!(sandbox.pending_faults(), [""; 0]);
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn pending_faults(&self) -> Vec<String> {
        self.service.pending_faults()
    }

    /// Returns the requests for the operation with this `operationId`, oldest first, whatever the result.
    ///
    /// See [`Sandbox::received_requests`] for how many are kept.
    ///
    /// # Panics
    ///
    /// Panics if the document has no such operation, and names similar ones.
    #[must_use]
    #[track_caller]
    pub fn received(&self, operation_id: &str) -> Vec<ReceivedRequest> {
        self.operation(operation_id);
        self.service.received(Some(operation_id))
    }

    /// Returns all requests, token requests included, oldest first, whatever the result. The `operation` of those to paths and methods
    /// that the document does not have is empty.
    ///
    /// They are in the order in which they took effect. The sandbox keeps the latest 10,000; see
    /// [`Builder::keep_requests`].
    #[must_use]
    pub fn received_requests(&self) -> Vec<ReceivedRequest> {
        self.service.received(None)
    }

    /// Checks that the sandbox received requests for exactly these operations, by `operationId`, in this order. A request to a path
    /// or method that the document does not have counts as `""`.
    ///
    /// # Panics
    ///
    /// Panics with both lists if it did not.
    #[track_caller]
    pub fn assert_received(&self, operation_ids: &[&str]) {
        let received = self.received_requests();
        let received: Vec<_> = received.iter().map(|request| &*request.operation).collect();
        assert!(
            received == operation_ids,
            "the sandbox received other requests than expected:\n  expected {operation_ids:?}\n  received {received:?}"
        );
    }

    /// Checks that exactly these entities are in `collection`, oldest first, each with at least the given fields.
    ///
    /// ```
    /// use serde_json::json;
    /// use tight_sandbox::Sandbox;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let sandbox = Sandbox::start().await?;
    /// sandbox.store("invoicing/invoices", json!({ "id": "inv_1" }));
    /// sandbox.assert_stored("invoicing/invoices", &json!([{ "id": "inv_1" }]));
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Panics
    ///
    /// Panics with every difference and its place, or if the document has no such collection.
    #[track_caller]
    pub fn assert_stored(&self, collection: &str, expected: &Value) {
        let stored = Value::Array(self.stored(collection));
        let found = differences::differences(expected, &stored);
        assert!(
            found.is_empty(),
            "`{collection}` is not as expected:\n{}",
            found.join("\n")
        );
    }

    /// Returns all that is stored: an object with a list of entities for each collection that has any, in the order of
    /// names, for snapshot tests.
    ///
    /// Ids count from 1. With a fixed [`Builder::time`], the same calls make the same snapshot.
    #[must_use]
    pub fn snapshot(&self) -> Value {
        self.service.snapshot(None, usize::MAX)
    }

    #[track_caller]
    fn operation(&self, id: &str) -> usize {
        self.service.operation(id).unwrap_or_else(|known| {
            let similar = nearest::nearest(id, &known).join(", ");
            panic!("the sandbox has no operation `{id}`; similar ones are: {similar}")
        })
    }

    /// Returns how many requests the operations of the API have received, whatever the result. Token requests and
    /// requests to unknown paths do not count.
    ///
    /// A request counts once its data is stored.
    #[must_use]
    pub fn requests(&self) -> usize {
        self.service.calls()
    }

    /// Returns how many requests one operation has received, whatever the result. `path` is the operation's path in
    /// the document or a concrete one: `/v6/messages/{id}` and `/v6/messages/msg_1` mean the same.
    ///
    /// ```
    /// # use tight_sandbox::Sandbox;
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let sandbox = Sandbox::start().await?;
    /// assert_eq!(sandbox.requests_to("GET", "/v6/messages/{id}"), 0);
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Panics
    ///
    /// Panics if there is no such operation, because a misspelt path would look like one without requests.
    #[must_use]
    #[track_caller]
    pub fn requests_to(&self, method: &str, path: &str) -> usize {
        let requests = self.service.requests_to(method, path);
        requests.unwrap_or_else(|| panic!("the sandbox has no operation `{method} {path}`"))
    }

    /// Returns how many token requests the sandbox has received, whatever the result.
    #[must_use]
    pub fn token_requests(&self) -> usize {
        self.service.token_requests()
    }
}

impl fmt::Debug for Sandbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sandbox")
            .field("url", &self.url)
            .finish_non_exhaustive()
    }
}
