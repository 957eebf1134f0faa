//! Credentials: how a client authenticates, and where its tokens come from.

use std::error::Error as StdError;
use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use secrecy::SecretString;

use crate::runtime::error::{Error, ErrorKind};
use crate::types::TokenScope;

/// How a client authenticates. `Debug` shows the kind alone.
///
/// Documented at <https://docs.tight.com/api-reference/authentication>.
///
/// ```
/// use tight_api::Credentials;
/// use tight_api::types::TokenScope;
///
/// // The usual way: the client obtains tokens, and renews them. Without a user, they reach all companies of the partner.
/// let partner = Credentials::client("the client id", "the client secret");
/// // Tokens that reach what one of your users can access, and only read it.
/// let user = Credentials::client("the client id", "the client secret").for_user("user_1").scope(TokenScope::Read);
/// # let _ = (user, partner);
/// ```
#[derive(Clone)]
pub struct Credentials {
    pub(crate) kind: Kind,
    pub(crate) subject: TokenSubject,
}

#[derive(Clone)]
pub(crate) enum Kind {
    Client(ClientCredentials),
    AccessToken(SecretString),
    Source(Arc<dyn TokenSource>),
}

/// A client's id and secret.
#[derive(Clone)]
pub(crate) struct ClientCredentials {
    pub(crate) id: String,
    pub(crate) secret: SecretString,
}

impl Credentials {
    fn of(kind: Kind) -> Self {
        Self {
            kind,
            subject: TokenSubject::default(),
        }
    }

    /// Creates credentials from the client's id and secret, which Tight gives to a partner. The client exchanges them for access
    /// tokens, and renews these before they expire.
    pub fn client(id: impl Into<String>, secret: impl Into<SecretString>) -> Self {
        Self::of(Kind::Client(ClientCredentials {
            id: id.into(),
            secret: secret.into(),
        }))
    }

    /// Sets the user that tokens are asked for: the id that your own system gave when it created the company. Of one client for
    /// many users, see [`Client::for_user`](crate::Client::for_user).
    #[must_use]
    pub fn for_user(mut self, user_id: impl Into<String>) -> Self {
        self.subject = self.subject.with_user(Some(user_id.into()));
        self
    }

    /// Sets the scope that tokens are asked for; if not set, Tight gives `write`, which includes reading.
    #[must_use]
    pub fn scope(mut self, scope: TokenScope) -> Self {
        self.subject = self.subject.with_scope(scope);
        self
    }

    /// Creates credentials from an access token that was obtained elsewhere. It is sent as it is, and cannot be renewed when it
    /// expires. It is for whomever it was issued, so a client is not built if a user or a scope is set, too.
    pub fn access_token(token: impl Into<SecretString>) -> Self {
        Self::of(Kind::AccessToken(token.into()))
    }

    /// Creates credentials from a token source of your own, such as a service that keeps the client's secret. The client caches
    /// and renews its tokens as it does those of [`client`](Self::client).
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

/// Whom an access token is for, and what it permits.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct TokenSubject {
    user: Option<String>,
    scope: Option<TokenScope>,
}

impl TokenSubject {
    /// Returns the user whose companies the token reaches; `None` for all companies of the partner.
    pub fn user(&self) -> Option<&str> {
        self.user.as_deref()
    }

    /// Returns the scope that is asked for; `None` leaves it to Tight, which gives `write`.
    pub fn scope(&self) -> Option<&TokenScope> {
        self.scope.as_ref()
    }

    /// Refuses a user that would be another, or none.
    pub(crate) fn check(&self) -> Result<(), Error> {
        let reason = match self.user.as_deref() {
            Some("") => "is empty, so that the token would reach all companies of the partner",
            Some(user) if user.contains(char::is_control) => {
                "holds a line break or another control character; was it read along with it?"
            }
            _ => return Ok(()),
        };
        let message = format!("the user id {reason}");
        Err(Error::new(ErrorKind::Configuration, message))
    }

    pub(crate) fn with_user(self, user: Option<String>) -> Self {
        Self { user, ..self }
    }

    pub(crate) fn with_scope(self, scope: TokenScope) -> Self {
        Self {
            scope: Some(scope),
            ..self
        }
    }
}

/// The future that a [`TokenSource`] returns.
pub type TokenFuture<'a> =
    Pin<Box<dyn Future<Output = Result<Token, Box<dyn StdError + Send + Sync>>> + Send + 'a>>;

/// A source of access tokens.
///
/// The client asks it when it has no token for a subject, shortly before one expires, and when Tight does not accept one. It never
/// asks twice at the same time for one subject, however many calls are waiting, so the source need not cache anything. It runs on a
/// thread of the client's own, with a Tokio runtime that depends on no caller's.
///
/// ```
/// use std::time::Duration;
/// use tight_api::{Credentials, Token, TokenFuture, TokenSource, TokenSubject};
///
/// struct Vault;
///
/// impl TokenSource for Vault {
///     fn token<'a>(&'a self, subject: &'a TokenSubject) -> TokenFuture<'a> {
///         Box::pin(async move {
///             let token = format!("the vault's token for {:?}", subject.user()); // from wherever
///             # let token = "eyJhbGciOiJSUzI1NiJ9…";
///             Ok(Token::new(token).expires_in(Duration::from_secs(3600)))
///         })
///     }
/// }
///
/// let credentials = Credentials::source(Vault);
/// # let _ = credentials;
/// ```
pub trait TokenSource: Send + Sync {
    /// Returns a new access token for a subject. Every call that waits for the token gets its error, as the source of a
    /// [`Credentials`](crate::ErrorKind::Credentials) error.
    fn token<'a>(&'a self, subject: &'a TokenSubject) -> TokenFuture<'a>;
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
