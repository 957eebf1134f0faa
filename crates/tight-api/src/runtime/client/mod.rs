//! Settings, and what they make: the client that users hold.
//!
//! ```text
//! base_url      addresses that credentials may be sent to
//! grant         tokens for the client's id and secret
//! builder       settings in code
//! connections   settings in code: certificates, proxies, pools
//! environment   settings from environment variables
//! ```

mod base_url;
mod builder;
mod connections;
mod environment;
mod grant;

use std::fmt;
use std::time::Duration;

pub use builder::ClientBuilder;

use super::call::{Options, Session};
use super::error::Result;
use super::retry::RetryPolicy;

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
}

impl Client {
    fn new(session: Session) -> Self {
        Self { session }
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

    /// Returns this client with another retry policy, for a call or for many.
    ///
    /// ```
    /// # use tight_api::{Client, RetryPolicy, types::NewMessage};
    /// # async fn example(client: Client) -> tight_api::Result<()> {
    /// let message = NewMessage::new("con_12345").text("Hello");
    /// let outcome = client.with_retry(RetryPolicy::never()).messages().save([message]).await;
    /// # let _ = outcome;
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn with_retry(&self, policy: RetryPolicy) -> Self {
        self.with(|options| options.retry = policy)
    }

    /// Returns this client with another limit for each attempt.
    #[must_use]
    pub fn with_attempt_timeout(&self, timeout: Duration) -> Self {
        self.with(|options| options.attempt_timeout = timeout)
    }

    /// Returns this client with another limit for a request and all its attempts.
    #[must_use]
    pub fn with_total_timeout(&self, timeout: Duration) -> Self {
        self.with(|options| options.total_timeout = timeout)
    }

    fn with(&self, change: impl FnOnce(&mut Options)) -> Self {
        let mut client = self.clone();
        change(&mut client.session.options);
        client
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
