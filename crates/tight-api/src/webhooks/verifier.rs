//! The token that proves who sent a webhook: a JWT in the header `Tight-Verification`.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use jwt_compact::alg::{Hs256, Hs256Key};
use jwt_compact::{AlgorithmExt, Header, ParseError, UntrustedToken, ValidationError};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use serde::de::IgnoredAny;

use super::{Error, Event, Result};
use crate::JsonObject;

/// The header of a webhook that holds its token.
pub const VERIFICATION_HEADER: &str = "Tight-Verification";

/// How far the clocks of Tight and of this machine may differ, in seconds.
const LEEWAY: i64 = 60;

/// Checks that a webhook comes from Tight, and reads its event.
///
/// Tight signs the token in the header [`VERIFICATION_HEADER`] with HMAC-SHA256 and your `webhook_secret`, of which there is one for
/// each environment. The verifier accepts that algorithm alone, whatever the token asks for, compares signatures in constant time, and
/// respects the times `exp` and `nbf` if the token has them, with a minute of leeway.
///
/// **What the token says is not documented.** So the check proves that whoever made the token knows the secret. It does *not* prove
/// that the token was made for this body, or that the request is not a repetition. Take webhooks over HTTPS only, and where much
/// depends on an event, get the entity from the API again. If you find that Tight's tokens have a hash of the body or an id, read it
/// with [`claims`](Self::claims).
///
/// ```
/// use tight_api::webhooks::{Error, Event, Verifier};
///
/// let verifier = Verifier::new("the webhook_secret")?;
/// let body = br#"{"type":"LIFECYCLE","event":"transactionCreated"}"#;
///
/// let token = verifier.sign(Default::default())?; // in a test; Tight does it otherwise
/// assert!(matches!(verifier.event(Some(token), body)?, Event::Lifecycle(_)));
///
/// let forged = Verifier::new("a guess")?.sign(Default::default())?;
/// assert_eq!(verifier.event(Some(forged), body), Err(Error::WrongSignature));
/// assert_eq!(verifier.event(None::<&str>, body), Err(Error::NoToken));
/// # Ok::<(), Error>(())
/// ```
#[derive(Clone)]
pub struct Verifier {
    key: Hs256Key,
    now: Arc<dyn Fn() -> SystemTime + Send + Sync>,
}

/// What a token says.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Claims {
    /// When the token expires (`exp`).
    pub expires_at: Option<SystemTime>,
    /// Before when the token is not valid (`nbf`).
    pub not_before: Option<SystemTime>,
    /// When the token was issued (`iat`).
    pub issued_at: Option<SystemTime>,
    /// All else that the token says. Tight documents none of it.
    pub other: JsonObject,
}

impl Verifier {
    /// Creates a verifier from the `webhook_secret` of the environment that the webhooks come from. Its characters are the key, as
    /// UTF-8.
    ///
    /// # Errors
    ///
    /// Returns [`Error::EmptySecret`] if the secret is empty.
    pub fn new(secret: impl Into<SecretString>) -> Result<Self> {
        let secret = secret.into();
        let secret = secret.expose_secret();
        if secret.is_empty() {
            return Err(Error::EmptySecret);
        }
        Ok(Self {
            key: Hs256Key::new(secret),
            now: Arc::new(SystemTime::now),
        })
    }

    /// Takes the time from `now` instead of from the system, for tests.
    #[must_use]
    pub fn with_clock(mut self, now: impl Fn() -> SystemTime + Send + Sync + 'static) -> Self {
        self.now = Arc::new(now);
        self
    }

    /// Checks the token of a webhook, then reads its body.
    ///
    /// `token` is the value of the header [`VERIFICATION_HEADER`], if the request has it: a string, or what your HTTP framework has
    /// for a header's value, such as `headers.get(VERIFICATION_HEADER)`. How large a body may be is for your framework to limit.
    ///
    /// # Errors
    ///
    /// Returns an error of which [`is_unverified`](Error::is_unverified) is true if the sender is not proven to be Tight, and
    /// [`Error::Unreadable`] if the body is not JSON.
    pub fn event<T: AsRef<[u8]>>(&self, token: Option<T>, body: &[u8]) -> Result<Event> {
        self.claims(token)?;
        Event::from_slice(body)
    }

