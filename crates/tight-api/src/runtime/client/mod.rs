//! Settings, and what they make: the client that users hold.
//!
//! ```text
//! base_url      addresses that credentials may be sent to
//! grant         tokens for the client's id and secret
//! options       settings of a call
//! builder       settings in code
//! connections   settings in code: certificates, proxies, pools
//! origin        what clients that come from one builder share
//! environment   settings from environment variables
//! ```

mod base_url;
mod builder;
mod connections;
mod environment;
mod grant;
mod options;
mod origin;

use std::fmt;
use std::sync::Arc;

use http::Method;

pub use builder::ClientBuilder;
pub use options::CallOptions;
use origin::Origin;

use super::call::Session;
use super::error::Result;
use super::identity::credentials::{Credentials, TokenSubject};
use super::raw::RawRequest;
use crate::types::TokenScope;

/// Calls the API. Cheap to clone; clones share their connections and tokens.
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
    origin: Arc<Origin>,
}

impl Client {
    fn new(session: Session, origin: Origin) -> Self {
        Self {
            session,
            origin: Arc::new(origin),
        }
    }

    /// Begins to set up a client.
    pub fn builder() -> ClientBuilder {
        ClientBuilder::default()
    }

    /// Creates a client as [`ClientBuilder::from_env`] sets it up.
    ///
    /// # Errors
    ///
    /// Those of [`ClientBuilder::from_env`] and [`ClientBuilder::build`].
    pub fn from_env() -> Result<Self> {
        ClientBuilder::from_env()?.build()
    }

    /// Returns this client for one of your users: its calls reach what the user can access. It has the same connections and
    /// settings.
    ///
    /// Tokens are kept by user and scope, so a client made anew for each request of a server asks for no new token; see
    /// [`ClientBuilder::token_capacity`].
    ///
    /// If this client has one [access token](Credentials::access_token), which is for whomever it was issued, calls fail with a
    /// [`Credentials`](crate::ErrorKind::Credentials) error; likewise if the id is empty, since a token without a user would reach
    /// all companies.
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

    /// Returns this client for the partner itself: its calls reach all companies.
    #[must_use]
    pub fn for_partner(&self) -> Self {
        self.acting_for(|subject| subject.with_user(None))
    }

    /// Returns this client with tokens of another scope.
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

    /// Returns this client with other credentials, such as the access token of a browser's session. It has the same connections and
    /// settings. Clients that are made for one set of client id and secret share no tokens: derive them from one with
    /// [`for_user`](Self::for_user).
    ///
    /// # Errors
    ///
    /// [`Configuration`](crate::ErrorKind::Configuration) if the credentials cannot be sent.
    pub fn with_credentials(&self, credentials: Credentials) -> Result<Self> {
        let mut client = self.clone();
        client.session.identity = self
            .origin
            .identity(&credentials, &self.session.transport)?;
        Ok(client)
    }

    /// Returns this client with other settings for its calls: for one call, or for many.
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

    /// Creates a request that the SDK has no method for, with this client's token, retries, limits and errors. `path` is the segments
    /// of the path below the address of the API: `["v6", "messages", id, "reactions"]`. Each stays a segment, whatever stands in it.
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
