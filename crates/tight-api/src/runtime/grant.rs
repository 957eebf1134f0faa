//! The token source of a client's id and secret: the API's own token endpoint, called like any other operation.

use std::time::Duration;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use http::HeaderValue;
use secrecy::{ExposeSecret, SecretString};

use super::attempts::{Options, Session};
use super::bare;
use super::tokens::sensitive;
use crate::credentials::{ClientCredentials, Token, TokenFuture, TokenSource};
use crate::error::{Error, ErrorKind, Result};
use crate::generated::{TokenAnswer, TokenForm, TokenRequest};

/// The source that exchanges a client's id and secret for tokens.
pub(crate) struct Grant {
    session: Session,
    options: Options,
    request: TokenRequest,
}

impl Grant {
    /// `session` authenticates with the client's id and secret.
    pub(crate) fn new(session: Session, options: Options, client: &ClientCredentials) -> Self {
        let mut body = TokenForm::new().grant_type("client_credentials");
        body.user_id = client.user.clone();
        body.scope = client.scope.clone();
        Self {
            session,
            options,
            request: TokenRequest { body },
        }
    }
}

impl TokenSource for Grant {
    fn token(&self) -> TokenFuture<'_> {
        Box::pin(async {
            let answer = bare::send::<TokenAnswer>(&self.session, &self.options, &self.request)
                .await?
                .into_inner();
            let missing = || Error::new(ErrorKind::Decode, "the answer has no access token");
            let token = Token::new(answer.access_token.ok_or_else(missing)?);
            Ok(
                match answer
                    .expires_in
                    .and_then(|seconds| u64::try_from(seconds).ok())
                {
                    Some(seconds) => token.expires_in(Duration::from_secs(seconds)),
                    None => token,
                },
            )
        })
    }
}

/// The `Authorization` header of a client's id and secret.
pub(crate) fn basic_header(client: &ClientCredentials) -> Result<HeaderValue> {
    // Basic authentication cannot tell where an id with a colon ends.
    if client.id.contains(':') {
        return Err(Error::new(
            ErrorKind::Configuration,
            "the client id holds a colon, which Basic authentication cannot carry",
        ));
    }
    let pair = SecretString::from(format!("{}:{}", client.id, client.secret.expose_secret()));
    let text = SecretString::from(format!(
        "Basic {}",
        BASE64_STANDARD.encode(pair.expose_secret())
    ));
    sensitive(&text).ok_or_else(|| {
        Error::new(
            ErrorKind::Configuration,
            "the client id and secret fit into no header",
        )
    })
}
