#![doc = include_str!("../README.md")]

mod batch_save;
mod contract;
mod envelope;
mod error;
mod schema;
mod server;
mod store;
mod synthesis;
mod validation;

use std::{borrow::Cow, fmt, net::Ipv4Addr, sync::Arc, time::SystemTime};

use serde_json::Value;
use tokio::{net::TcpListener, sync::oneshot};

use crate::{
    contract::Contract,
    server::{Clock, Service},
};
pub use error::StartError;

const ACCESS_TOKEN: &str = "sandbox-access-token";

/// A fake server of the Tight API, in this process.
///
/// It listens on a port of the loopback interface that the system chooses, so any number of them can run at
/// once, and it keeps what is saved in memory. Dropping it ends it: requests under way are still answered,
/// new connections are refused as soon as the runtime gets to close the port, and what was saved is gone.
pub struct Sandbox {
    url: String,
    service: Arc<Service>,
    /// Dropped with the sandbox, which tells the server to stop.
    _running: oneshot::Sender<()>,
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
            document: Cow::Borrowed(contract::EMBEDDED),
            clock: Arc::new(SystemTime::now),
        }
    }

    /// The base URL, without a slash at its end: `http://127.0.0.1:49152`, for one.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// The only access token that the sandbox accepts. It opens nothing else.
    #[must_use]
    pub fn access_token(&self) -> &str {
        self.service.access_token()
    }

    /// What has been saved to `collection`, oldest first, as it was answered.
    ///
    /// A collection has the name of the last fixed segment in the path that saves to it.
    ///
    /// # Panics
    ///
    /// If there is no such collection, as a misspelt name would otherwise look like an empty one.
    #[must_use]
    #[track_caller]
    pub fn stored(&self, collection: &str) -> Vec<Value> {
        self.service.stored(collection).unwrap_or_else(|| {
            let known = self.service.collections().join(", ");
            panic!("the sandbox has no collection `{collection}`; it has: {known}")
        })
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
    document: Cow<'static, str>,
    clock: Clock,
}

impl Builder {
    /// Takes the time from `clock` instead of the system, so that answers are the same in every run.
    ///
    /// It is asked once for each request. Answers tell the time in whole seconds, from 1970 to 9999.
    pub fn clock(mut self, clock: impl Fn() -> SystemTime + Send + Sync + 'static) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// Serves another OpenAPI 3.0 document (as JSON) than the one that this crate was built with.
    ///
    /// It must keep to the conventions of the Tight API: its envelope, its errors and its bearer token.
    pub fn document(mut self, json: impl Into<Cow<'static, str>>) -> Self {
        self.document = json.into();
        self
    }

    /// Starts the sandbox.
    ///
    /// # Errors
    ///
    /// If no port can be opened, or if the document cannot be read or has an operation that the sandbox
    /// cannot answer.
    pub async fn start(self) -> Result<Sandbox, StartError> {
        let contract = Contract::read(&self.document)?;
        let service = Arc::new(Service::new(contract, ACCESS_TOKEN.to_owned(), self.clock)?);
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))
            .await
            .map_err(StartError::Bind)?;
        let url = format!(
            "http://{}",
            listener.local_addr().map_err(StartError::Bind)?
        );
        let (running, stopped) = oneshot::channel::<()>();
        let server = axum::serve(listener, Arc::clone(&service).into_router())
            .with_graceful_shutdown(async {
                // Nothing is ever sent: the receiver wakes when the sandbox is dropped.
                let _ = stopped.await;
            });
        tokio::spawn(server.into_future());
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
