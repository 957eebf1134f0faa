//! The token source of a client's id and secret: the API's own token endpoint, called like any other operation.

use std::time::Duration;

use crate::generated::{TokenAnswer, TokenForm, TokenRequest};
use crate::runtime::call::{Session, unwrapped};
use crate::runtime::error::{Error, ErrorKind};
use crate::runtime::identity::credentials::{Token, TokenFuture, TokenSource, TokenSubject};
use crate::wire::Number;

/// The source that exchanges a client's id and secret for tokens. Its session authenticates with them.
pub(super) struct Grant(pub(super) Session);

impl TokenSource for Grant {
    fn token<'a>(&'a self, subject: &'a TokenSubject) -> TokenFuture<'a> {
        let mut body = TokenForm::new().grant_type("client_credentials");
        body.user_id = subject.user().map(str::to_owned);
        body.scope = subject.scope().cloned();
        let request = TokenRequest { body };
        Box::pin(async move {
            let answer = unwrapped::call::<TokenAnswer>(&self.0, &request)
                .await?
                .into_inner();
            let missing = || Error::new(ErrorKind::Decode, "the answer has no access token");
            let token = Token::new(answer.access_token.ok_or_else(missing)?);
            Ok(match answer.expires_in.as_ref().and_then(lifetime) {
                Some(lifetime) => token.expires_in(lifetime),
                None => token,
            })
        })
    }
}

/// How long a token is valid that is said to be so for that many seconds. What is no such number says nothing: the token is used
/// until Tight does not accept it any more.
fn lifetime(seconds: &Number) -> Option<Duration> {
    let seconds: f64 = seconds.parse()?;
    Duration::try_from_secs_f64(seconds).ok()
}
