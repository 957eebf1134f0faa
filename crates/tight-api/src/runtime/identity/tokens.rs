//! The access tokens of one subject: cached, renewed in the background while still valid, one renewal at a time.

use std::error::Error as StdError;
use std::panic::AssertUnwindSafe;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use futures_util::FutureExt;
use secrecy::SecretString;

use super::background::{Background, Running};
use super::bearer::Bearer;
use super::credentials::{TokenSource, TokenSubject};
use super::replacements::ReplacementBudget;
use crate::runtime::clock::Clock;
use crate::runtime::error::{Error, ErrorKind, Result};
use crate::runtime::pace::{Gate, Pace};

/// After a renewal that failed while the token was still good, the next begins after this long, and then after twice as long
/// each time.
const FIRST_PAUSE: Duration = Duration::from_secs(1);

/// No pause between renewals is longer than this.
const LONGEST_PAUSE: Duration = Duration::from_secs(60);

/// The tokens of one subject, and when calls with them may be sent.
pub(crate) struct Tokens {
    kind: Kind,
    gate: Arc<Gate>,
}

enum Kind {
    /// One token, which cannot be renewed.
    Fixed(Bearer),
    /// Tokens from a source.
    Renewed(Renewed),
}

/// Where tokens come from, for all subjects.
pub(crate) struct Issuer {
    pub(crate) source: Arc<dyn TokenSource>,
    pub(crate) clock: Arc<dyn Clock>,
    /// How long the source may take for each token.
    pub(crate) limit: Duration,
    pub(crate) background: Arc<Background>,
    /// How many requests are sent with each token in a time, if that was set.
    pub(crate) pace: Option<Pace>,
}

/// The tokens of a source for one subject.
struct Renewed {
    issuer: Arc<Issuer>,
    subject: TokenSubject,
    state: Arc<Mutex<State>>,
}

#[derive(Default)]
struct State {
    current: Option<Bearer>,
    /// The renewal that is under way. It takes itself away, in the same moment as it puts its token here.
    renewal: Option<Running<Result<Bearer>>>,
    /// How many renewals have failed since the last that did not.
    failures: u32,
    /// A token that is still good is not renewed before.
    not_before: Option<Instant>,
    /// Limits how often rejected tokens are replaced.
    budget: ReplacementBudget,
}

impl Tokens {
    /// One token, which cannot be renewed.
    pub(crate) fn fixed(token: &SecretString, gate: Arc<Gate>) -> Result<Self> {
        let kind = Kind::Fixed(Bearer::fixed(token)?);
        Ok(Self { kind, gate })
    }

    /// Tokens for a subject, obtained when they are needed.
    pub(crate) fn issued(issuer: Arc<Issuer>, subject: TokenSubject) -> Self {
        let gate = Gate::new(Arc::clone(&issuer.clock), issuer.pace);
        let kind = Kind::Renewed(Renewed {
            issuer,
            subject,
            state: Arc::default(),
        });
        Self { kind, gate }
    }

    /// What all calls with them go through.
    pub(crate) fn gate(&self) -> &Arc<Gate> {
        &self.gate
    }

    /// A token that is valid as far as anybody knows.
    pub(crate) async fn bearer(&self) -> Result<Bearer> {
        match &self.kind {
            Kind::Fixed(bearer) => Ok(bearer.clone()),
            Kind::Renewed(tokens) => tokens.bearer().await,
        }
    }

    /// Takes note that a call was served with a token.
    pub(crate) fn accept(&self, accepted: &Bearer) {
        if let Kind::Renewed(_) = &self.kind {
            accepted.accept();
        }
    }

    /// Takes note that Tight has turned a token down. Says whether there can be another.
    pub(crate) fn reject(&self, rejected: &Bearer) -> bool {
        match &self.kind {
            Kind::Fixed(_) => false,
            Kind::Renewed(tokens) => tokens.reject(rejected),
        }
    }
}

