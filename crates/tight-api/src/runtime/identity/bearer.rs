//! An access token, and whether it was accepted.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use http::HeaderValue;
use secrecy::{ExposeSecret, SecretString};

use super::credentials::Token;
use super::replacements::Cost;
use super::sensitive;
use crate::runtime::error::{Error, ErrorKind, Result};

/// A token is renewed this long before it expires, or a tenth of its life if that is shorter: calls on their way should
/// arrive with a valid one.
const MARGIN: Duration = Duration::from_secs(60);

/// An access token as it is sent. Clones are the same token; one that is obtained later is another, even if it reads the same.
#[derive(Clone)]
pub(crate) struct Bearer {
    /// Sensitive: `Debug` does not show it.
    pub(crate) header: HeaderValue,
    renew_at: Option<Instant>,
    expires_at: Option<Instant>,
    state: Arc<TokenState>,
}

/// Whether Tight accepted or rejected a token. Kept in the token, so that calls need no lock.
#[derive(Default)]
struct TokenState {
    /// Whether any call was served with it.
    is_served: AtomicBool,
    /// Whether the token was rejected, and not accepted since.
    is_rejected: AtomicBool,
}

impl Bearer {
    /// A token that never expires, as far as anybody knows.
    pub(super) fn fixed(token: &SecretString) -> Result<Self> {
        Ok(Self {
            header: header(token)?,
            renew_at: None,
            expires_at: None,
            state: Arc::default(),
        })
    }

    /// A token that was asked for at some time, from which on its life counts.
    pub(super) fn new(token: &Token, asked_at: Instant) -> Result<Self> {
        let after = |life: Duration| asked_at.checked_add(life);
        let life = token.expires_in;
        Ok(Self {
            renew_at: life.and_then(|life| after(life - MARGIN.min(life / 10))),
            expires_at: life.and_then(after),
            ..Self::fixed(&token.secret)?
        })
    }

    pub(super) fn is(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.state, &other.state)
    }

    pub(super) fn is_due(&self, now: Instant) -> bool {
        self.renew_at.is_some_and(|renew_at| now >= renew_at)
    }

    pub(super) fn is_good(&self, now: Instant) -> bool {
        self.expires_at.is_none_or(|expires_at| now < expires_at)
    }

    pub(super) fn is_rejected(&self) -> bool {
        self.state.is_rejected.load(Ordering::Relaxed)
    }

    /// The cost of replacing the token after a rejection.
    pub(super) fn cost(&self) -> Cost {
        if self.state.is_served.load(Ordering::Relaxed) {
            Cost::AcceptedToken
        } else {
            Cost::UnusedToken
        }
    }

    /// Records that the token was accepted.
    pub(super) fn accept(&self) {
        for (fact, is_so) in [
            (&self.state.is_served, true),
            (&self.state.is_rejected, false),
        ] {
            // Calls on other threads read it all the time, and it changes once.
            if fact.load(Ordering::Relaxed) != is_so {
                fact.store(is_so, Ordering::Relaxed);
            }
        }
    }

    /// Records that the token was rejected.
    pub(super) fn reject(&self) {
        self.state.is_rejected.store(true, Ordering::Relaxed);
    }
}

/// The `Authorization` header of an access token.
fn header(token: &SecretString) -> Result<HeaderValue> {
    let refused = |reason: &str| {
        Error::new(
            ErrorKind::Configuration,
            format!("the access token {reason}"),
        )
    };
    let token = token.expose_secret();
    if token.is_empty() {
        return Err(refused("is empty"));
    }
    if token.contains(char::is_whitespace) {
        return Err(refused(
            "contains white space or a line break: trim it when you read it from a file",
        ));
    }
    let text = SecretString::from(format!("Bearer {token}"));
    sensitive(&text).ok_or_else(|| refused("contains characters that are not allowed in headers"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_travels_in_a_header_that_no_one_prints() {
        let header = header(&"a-token".into()).unwrap();
        assert!(header.is_sensitive());
        assert_eq!(format!("{header:?}"), "Sensitive");
    }
}
