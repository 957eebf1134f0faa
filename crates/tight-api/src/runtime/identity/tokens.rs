//! Access tokens: cached, renewed beside the calls while they are still good, and never by two at the same time.

use std::error::Error as StdError;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use http::HeaderValue;
use secrecy::{ExposeSecret, SecretString};

use super::background::{Background, Running};
use super::credentials::{Token, TokenSource};
use super::sensitive;
use crate::runtime::clock::Clock;
use crate::runtime::error::{Error, ErrorKind, Result};

/// A token is renewed this long before it expires, or a tenth of its life if that is shorter: calls on their way should
/// arrive with a valid one.
const MARGIN: Duration = Duration::from_secs(60);

/// After a renewal that failed while the token was still good, the next begins after this long, and then after twice as long
/// each time.
const FIRST_PAUSE: Duration = Duration::from_secs(1);

/// No pause between renewals is longer than this.
const LONGEST_PAUSE: Duration = Duration::from_secs(60);

/// So many new tokens in a row may be turned down before the next is asked for after a pause only.
const PATIENCE: u32 = 2;

/// The tokens of a client, whose source is asked once for all callers.
pub(crate) enum Tokens {
    /// One token, which cannot be renewed.
    Fixed(Bearer),
    /// Tokens from a source.
    Renewed(Box<Renewed>),
}

/// The tokens of a source.
pub(crate) struct Renewed {
    source: Arc<dyn TokenSource>,
    clock: Arc<dyn Clock>,
    /// How long the source may take.
    limit: Duration,
    background: Background,
    state: Arc<Mutex<State>>,
    /// Whether nobody has accepted the current token yet. Kept beside the state, since every call asks.
    is_unproven: AtomicBool,
}

#[derive(Default)]
struct State {
    current: Option<Bearer>,
    /// Whether Tight has turned the current token down.
    is_rejected: bool,
    renewal: Option<Running<Result<Bearer>>>,
    /// How many renewals have failed since the last that did not.
    failures: u32,
    /// How many tokens in a row were turned down before any call was served with them.
    rejections: u32,
    /// No renewal begins before, as long as there is something to send.
    not_before: Option<Instant>,
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
    pub(crate) fn fixed(token: &SecretString) -> Result<Self> {
        Ok(Self::Fixed(Bearer {
            header: bearer_header(token)?,
            renew_at: None,
            expires_at: None,
        }))
    }

    /// Tokens from a source, which may take so long for each.
    pub(crate) fn from(
        source: Arc<dyn TokenSource>,
        clock: Arc<dyn Clock>,
        limit: Duration,
    ) -> Self {
        Self::Renewed(Box::new(Renewed {
            source,
            clock,
            limit,
            background: Background::default(),
            state: Arc::default(),
            is_unproven: AtomicBool::new(true),
        }))
    }

    /// A token that is valid as far as anybody knows.
    pub(crate) async fn bearer(&self) -> Result<Bearer> {
        match self {
            Self::Fixed(bearer) => Ok(bearer.clone()),
            Self::Renewed(tokens) => tokens.bearer().await,
        }
    }

    /// Takes note that a call was served with a token.
    pub(crate) fn accept(&self, accepted: &Bearer) {
        if let Self::Renewed(tokens) = self
            && tokens.is_unproven.load(Ordering::Relaxed)
        {
            tokens.accept(accepted);
        }
    }

    /// Takes note that Tight has turned a token down. Says whether there can be another.
    pub(crate) fn reject(&self, rejected: &Bearer) -> bool {
        match self {
            Self::Fixed(_) => false,
            Self::Renewed(tokens) => tokens.reject(rejected),
        }
    }
}

impl Renewed {
    async fn bearer(&self) -> Result<Bearer> {
        let renewal = {
            let mut state = self.state();
            let now = self.clock.now();
            let is_paused = state.not_before.is_some_and(|time| now < time);
            match state.current.clone() {
                Some(current) if current.is_good(now) => {
                    let is_due = state.is_rejected || current.is_due(now);
                    // One that was turned down may be worth nothing; the next need not be better.
                    let can_wait = !state.is_rejected || state.rejections >= PATIENCE;
                    if !is_due || is_paused && can_wait {
                        return Ok(current);
                    }
                    let renewal = self.renewal(&mut state);
                    if !state.is_rejected {
                        // It goes on by itself. If it fails, that is no matter yet.
                        return Ok(current);
                    }
                    renewal?
                }
                _ => self.renewal(&mut state)?,
            }
        };
        let panicked = || Error::new(ErrorKind::Credentials, "the token source panicked");
        renewal.await.unwrap_or_else(|| Err(panicked()))
    }

