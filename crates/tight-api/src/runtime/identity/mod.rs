//! Who is calling: what proves it to Tight, for each operation as it asks for it.
//!
//! ```text
//! credentials   what users give
//! background    where tokens are renewed: on no caller's runtime
//! allowance     how often tokens that are turned down may be replaced
//! bearer        an access token as it is sent, and what has become of it so far
//! tokens        access tokens: cached, renewed beside the calls, and once for all who wait
//! ```

mod allowance;
mod background;
mod bearer;
pub(crate) mod credentials;
mod tokens;

use std::sync::Arc;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use http::HeaderValue;
use secrecy::{ExposeSecret, SecretString};

use super::error::{Error, ErrorKind, Result};
pub(crate) use bearer::Bearer;
use credentials::ClientCredentials;
pub(crate) use tokens::Tokens;

/// Who is calling.
pub(crate) enum Identity {
    /// A client that shows its id and secret: what asks for tokens does.
    Client(ClientSecret),
    /// A client that obtains its tokens with its id and secret.
    ClientWithTokens(ClientSecret, Tokens),
    /// Whoever has the tokens.
    Bearer(Tokens),
}

/// A client's id and secret, as they are sent.
#[derive(Clone)]
pub(crate) struct ClientSecret {
    /// Sensitive: `Debug` does not show it.
    header: HeaderValue,
    /// The secret as it is, to know it again where it must not be.
    secret: Arc<SecretString>,
}

/// What a request proves who is calling with.
pub(crate) enum Authorization {
    Basic(HeaderValue),
    Bearer(Bearer),
    Nothing,
}

impl Identity {
    /// The client's id and secret, for an operation that asks for them.
    pub(crate) fn basic(&self) -> Result<Authorization> {
        match self {
            Self::Client(client) | Self::ClientWithTokens(client, _) => {
                Ok(Authorization::Basic(client.header.clone()))
            }
            Self::Bearer(_) => Err(Error::new(
                ErrorKind::InvalidRequest,
                "the call needs the client's id and secret: build the client with `Credentials::client`",
            )),
        }
    }

    /// The tokens, for an operation that asks for one.
    pub(crate) fn tokens(&self) -> Option<&Tokens> {
        match self {
            Self::Client(_) => None,
            Self::ClientWithTokens(_, tokens) | Self::Bearer(tokens) => Some(tokens),
        }
    }

    /// The client's secret, if there is one.
    pub(crate) fn client_secret(&self) -> Option<&Arc<SecretString>> {
        match self {
            Self::Client(client) | Self::ClientWithTokens(client, _) => Some(&client.secret),
            Self::Bearer(_) => None,
        }
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
        for (name, value) in [
            ("client id", client.id.as_str()),
            ("client secret", secret),
            ("user id", client.user.as_deref().unwrap_or_default()),
        ] {
            if value.contains(char::is_control) {
                return refuse(&format!(
                    "the {name} holds a line break or another control character; was it read along with it?"
                ));
            }
        }
        // Basic authentication cannot tell where an id with a colon ends.
        if client.id.contains(':') {
            return refuse("the client id holds a colon, which Basic authentication cannot carry");
        }
        let pair = SecretString::from(format!("{}:{secret}", client.id));
        let text = SecretString::from(format!(
            "Basic {}",
            BASE64_STANDARD.encode(pair.expose_secret())
        ));
        let Some(header) = sensitive(&text) else {
            return refuse("the client id and secret fit into no header");
        };
        Ok(Self {
            header,
            secret: Arc::new(client.secret.clone()),
        })
    }
}

/// A header value that no one prints.
fn sensitive(text: &SecretString) -> Option<HeaderValue> {
    let mut value = HeaderValue::from_str(text.expose_secret()).ok()?;
    value.set_sensitive(true);
    Some(value)
}