    /// Checks the token of a webhook, and returns what it says.
    ///
    /// # Errors
    ///
    /// Returns why the token is not accepted.
    pub fn claims<T: AsRef<[u8]>>(&self, token: Option<T>) -> Result<Claims> {
        let token = token.ok_or(Error::NoToken)?;
        let token = std::str::from_utf8(token.as_ref()).map_err(|_| invalid("it is not text"))?;
        let token = UntrustedToken::<Extensions>::try_from(token.trim()).map_err(unparsed)?;
        let verified = Hs256.validator::<JsonObject>(&self.key).validate(&token);
        let (header, claims) = verified.map_err(unverified)?.into_parts();
        if header.other_fields.crit.is_some() {
            return Err(invalid("its header demands an extension (`crit`)"));
        }
        let now = seconds((self.now)());
        let expires = claims.expiration.map(|time| time.timestamp());
        let begins = claims.not_before.map(|time| time.timestamp());
        let read = Claims {
            expires_at: expires.and_then(time),
            not_before: begins.and_then(time),
            issued_at: claims.issued_at.and_then(|at| time(at.timestamp())),
            other: claims.custom,
        };
        if expires.is_some_and(|expires| now > expires.saturating_add(LEEWAY)) {
            let at = read.expires_at.unwrap_or(SystemTime::UNIX_EPOCH);
            return Err(Error::Expired { at });
        }
        if begins.is_some_and(|begins| now.saturating_add(LEEWAY) < begins) {
            let at = read.not_before.unwrap_or(SystemTime::UNIX_EPOCH);
            return Err(Error::NotYetValid { at });
        }
        Ok(read)
    }

    /// Signs a token with these claims as Tight does, so that you can test your own receiver.
    ///
    /// # Errors
    ///
    /// Returns [`Error::InvalidToken`] if the claims cannot be written as JSON.
    pub fn sign(&self, claims: JsonObject) -> Result<String> {
        let claims = jwt_compact::Claims::new(claims);
        let token = Hs256.token(&Header::empty().with_token_type("JWT"), &claims, &self.key);
        token.map_err(|_| invalid("its claims cannot be written as JSON"))
    }
}

/// Shows nothing of the secret.
impl fmt::Debug for Verifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Verifier").finish_non_exhaustive()
    }
}

/// What a header can say that must be understood.
#[derive(Clone, Deserialize)]
struct Extensions {
    #[serde(default)]
    crit: Option<IgnoredAny>,
}

fn invalid(reason: &'static str) -> Error {
    Error::InvalidToken { reason }
}

/// The reasons are ours, since those of the parser may quote the token.
fn unparsed(error: ParseError) -> Error {
    invalid(match error {
        ParseError::InvalidTokenStructure => "it is not three parts with dots between them",
        ParseError::InvalidBase64Encoding => "a part of it is not base64url without padding",
        ParseError::MalformedHeader(_) => "its header is not that of a JWT",
        ParseError::UnsupportedContentType(_) => "its header names another content type than JSON",
        _ => "its form is not that of a JWT",
    })
}

fn unverified(error: ValidationError) -> Error {
    match error {
        ValidationError::AlgorithmMismatch { .. } => Error::WrongAlgorithm,
        ValidationError::MalformedClaims(_) => invalid("its claims are not those of a JWT"),
        _ => Error::WrongSignature,
    }
}

/// A time in seconds since 1970; one before counts as its beginning.
fn seconds(time: SystemTime) -> i64 {
    let since = time.duration_since(SystemTime::UNIX_EPOCH);
    let seconds = since.unwrap_or_default().as_secs();
    i64::try_from(seconds).unwrap_or(i64::MAX)
}

fn time(seconds: i64) -> Option<SystemTime> {
    let distance = Duration::from_secs(seconds.unsigned_abs());
    match seconds {
        0.. => SystemTime::UNIX_EPOCH.checked_add(distance),
        _ => SystemTime::UNIX_EPOCH.checked_sub(distance),
    }
}