    /// The renewal that is under way, or a new one.
    fn renewal(&self, state: &mut State) -> Result<Running<Result<Bearer>>> {
        // One that has ended without a trace has panicked.
        if let Some(renewal) = state
            .renewal
            .as_ref()
            .filter(|known| known.peek().is_none())
        {
            return Ok(renewal.clone());
        }
        let renewal = renew(
            Arc::clone(&self.source),
            Arc::clone(&self.clock),
            self.limit,
            Arc::clone(&self.state),
        );
        let renewal = self.background.run(renewal).map_err(|cause| {
            Error::new(ErrorKind::Credentials, "no thread could be started").caused_by(cause)
        })?;
        self.is_unproven.store(true, Ordering::Relaxed);
        Ok(state.renewal.insert(renewal).clone())
    }

    fn accept(&self, accepted: &Bearer) {
        let mut state = self.state();
        if state.is_current(accepted) {
            state.rejections = 0;
            self.is_unproven.store(false, Ordering::Relaxed);
        }
    }

    fn reject(&self, rejected: &Bearer) -> bool {
        let mut state = self.state();
        let now = self.clock.now();
        if !state.is_current(rejected) {
            // Another call has renewed it in the meantime.
            return true;
        }
        if !state.is_rejected {
            state.is_rejected = true;
            if self.is_unproven.load(Ordering::Relaxed) {
                state.rejections += 1;
            }
            if state.rejections >= PATIENCE {
                state.not_before = now.checked_add(pause(state.rejections - PATIENCE + 4));
            }
        }
        state.not_before.is_none_or(|time| now >= time)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        lock(&self.state)
    }
}

impl State {
    fn is_current(&self, bearer: &Bearer) -> bool {
        let current = self.current.as_ref();
        current.is_some_and(|current| current.header == bearer.header)
    }
}

fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The pause after the `count`th failure, from 1.
fn pause(count: u32) -> Duration {
    let doubled = 2u32.checked_pow(count.saturating_sub(1));
    let pause = doubled.and_then(|factor| FIRST_PAUSE.checked_mul(factor));
    pause.unwrap_or(LONGEST_PAUSE).min(LONGEST_PAUSE)
}

impl Bearer {
    fn is_due(&self, now: Instant) -> bool {
        self.renew_at.is_some_and(|renew_at| now >= renew_at)
    }

    fn is_good(&self, now: Instant) -> bool {
        self.expires_at.is_none_or(|expires_at| now < expires_at)
    }
}

/// Asks the source, and puts the token away for all calls.
async fn renew(
    source: Arc<dyn TokenSource>,
    clock: Arc<dyn Clock>,
    limit: Duration,
    state: Arc<Mutex<State>>,
) -> Result<Bearer> {
    let asked_at = clock.now();
    let late = || {
        Error::new(
            ErrorKind::Timeout,
            "the token source did not answer in time",
        )
    };
    let token = match tokio::time::timeout(limit, source.token()).await {
        Ok(token) => token
            .map_err(failed)
            .and_then(|token| bearer(&token, asked_at)),
        Err(_) => Err(late()),
    };
    let mut state = lock(&state);
    state.renewal = None;
    match &token {
        Ok(token) => {
            state.current = Some(token.clone());
            state.is_rejected = false;
            state.failures = 0;
            // Those of tokens that were turned down are counted on, until one is not.
            if state.rejections < PATIENCE {
                state.not_before = None;
            }
        }
        Err(_) => {
            state.failures = state.failures.saturating_add(1);
            state.not_before = clock.now().checked_add(pause(state.failures));
        }
    }
    token
}

fn failed(cause: Box<dyn StdError + Send + Sync>) -> Error {
    match cause.downcast::<Error>() {
        Ok(error) => *error,
        Err(cause) => {
            Error::new(ErrorKind::Credentials, "the token source failed").caused_by(cause)
        }
    }
}

fn bearer(token: &Token, asked_at: Instant) -> Result<Bearer> {
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
