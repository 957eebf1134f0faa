//! Credentials, and the access tokens that they are exchanged for.
//!
//! ```text
//! credentials    credentials and token sources, as users set them
//! background     the thread on which tokens are renewed
//! replacements   limits how often rejected tokens are replaced
//! bearer         an access token, and whether it was accepted
//! tokens         the tokens of one subject: cached, and renewed in the background
//! store          a bounded cache of the tokens of all subjects
//! ```

mod background;
mod bearer;
pub(crate) mod credentials;
mod replacements;
mod store;
mod tokens;

use std::sync::Arc;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use http::HeaderValue;
use secrecy::{ExposeSecret, SecretString};

use super::error::{Error, ErrorKind, Result};
pub(crate) use background::Background;
pub(crate) use bearer::Bearer;
use credentials::{ClientCredentials, TokenSubject};
pub(crate) use store::TokenStore;
pub(crate) use tokens::{Issuer, Tokens};

/// Who is calling. Cheap to clone.
#[derive(Clone)]
pub(crate) struct Identity {
    client_secret: Option<ClientSecret>,
    /// The tokens, or why there are none.
    tokens: Result<Arc<Tokens>, &'static str>,
    /// Whom the tokens are for and where those of others are, unless they were given.
    issued: Option<(TokenSubject, Arc<TokenStore>)>,
}

/// A client's id and secret, as they are sent.
#[derive(Clone)]
pub(crate) struct ClientSecret {
    /// Sensitive: `Debug` does not show it.
    header: HeaderValue,
    /// The secret, to remove it from responses.
    secret: Arc<SecretString>,
}

/// How a request authenticates.
pub(crate) enum Authorization {
    Basic(HeaderValue),
    Bearer(Bearer),
    Nothing,
}

impl Identity {
    /// The client itself, with its id and secret and without a token: what asks for tokens.
    pub(crate) fn client(secret: ClientSecret) -> Self {
        Self {
            client_secret: Some(secret),
            tokens: Err("the token endpoint is called without a token"),
            issued: None,
        }
    }

    /// Whoever a token was issued for elsewhere.
    pub(crate) fn bearer(token: Tokens) -> Self {
        Self {
            client_secret: None,
            tokens: Ok(Arc::new(token)),
            issued: None,
        }
    }

    /// A subject that tokens are issued for.
    pub(crate) fn issued(
        client_secret: Option<ClientSecret>,
        store: Arc<TokenStore>,
        subject: TokenSubject,
    ) -> Self {
        Self {
            client_secret,
            tokens: Ok(store.tokens(&subject)),
            issued: Some((subject, store)),
        }
    }

    /// The same client, for another subject. With a token that was issued elsewhere, there is none for another.
    pub(crate) fn acting_for(&self, change: impl FnOnce(TokenSubject) -> TokenSubject) -> Self {
        match &self.issued {
            Some((subject, store)) => Self::issued(
                self.client_secret.clone(),
                Arc::clone(store),
                change(subject.clone()),
            ),
            None => Self {
                tokens: Err(
                    "the client has a fixed access token and cannot act for another user or scope: build it with `Credentials::client` or `Credentials::source`",
                ),
                ..self.clone()
            },
        }
    }

    /// The client's id and secret, for an operation that asks for them.
    pub(crate) fn basic(&self) -> Result<Authorization> {
        match &self.client_secret {
            Some(client) => Ok(Authorization::Basic(client.header.clone())),
            None => Err(Error::new(
                ErrorKind::InvalidRequest,
                "the call needs a client id and secret: build the client with `Credentials::client`",
            )),
        }
    }

    /// The tokens, for an operation that asks for one.
    pub(crate) fn tokens(&self) -> Result<&Arc<Tokens>> {
        self.tokens
            .as_ref()
            .map_err(|reason| Error::new(ErrorKind::Configuration, *reason))
    }

    /// The client's secret, if there is one.
    pub(crate) fn client_secret(&self) -> Option<&Arc<SecretString>> {
        self.client_secret.as_ref().map(|client| &client.secret)
    }
}

impl Authorization {
    /// The header that it is sent in, if anything is.
    pub(crate) fn header(&self) -> Option<&HeaderValue> {
        match self {
            Self::Basic(header) => Some(header),
            Self::Bearer(bearer) => Some(&bearer.header),
            Self::Nothing => None,
        }
    }
}

impl ClientSecret {
    /// Refuses what Basic authentication cannot carry, or what was not meant.
    pub(crate) fn new(client: &ClientCredentials) -> Result<Self> {
        let refuse = |reason: &str| Err(Error::new(ErrorKind::Configuration, reason));
        let secret = client.secret.expose_secret();
        if client.id.is_empty() || secret.is_empty() {
            return refuse("the client id or secret is empty");
        }
        for (name, value) in [("client id", client.id.as_str()), ("client secret", secret)] {
            if value.contains(char::is_control) {
                return refuse(&format!(
                    "the {name} contains a line break or another control character: trim it when you read it from a file"
                ));
            }
        }
        // Basic authentication cannot tell where an id with a colon ends.
        if client.id.contains(':') {
            return refuse(
                "the client id contains a colon, which Basic authentication does not allow",
            );
        }
        let pair = SecretString::from(format!("{}:{secret}", client.id));
        let text = SecretString::from(format!(
            "Basic {}",
            BASE64_STANDARD.encode(pair.expose_secret())
        ));
        let Some(header) = sensitive(&text) else {
            return refuse(
                "the client id or secret contains characters that are not allowed in headers",
            );
        };
        Ok(Self {
            header,
            secret: Arc::new(client.secret.clone()),
        })
    }
}

/// A header value that `Debug` does not show.
fn sensitive(text: &SecretString) -> Option<HeaderValue> {
    let mut value = HeaderValue::from_str(text.expose_secret()).ok()?;
    value.set_sensitive(true);
    Some(value)
}
