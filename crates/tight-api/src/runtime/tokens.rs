//! Access tokens: cached, renewed a little before they expire, and never by two at the same time.

use std::error::Error as StdError;
use std::panic::AssertUnwindSafe;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use futures_util::FutureExt;
use futures_util::future::{BoxFuture, WeakShared};
use http::HeaderValue;
use secrecy::{ExposeSecret, SecretString};

use crate::clock::Clock;
use crate::credentials::TokenSource;
use crate::error::{Error, ErrorKind, Result};

/// A token is renewed this long before it expires, or a tenth of its life if that is shorter: calls on their way should
/// arrive with a valid one.
const MARGIN: Duration = Duration::from_secs(60);

/// The tokens of a client, whose source is asked by one caller for all.
pub(crate) struct Tokens {
    source: Source,
    clock: Arc<dyn Clock>,
    state: Mutex<State>,
}

enum Source {
    Fixed(Bearer),
    Renewable(Arc<dyn TokenSource>),
}

type Renewal = BoxFuture<'static, Result<Bearer>>;

#[derive(Default)]
struct State {
    current: Option<Bearer>,
    /// Held by those who wait for it: if they all go, it ends.
    renewal: Option<WeakShared<Renewal>>,
}

/// A token as it is sent.
#[derive(Clone)]
pub(crate) struct Bearer {
    /// Sensitive: `Debug` does not show it.
    pub(crate) header: HeaderValue,
    renew_at: Option<Instant>,
    expires_at: Option<Instant>,
}

impl Tokens {
    /// One token, which cannot be renewed.
    pub(crate) fn fixed(token: &SecretString, clock: Arc<dyn Clock>) -> Result<Self> {
        let bearer = Bearer {
            header: bearer_header(token)?,
            renew_at: None,
            expires_at: None,
        };
        Ok(Self {
            source: Source::Fixed(bearer),
            clock,
            state: Mutex::default(),
        })
    }

    /// Tokens from a source.
    pub(crate) fn from(source: Arc<dyn TokenSource>, clock: Arc<dyn Clock>) -> Self {
        Self {
            source: Source::Renewable(source),
            clock,
            state: Mutex::default(),
        }
    }

    /// A token that is valid as far as anybody knows.
    pub(crate) async fn bearer(&self) -> Result<Bearer> {
        let source = match &self.source {
            Source::Fixed(bearer) => return Ok(bearer.clone()),
            Source::Renewable(source) => source,
        };
        let renewal = {
            let mut state = self.state();
            let now = self.clock.now();
            if let Some(current) = state
                .current
                .as_ref()
                .filter(|current| current.is_fresh(now))
            {
                return Ok(current.clone());
            }
            let waiting = state.renewal.as_ref().and_then(WeakShared::upgrade);
            let renewal = waiting.unwrap_or_else(|| {
                renew(Arc::clone(source), Arc::clone(&self.clock))
                    .boxed()
                    .shared()
            });
            state.renewal = renewal.downgrade();
            renewal
        };
        let renewed = renewal.clone().await;
        let mut state = self.state();
        // Whoever of those who waited comes first puts the token away for all who come later.
        let is_current = state
            .renewal
            .as_ref()
            .and_then(WeakShared::upgrade)
            .is_some_and(|known| known.ptr_eq(&renewal));
        if is_current {
            state.renewal = None;
        }
        match renewed {
            Ok(bearer) if is_current => Ok(state.current.insert(bearer).clone()),
            Ok(bearer) => Ok(bearer),
            // It was to be renewed early, and is still good.
            Err(error) => {
                let now = self.clock.now();
                let old = state
                    .current
                    .clone()
                    .filter(|old| old.expires_at.is_some_and(|expires_at| now < expires_at));
                old.ok_or(error)
            }
        }
    }

    /// Forgets a token that was not accepted. Says whether there can be another.
    pub(crate) fn reject(&self, rejected: &Bearer) -> bool {
        let mut state = self.state();
        // Another call may have renewed it in the meantime.
        if state
            .current
            .as_ref()
            .is_some_and(|current| current.header == rejected.header)
        {
            state.current = None;
        }
        matches!(self.source, Source::Renewable(_))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Bearer {
    fn is_fresh(&self, now: Instant) -> bool {
        self.renew_at.is_none_or(|renew_at| now < renew_at)
    }
}

async fn renew(source: Arc<dyn TokenSource>, clock: Arc<dyn Clock>) -> Result<Bearer> {
    let asked_at = clock.now();
    // A panic would otherwise be everybody's, for ever after.
    let token = AssertUnwindSafe(async { source.token().await })
        .catch_unwind()
        .await;
    let failed = |cause: Box<dyn StdError + Send + Sync>| match cause.downcast::<Error>() {
        Ok(error) => *error,
        Err(cause) => {
            Error::new(ErrorKind::Credentials, "the token source failed").caused_by(cause)
        }
    };
    let token = token
        .unwrap_or_else(|_| Err("it panicked".into()))
        .map_err(failed)?;
    let after = |life: Duration| asked_at.checked_add(life);
    Ok(Bearer {
        header: bearer_header(&token.secret)?,
        renew_at: token
            .expires_in
            .and_then(|life| after(life - MARGIN.min(life / 10))),
        expires_at: token.expires_in.and_then(after),
    })
}

/// The `Authorization` header of an access token.
fn bearer_header(token: &SecretString) -> Result<HeaderValue> {
    let unfit = |reason: &str| {
        Error::new(
            ErrorKind::Configuration,
            format!("the access token {reason}"),
        )
    };
    let token = token.expose_secret();
    if token.is_empty() {
        return Err(unfit("is empty"));
    }
    if token.contains(char::is_whitespace) {
        return Err(unfit(
            "holds white space; was a line break read along with it?",
        ));
    }
    let text = SecretString::from(format!("Bearer {token}"));
    sensitive(&text).ok_or_else(|| unfit("holds characters that no header can carry"))
}

/// A header value that no one prints.
pub(super) fn sensitive(text: &SecretString) -> Option<HeaderValue> {
    let mut value = HeaderValue::from_str(text.expose_secret()).ok()?;
    value.set_sensitive(true);
    Some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_travels_in_a_header_that_no_one_prints() {
        let header = bearer_header(&"a-token".into()).unwrap();
        assert!(header.is_sensitive());
        assert_eq!(format!("{header:?}"), "Sensitive");
    }
}
