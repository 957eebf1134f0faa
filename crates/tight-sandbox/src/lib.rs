#![doc = include_str!("../README.md")]

// Each knows those before it:
//
// json, envelope, error   how JSON is read; how this API answers; why there is no start
// document/               what the document says: its operations, its schemas, what a request must be like
// store/                  what is kept, for whom, how entities are made, and how lists are chosen and cut
// domain/                 what follows from a change by the document's rules; every change goes through the transaction
// kinds/                  the kinds of operation, one each
// http/                   the routes; requests and answers, and what goes wrong with them on order
mod document;
mod domain;
mod envelope;
mod error;
mod http;
mod json;
mod kinds;
mod store;

use std::{
    borrow::Cow,
    fmt,
    net::Ipv4Addr,
    sync::Arc,
    time::{Duration, SystemTime},
};

use serde_json::Value;
use tokio::{net::TcpListener, sync::watch};

use crate::{
    http::{
        routes::Routes,
        server::{Clock, Service},
    },
    store::tokens::{ACCESS_TOKEN, CLIENT_ID, CLIENT_SECRET},
};
pub use error::StartError;
pub use http::fault::{Fault, Reply};
pub use store::Uploaded;

/// A fake server of the Tight API, in this process.
///
/// It listens on a port of the loopback interface that the system chooses, so any number of them can run at
/// once, and it keeps what is saved in memory. It speaks HTTP/1.1 alone: whoever begins with HTTP/2 is refused.
/// Dropping it ends it: requests under way are still answered (those that a fault has stalled lose their
/// connection), new connections are refused as soon as the runtime gets to close the port, and what was saved is
/// gone.
pub struct Sandbox {
    url: String,
    service: Arc<Service>,
    /// Dropped with the sandbox, which tells the server to stop.
    _running: watch::Sender<()>,
}

impl Sandbox {
    /// Starts a sandbox.
    ///
    /// Its server is a task of the Tokio runtime that this is called on, and stops with it.
    ///
    /// # Errors
    ///
    /// If no port can be opened.
    pub async fn start() -> Result<Self, StartError> {
        Self::builder().start().await
    }

    /// A sandbox with other settings than the default ones.
    pub fn builder() -> Builder {
        Builder {
            document: None,
            clock: Arc::new(SystemTime::now),
            token_lifetime: Duration::from_secs(3600),
        }
    }

    /// The base URL, without a slash at its end: `http://127.0.0.1:49152`, for one.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// An access token that the sandbox accepts from its start to its end. It opens nothing else.
    #[must_use]
    pub fn access_token(&self) -> &str {
        ACCESS_TOKEN
    }

    /// The id of the only client that the sandbox issues access tokens to.
    #[must_use]
    pub fn client_id(&self) -> &str {
        CLIENT_ID
    }

    /// The secret that goes with [`Sandbox::client_id`]. It opens nothing else.
    #[must_use]
    pub fn client_secret(&self) -> &str {
        CLIENT_SECRET
    }

    /// How many access tokens were issued so far.
    #[must_use]
    pub fn tokens_issued(&self) -> usize {
        self.service.tokens().issued()
    }

    /// Takes back all access tokens that were issued so far. [`Sandbox::access_token`] stays good.
    pub fn revoke_tokens(&self) {
        self.service.tokens().revoke();
    }

    /// What `collection` holds now, oldest first, each with all fields that any operation knows of it.
    ///
    /// A collection has the name that the document gives it: `messages`, `conversations`, `files`, and `auditTrail`
    /// for the entries of the audit trail. What there is one of is a collection of one, once it has been saved.
    ///
    /// # Panics
    ///
    /// If there is no such collection, as a misspelt name would otherwise look like an empty one.
    #[must_use]
    #[track_caller]
    pub fn stored(&self, collection: &str) -> Vec<Value> {
        let stored = self.service.stored(collection);
        stored.unwrap_or_else(|| self.has_no(collection))
    }

