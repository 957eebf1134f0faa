//! Credentials and token sources.

use std::error::Error as StdError;
use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use secrecy::SecretString;

use crate::runtime::error::{Error, ErrorKind};
use crate::types::TokenScope;

/// How a client authenticates. `Debug` shows no secrets.
///
/// Documented at <https://docs.tight.com/api-reference/authentication>.
///
/// ```
/// use tight_api::Credentials;
/// use tight_api::types::TokenScope;
///
/// // The client obtains and renews tokens. Without a user, they access all companies of the partner.
/// let partner = Credentials::client("the client id", "the client secret");
/// // Read-only tokens for the companies of one of your users.
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

/// A client id and secret.
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

    /// Creates credentials from the client id and secret that Tight issues to partners. The client exchanges them for access tokens,
    /// and renews these before they expire.
    pub fn client(id: impl Into<String>, secret: impl Into<SecretString>) -> Self {
        Self::of(Kind::Client(ClientCredentials {
            id: id.into(),
            secret: secret.into(),
        }))
    }

    /// Sets the user that tokens are issued for, by the id that your system assigned when it created the company. To act for many
    /// users with one client, see [`Client::for_user`](crate::Client::for_user).
    #[must_use]
    pub fn for_user(mut self, user_id: impl Into<String>) -> Self {
        self.subject = self.subject.with_user(Some(user_id.into()));
        self
    }

    /// Sets the scope of tokens; if not set, Tight issues tokens with `write`, which includes reading.
    #[must_use]
    pub fn scope(mut self, scope: TokenScope) -> Self {
        self.subject = self.subject.with_scope(scope);
        self
    }

    /// Creates credentials from an existing access token. It cannot be renewed when it expires. User and scope are those of the token:
    /// if you set them, too, building the client fails.
    pub fn access_token(token: impl Into<SecretString>) -> Self {
        Self::of(Kind::AccessToken(token.into()))
    }

    /// Creates credentials from your own token source, such as a service that keeps the client secret. The client caches and renews
    /// the tokens as with [`client`](Self::client).
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

/// The user and scope of an access token.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct TokenSubject {
    user: Option<String>,
    scope: Option<TokenScope>,
}

impl TokenSubject {
    /// Returns the user whose companies the token accesses; `None` for all companies of the partner.
    pub fn user(&self) -> Option<&str> {
        self.user.as_deref()
    }

    /// Returns the requested scope; `None` for the default of Tight, `write`.
    pub fn scope(&self) -> Option<&TokenScope> {
        self.scope.as_ref()
    }

    /// Refuses a user id that is empty or malformed.
    pub(crate) fn check(&self) -> Result<(), Error> {
        let reason = match self.user.as_deref() {
            Some("") => "is empty, and the token would access all companies of the partner",
            Some(user) if user.contains(char::is_control) => {
                "contains a line break or another control character: trim it when you read it from a file"
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
/// The client requests a token when it has none for a subject, shortly before it expires, and when Tight rejects it. It requests one
/// token at a time for each subject, however many calls wait, so the source need not cache tokens. The source runs on a thread of
/// the client, in a Tokio runtime of its own.
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
///             let token = format!("the vault's token for {:?}", subject.user()); // from your service
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
    /// Returns a new access token for a subject. If it fails, every call that waits for the token fails with
    /// [`ErrorKind::Credentials`](crate::ErrorKind::Credentials), with this error as its source.
    fn token<'a>(&'a self, subject: &'a TokenSubject) -> TokenFuture<'a>;
}

/// An access token and its lifetime.
#[derive(Clone)]
pub struct Token {
    pub(crate) secret: SecretString,
    pub(crate) expires_in: Option<Duration>,
}

impl Token {
    /// Creates a token that is used until Tight rejects it.
    pub fn new(token: impl Into<SecretString>) -> Self {
        Self {
            secret: token.into(),
            expires_in: None,
        }
    }

    /// Sets the remaining lifetime. The client renews the token shortly before it ends.
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
