//! The token source of a client id and secret: the API's token endpoint, called like any other operation.

use std::time::Duration;

use crate::generated::{TokenAnswer, TokenForm, TokenRequest};
use crate::runtime::call::{Session, unwrapped};
use crate::runtime::error::{Error, ErrorKind};
use crate::runtime::identity::credentials::{Token, TokenFuture, TokenSource, TokenSubject};
use crate::wire::Number;

/// Exchanges client id and secret, which its session authenticates with, for tokens.
pub(super) struct TokenEndpoint(pub(super) Session);

impl TokenSource for TokenEndpoint {
    fn token<'a>(&'a self, subject: &'a TokenSubject) -> TokenFuture<'a> {
        let mut body = TokenForm::new().grant_type("client_credentials");
        body.user_id = subject.user().map(str::to_owned);
        body.scope = subject.scope().cloned();
        let request = TokenRequest { body };
        Box::pin(async move {
            let response = unwrapped::call::<TokenAnswer>(&self.0, &request)
                .await?
                .into_inner();
            let missing = || Error::new(ErrorKind::Decode, "the response has no access token");
            let token = Token::new(response.access_token.ok_or_else(missing)?);
            Ok(match response.expires_in.as_ref().and_then(lifetime) {
                Some(lifetime) => token.expires_in(lifetime),
                None => token,
            })
        })
    }
}

/// The lifetime of a token. If it is not a valid number, the token is used until Tight rejects it.
fn lifetime(seconds: &Number) -> Option<Duration> {
    let seconds: f64 = seconds.parse()?;
    Duration::try_from_secs_f64(seconds).ok()
}