    /// Keeps an entity of `collection` with these fields, as if it had been saved some time ago, and gives it back
    /// as it is kept: with an id, and with all else that entities of the collection have. One that has the id of
    /// an entity takes its place.
    ///
    /// What there is one of, without an id, is kept as it is given.
    ///
    /// This is for what the API documents no operation to make, or none yet.
    ///
    /// # Panics
    ///
    /// If there is no such collection, or if `entity` is no object.
    #[track_caller]
    pub fn store(&self, collection: &str, entity: Value) -> Value {
        let Value::Object(fields) = entity else {
            panic!("an entity is an object");
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

    /// The operations that the sandbox does not serve, by the ids that the document gives them, and why. It
    /// answers a request for one with the status 501, and says why there, too.
    ///
    /// An operation without an id is told by its method and path.
    #[must_use]
    pub fn unserved(&self) -> &[(String, String)] {
        self.service.unserved()
    }

    /// The file that was uploaded and became the entity with this id, unless it has been deleted.
    ///
    /// Entities that were saved without a file have none.
    #[must_use]
    pub fn uploaded(&self, file_id: &str) -> Option<Uploaded> {
        self.service.uploaded(file_id)
    }

    /// Has a user react to a message: the API documents how a reaction is taken back, but not how one is made.
    ///
    /// Any `emoji_code` will do, even one that is not documented. Who has reacted with it already need not do
    /// so twice: nothing changes then.
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
    /// If there is no such message.
    #[track_caller]
    pub fn react(&self, message_id: &str, emoji_code: &str, user_id: &str) {
        let reacted = self.service.react(message_id, emoji_code, user_id);
        assert!(
            reacted.is_some(),
            "the sandbox has no message `{message_id}` to react to"
        );
    }

    /// Lets a coming request to the API, though not for an access token, meet with `fault`.
    ///
    /// Each fault is for one request: the next one that is let through to an operation, its access token being
    /// good and its body complete. Where several are injected, the first goes first. Where several requests are
    /// on their way at once, each takes the next fault as soon as the sandbox has read its last byte, so that
    /// what a request does and what becomes of it go by one order, and no fault is taken twice or passed over.
    ///
    /// # Panics
    ///
    /// If the fault has a status that no final answer can have: they go from 200 to 999.
    #[track_caller]
    pub fn inject(&self, fault: Fault) {
        fault.assert_possible();
        self.service.calls().inject(fault);
    }

    /// Lets a coming request for an access token meet with `fault`, in the manner of [`Sandbox::inject`]: the
    /// next one that shows good client credentials.
    ///
    /// # Panics
    ///
    /// As [`Sandbox::inject`] does.
    #[track_caller]
    pub fn inject_token_fault(&self, fault: Fault) {
        fault.assert_possible();
        self.service.token_requests().inject(fault);
    }

    /// How many requests came to the operations of the API so far, whatever they were answered. Requests for
    /// access tokens are not among them, nor are those to places where there is no operation.
    ///
    /// What a request stores is stored by the time it counts.
    #[must_use]
    pub fn requests(&self) -> usize {
        self.service.calls().requests()
    }

    /// How many requests came to one operation so far, whatever they were answered. `path` is the operation's in
    /// the document, or one that it describes: `/v6/messages/{id}` and `/v6/messages/msg_1` are the same here.
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
    /// If there is no such operation, as a misspelt path would otherwise look like one that nobody calls.
    #[must_use]
    #[track_caller]
    pub fn requests_to(&self, method: &str, path: &str) -> usize {
        let requests = self.service.requests_to(method, path);
        requests.unwrap_or_else(|| panic!("the sandbox has no operation `{method} {path}`"))
    }

    /// How many requests for access tokens there were so far, whatever they were answered.
    #[must_use]
    pub fn token_requests(&self) -> usize {
        self.service.token_requests().requests()
    }
}

impl fmt::Debug for Sandbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sandbox")
            .field("url", &self.url)
            .finish_non_exhaustive()
    }
}

/// The settings of a [`Sandbox`] to start.
#[must_use]
pub struct Builder {
    /// Another one than that which this crate was built with.
    document: Option<Cow<'static, str>>,
    clock: Clock,
    token_lifetime: Duration,
}

impl Builder {
    /// Takes the time from `clock` instead of the system, so that answers are the same in every run.
    ///
    /// It is asked once for each request. Answers tell the time in whole seconds, from 1970 to 9999.
    pub fn clock(mut self, clock: impl Fn() -> SystemTime + Send + Sync + 'static) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// Issues access tokens that are good for this time, by the sandbox's clock, instead of an hour. It counts
    /// in whole seconds; what goes beyond those is dropped.
    pub fn token_lifetime(mut self, lifetime: Duration) -> Self {
        self.token_lifetime = lifetime;
        self
    }

    /// Serves another OpenAPI 3.0 document (as JSON) than the one that this crate was built with.
    ///
    /// It must keep to the conventions of the Tight API: its envelope, its errors and its bearer token; and it must
    /// say of which kind each operation is (`x-kind`), as the one of this crate does.
    pub fn document(mut self, json: impl Into<Cow<'static, str>>) -> Self {
        self.document = Some(json.into());
        self
    }

    /// Starts the sandbox.
    ///
    /// # Errors
    ///
    /// If no port can be opened, or if the document is no OpenAPI document at all. What is wrong with one of its
    /// operations is in the way of that one alone: see [`Sandbox::unserved`].
    pub async fn start(self) -> Result<Sandbox, StartError> {
        let routes = match &self.document {
            None => Routes::embedded()?,
            Some(document) => Arc::new(Routes::read(document)?),
        };
        let (running, stopped) = watch::channel(());
        let service = Service::new(routes, self.clock, self.token_lifetime, stopped.clone());
        let service = Arc::new(service);
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
            .await
            .map_err(StartError::Bind)?;
        let url = format!(
            "http://{}",
            listener.local_addr().map_err(StartError::Bind)?
        );
        tokio::spawn(http::serving::serve(
            listener,
            Arc::clone(&service),
            stopped,
        ));
        Ok(Sandbox {
            url,
            service,
            _running: running,
        })
    }
}

impl fmt::Debug for Builder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Builder").finish_non_exhaustive()
    }
}
