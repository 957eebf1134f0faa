//! What proves to Tight who is calling.

use std::fmt;

use http::HeaderValue;
use secrecy::{ExposeSecret, SecretString};

use crate::error::{Error, ErrorKind, Result};

/// What proves to Tight who is calling. `Debug` shows what kind it is, never the secret.
///
/// Documented at <https://docs.tight.com/api-reference/authentication>.
#[derive(Clone)]
pub struct Credentials(Kind);

#[derive(Clone)]
enum Kind {
    AccessToken(SecretString),
}

impl Credentials {
    /// An access token that was obtained elsewhere. It is used as it is, and not renewed when it expires.
    pub fn access_token(token: impl Into<SecretString>) -> Self {
        Self(Kind::AccessToken(token.into()))
    }

    /// The value of the `Authorization` header, marked so that no one prints it.
    pub(crate) fn authorization(&self) -> Result<HeaderValue> {
        let Kind::AccessToken(token) = &self.0;
        let mut value = HeaderValue::from_str(&format!("Bearer {}", token.expose_secret())).map_err(|_| {
            Error::new(
                ErrorKind::Configuration,
                "the access token holds characters that no header can carry; is there a line break in it?",
            )
        })?;
        value.set_sensitive(true);
        Ok(value)
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Kind::AccessToken(_) = &self.0;
        f.write_str("Credentials::access_token(…)")
    }
}
