//! The client, and its settings.
//!
//! ```text
//! base_url        checks that a base URL is safe for credentials
//! token_endpoint  tokens for a client id and secret
//! options         settings of single calls
//! settings        what a builder sets, apart from credentials
//! shared          state that all clients from one builder share
//! builder         the builder of clients
//! connections     builder methods for certificates, proxies, pools
//! environment     settings from environment variables
//! ```

mod base_url;
mod builder;
mod connections;
mod environment;
mod options;
mod settings;
mod shared;
mod token_endpoint;

use std::fmt;
use std::sync::Arc;

use http::Method;

pub use builder::ClientBuilder;
pub use options::CallOptions;
use shared::Shared;

use super::call::Session;
use super::error::Result;
use super::identity::credentials::{Credentials, TokenSubject};
use super::raw::RawRequest;
use crate::types::TokenScope;

/// A client of the API. Cheap to clone; clones share connections and tokens.
///
/// ```
/// use tight_api::{Client, Credentials, Environment};
///
/// # fn main() -> tight_api::Result<()> {
/// let client = Client::builder()
///     .environment(Environment::Sandbox)
///     .credentials(Credentials::client("the client id", "the client secret").for_user("user_1"))
///     .build()?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Client {
    session: Session,
    shared: Arc<Shared>,
}

impl Client {
    fn new(session: Session, shared: Shared) -> Self {
        Self {
            session,
            shared: Arc::new(shared),
        }
    }

    /// Creates a builder.
    pub fn builder() -> ClientBuilder {
        ClientBuilder::default()
    }

    /// Creates a client from environment variables: see [`ClientBuilder::from_env`].
    ///
    /// # Errors
    ///
    /// See [`ClientBuilder::from_env`] and [`ClientBuilder::build`].
    pub fn from_env() -> Result<Self> {
        ClientBuilder::from_env()?.build()
    }

    /// Returns a client that acts for one of your users: its calls access the companies of that user. Shares connections and
    /// settings with this client.
    ///
    /// Tokens are cached by user and scope, so you can create such a client for each request of a server; see
    /// [`ClientBuilder::token_capacity`].
    ///
    /// Calls fail with [`ErrorKind::Credentials`](crate::ErrorKind::Credentials) if this client was built with an
    /// [access token](Credentials::access_token), or if the id is empty.
    ///
    /// ```
    /// # async fn example(client: tight_api::Client) -> tight_api::Result<()> {
    /// let anna = client.for_user("user_1");
    /// let message = anna.messages().get("msg_1").await?;
    /// # let _ = message;
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn for_user(&self, user_id: impl Into<String>) -> Self {
        self.acting_for(|subject| subject.with_user(Some(user_id.into())))
    }

    /// Returns a client that acts for the partner: its calls access all companies.
    #[must_use]
    pub fn for_partner(&self) -> Self {
        self.acting_for(|subject| subject.with_user(None))
    }

    /// Returns a client whose tokens have this scope.
    ///
    /// ```
    /// use tight_api::types::TokenScope;
    /// # fn example(client: tight_api::Client) {
    /// let auditor = client.for_user("user_1").with_scope(TokenScope::Read);
    /// # let _ = auditor;
    /// # }
    /// ```
    #[must_use]
    pub fn with_scope(&self, scope: TokenScope) -> Self {
        self.acting_for(|subject| subject.with_scope(scope))
    }

    fn acting_for(&self, change: impl FnOnce(TokenSubject) -> TokenSubject) -> Self {
        let mut client = self.clone();
        client.session.identity = self.session.identity.acting_for(change);
        client
    }

    /// Returns a client with other credentials, such as the access token of a browser session. Shares connections and settings with
    /// this client, but not tokens: to act for many users with one client id, use [`for_user`](Self::for_user).
    ///
    /// # Errors
    ///
    /// Fails with [`ErrorKind::Configuration`](crate::ErrorKind::Configuration) if the credentials cannot be sent.
    pub fn with_credentials(&self, credentials: Credentials) -> Result<Self> {
        let mut client = self.clone();
        client.session.identity = self
            .shared
            .identity(&credentials, &self.session.transport)?;
        Ok(client)
    }

    /// Returns a client with other settings, for one call or many.
    ///
    /// ```
    /// use std::time::Duration;
    /// use tight_api::{CallOptions, RetryPolicy, types::NewMessage};
    /// # async fn example(client: tight_api::Client) -> tight_api::Result<()> {
    /// let once = CallOptions::new().retry(RetryPolicy::never()).total_timeout(Duration::from_secs(5));
    /// let message = client.with(once).messages().save_one(NewMessage::new("con_12345").text("Hello")).await?;
    /// # let _ = message;
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn with(&self, options: CallOptions) -> Self {
        let mut client = self.clone();
        options.apply(Arc::make_mut(&mut client.session.options));
        client
    }

    /// Creates a request to an endpoint that the SDK has no method for, with the token, retries and limits of this client. `path` has
    /// the segments of the path below the base URL, which are percent-encoded: `["v6", "messages", id, "reactions"]`.
    pub fn request<S: Into<String>>(
        &self,
        method: Method,
        path: impl IntoIterator<Item = S>,
    ) -> RawRequest {
        let path = path.into_iter().map(Into::into).collect();
        RawRequest::new(self.session.clone(), method, path)
    }

    pub(crate) fn session(&self) -> &Session {
        &self.session
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("base_url", &self.session.transport.base_url)
            .field("options", &self.session.options)
            .finish_non_exhaustive()
    }
}