impl Renewed {
    async fn bearer(&self) -> Result<Bearer> {
        self.subject.check()?;
        let renewal = {
            let mut state = self.state();
            let now = self.issuer.clock.now();
            match state.current.clone() {
                Some(current) if current.is_rejected() => {
                    if !state.can_replace_rejected(now) {
                        return Ok(current);
                    }
                    self.renewal(&mut state)?
                }
                Some(current) if current.is_good(now) => {
                    let is_paused = state.not_before.is_some_and(|time| now < time);
                    if current.is_due(now) && !is_paused {
                        // It goes on by itself. If it fails, or cannot even begin, that is no matter yet.
                        drop(self.renewal(&mut state));
                    }
                    return Ok(current);
                }
                _ => self.renewal(&mut state)?,
            }
        };
        let given_up = || Error::new(ErrorKind::Credentials, "the renewal was aborted");
        renewal.await.unwrap_or_else(|| Err(given_up()))
    }

    /// The renewal that is under way, or a new one.
    fn renewal(&self, state: &mut State) -> Result<Running<Result<Bearer>>> {
        if let Some(renewal) = &state.renewal {
            return Ok(renewal.clone());
        }
        let renewal = renew(
            Arc::clone(&self.issuer.source),
            self.subject.clone(),
            Arc::clone(&self.issuer.clock),
            self.issuer.limit,
            Arc::clone(&self.state),
        );
        let renewal = self.issuer.background.run(renewal).map_err(|cause| {
            Error::new(ErrorKind::Credentials, "no thread could be started").caused_by(cause)
        })?;
        Ok(state.renewal.insert(renewal).clone())
    }

    fn reject(&self, rejected: &Bearer) -> bool {
        let state = self.state();
        match &state.current {
            Some(current) if current.is(rejected) => {
                rejected.reject();
                state.can_replace_rejected(self.issuer.clock.now())
            }
            // Another call has renewed it in the meantime.
            _ => true,
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        lock(&self.state)
    }
}

impl State {
    /// Whether a rejected token can be replaced now or soon.
    fn can_replace_rejected(&self, now: Instant) -> bool {
        self.renewal.is_some() || self.budget.is_left(now)
    }

    /// Puts away what a renewal came to.
    fn renewed(&mut self, token: &Result<Bearer>, now: Instant) {
        self.renewal = None;
        let Ok(token) = token else {
            self.failures = self.failures.saturating_add(1);
            self.not_before = now.checked_add(pause(self.failures));
            return;
        };
        self.failures = 0;
        self.not_before = None;
        let replaced = self.current.replace(token.clone());
        if let Some(rejected) = replaced.filter(Bearer::is_rejected) {
            self.budget.spend(rejected.cost(), now);
        }
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

/// Asks the source, and puts the token away for all calls.
async fn renew(
    source: Arc<dyn TokenSource>,
    subject: TokenSubject,
    clock: Arc<dyn Clock>,
    limit: Duration,
    state: Arc<Mutex<State>>,
) -> Result<Bearer> {
    /// Clears the renewal away if it does not come to its end, so that the next can begin.
    struct ClearOnDrop<'a>(&'a Mutex<State>);

    impl Drop for ClearOnDrop<'_> {
        fn drop(&mut self) {
            lock(self.0).renewal = None;
        }
    }

    let clear_on_drop = ClearOnDrop(&state);
    let token = ask(&*source, &subject, &*clock, limit).await;
    let now = clock.now();
    std::mem::forget(clear_on_drop);
    lock(&state).renewed(&token, now);
    token
}

/// A new token of the source, in time.
async fn ask(
    source: &dyn TokenSource,
    subject: &TokenSubject,
    clock: &dyn Clock,
    limit: Duration,
) -> Result<Bearer> {
    let asked_at = clock.now();
    // Whatever the source does, it must not take the renewal with it.
    let asked = AssertUnwindSafe(async { source.token(subject).await }).catch_unwind();
    match tokio::time::timeout(limit, asked).await {
        Ok(Ok(Ok(token))) => Bearer::new(&token, asked_at),
        Ok(Ok(Err(cause))) => Err(failed(cause)),
        Ok(Err(_)) => Err(Error::new(
            ErrorKind::Credentials,
            "the token source panicked",
        )),
        Err(_) => Err(Error::new(
            ErrorKind::Timeout,
            "the token source did not respond in time",
        )),
    }
}

fn failed(cause: Box<dyn StdError + Send + Sync>) -> Error {
    match cause.downcast::<Error>() {
        Ok(error) => *error,
        Err(cause) => {
            Error::new(ErrorKind::Credentials, "the token source failed").caused_by(cause)
        }
    }
}
