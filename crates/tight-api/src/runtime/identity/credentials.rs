//! What proves to Tight who is calling.

use std::error::Error as StdError;
use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use secrecy::SecretString;

use crate::types::TokenScope;

/// What proves to Tight who is calling. `Debug` shows what kind it is, and nothing else.
///
/// Documented at <https://docs.tight.com/api-reference/authentication>.
///
/// ```
/// use tight_api::Credentials;
/// use tight_api::types::TokenScope;
///
/// // The usual way: the client obtains tokens for one of your users, and renews them.
/// let user = Credentials::client("the client id", "the client secret").for_user("user_1");
/// // Without a user, a token reaches all companies of the partner.
/// let partner = Credentials::client("the client id", "the client secret").scope(TokenScope::Read);
/// # let _ = (user, partner);
/// ```
#[derive(Clone)]
pub struct Credentials {
    pub(crate) kind: Kind,
    /// What was set that these credentials have no use for; no client is built with it.
    pub(crate) misplaced: Option<&'static str>,
}

#[derive(Clone)]
pub(crate) enum Kind {
    Client(ClientCredentials),
    AccessToken(SecretString),
    Source(Arc<dyn TokenSource>),
}

/// A client's id and secret, and whom tokens are asked for.
#[derive(Clone)]
pub(crate) struct ClientCredentials {
    pub(crate) id: String,
    pub(crate) secret: SecretString,
    pub(crate) user: Option<String>,
    pub(crate) scope: Option<TokenScope>,
}

impl Credentials {
    fn of(kind: Kind) -> Self {
        Self {
            kind,
            misplaced: None,
        }
    }

    /// Creates credentials of the client's id and secret, which Tight gives to a partner. They are exchanged for access tokens,
    /// which are renewed before they expire.
    pub fn client(id: impl Into<String>, secret: impl Into<SecretString>) -> Self {
        Self::of(Kind::Client(ClientCredentials {
            id: id.into(),
            secret: secret.into(),
            user: None,
            scope: None,
        }))
    }

    /// Asks for tokens that reach only what this user can access: the id that your own system gave when it created the
    /// company. A client is not built if these are other credentials than [`client`](Self::client).
    #[must_use]
    pub fn for_user(mut self, user_id: impl Into<String>) -> Self {
        match &mut self.kind {
            Kind::Client(client) => client.user = Some(user_id.into()),
            _ => self.misplaced = Some("for_user"),
        }
        self
    }

    /// Asks for tokens with this scope; Tight gives `write`, which includes reading, if nothing is said. A client is
    /// not built if these are other credentials than [`client`](Self::client).
    #[must_use]
    pub fn scope(mut self, scope: TokenScope) -> Self {
        match &mut self.kind {
            Kind::Client(client) => client.scope = Some(scope),
            _ => self.misplaced = Some("scope"),
        }
        self
    }

    /// Creates credentials of an access token that was obtained elsewhere. It is used as it is, and cannot be renewed when it
    /// expires.
    pub fn access_token(token: impl Into<SecretString>) -> Self {
        Self::of(Kind::AccessToken(token.into()))
    }

    /// Creates credentials of a token source of your own, such as a service that keeps the client's secret. They are cached and
    /// renewed as those of [`client`](Self::client) are.
    pub fn source(source: impl TokenSource + 'static) -> Self {
        Self::of(Kind::Source(Arc::new(source)))
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.kind {
            Kind::Client(_) => f.write_str("Credentials::client(…)"),
            Kind::AccessToken(_) => f.write_str("Credentials::access_token(…)"),
            Kind::Source(_) => f.write_str("Credentials::source(…)"),
        }
    }
}

/// What a token source returns, in time.
pub type TokenFuture<'a> =
    Pin<Box<dyn Future<Output = Result<Token, Box<dyn StdError + Send + Sync>>> + Send + 'a>>;

/// A source of access tokens.
///
/// It is asked when there is no token, shortly before one expires, and when Tight does not accept one; never twice at the
/// same time, however many calls are waiting. It need not cache anything. It is asked on a thread of the client's own, with a
/// Tokio runtime that depends on no caller's.
///
/// ```
/// use std::time::Duration;
/// use tight_api::{Credentials, Token, TokenFuture, TokenSource};
///
/// struct Vault;
///
/// impl TokenSource for Vault {
///     fn token(&self) -> TokenFuture<'_> {
///         Box::pin(async {
///             let token = String::from("eyJhbGciOiJSUzI1NiJ9…"); // from wherever
///             Ok(Token::new(token).expires_in(Duration::from_secs(3600)))
///         })
///     }
/// }
///
/// let credentials = Credentials::source(Vault);
/// # let _ = credentials;
/// ```
pub trait TokenSource: Send + Sync {
    /// A new access token. An error is reported, as the source of a
    /// [`Credentials`](crate::ErrorKind::Credentials) error, to every call that waits for the token.
    fn token(&self) -> TokenFuture<'_>;
}

/// An access token, and how long it is valid.
#[derive(Clone)]
pub struct Token {
    pub(crate) secret: SecretString,
    pub(crate) expires_in: Option<Duration>,
}

impl Token {
    /// Creates a token that is valid until Tight does not accept it any more.
    pub fn new(token: impl Into<SecretString>) -> Self {
        Self {
            secret: token.into(),
            expires_in: None,
        }
    }

    /// Sets how long it is valid from now on. It is renewed a little before.
    #[must_use]
    pub fn expires_in(mut self, time: Duration) -> Self {
        self.expires_in = Some(time);
        self
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Token")
            .field("expires_in", &self.expires_in)
            .finish_non_exhaustive()
    }
}
