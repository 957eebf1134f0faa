//! The token source of a client's id and secret: the API's own token endpoint, called like any other operation.

use std::time::Duration;

use crate::generated::{TokenAnswer, TokenForm, TokenRequest};
use crate::runtime::call::{Session, unwrapped};
use crate::runtime::error::{Error, ErrorKind};
use crate::runtime::identity::credentials::{ClientCredentials, Token, TokenFuture, TokenSource};
use crate::wire::Number;

/// The source that exchanges a client's id and secret for tokens.
pub(super) struct Grant {
    session: Session,
    request: TokenRequest,
}

impl Grant {
    /// `session` authenticates with the client's id and secret.
    pub(super) fn new(session: Session, client: &ClientCredentials) -> Self {
        let mut body = TokenForm::new().grant_type("client_credentials");
        body.user_id = client.user.clone();
        body.scope = client.scope.clone();
        Self {
            session,
            request: TokenRequest { body },
        }
    }
}

impl TokenSource for Grant {
    fn token(&self) -> TokenFuture<'_> {
        Box::pin(async {
            let answer = unwrapped::call::<TokenAnswer>(&self.session, &self.request)
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
