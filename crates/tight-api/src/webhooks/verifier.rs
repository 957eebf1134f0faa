//! Verifies the token of a webhook: a JWT in the header `Tight-Verification`.

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

/// The request header with the token of a webhook.
pub const VERIFICATION_HEADER: &str = "Tight-Verification";

/// The allowed clock difference in seconds.
const LEEWAY: i64 = 60;

/// Verifies that a webhook comes from Tight, and decodes its event.
///
/// Tight signs the token in the header [`VERIFICATION_HEADER`] with HMAC-SHA256 and the `webhook_secret` of the environment. The
/// verifier accepts only this algorithm, compares signatures in constant time, and checks `exp` and `nbf`, if present, with a minute of
/// leeway.
///
/// **The claims of the token are not documented.** The check proves that the sender knows the secret. It does *not* prove that the token
/// was issued for this body, or that the request is not a replay. Receive webhooks over HTTPS only, and for critical events, get the
/// entity from the API again. If the tokens you receive have a hash of the body or an id, read it with [`claims`](Self::claims).
///
/// ```
/// use tight_api::webhooks::{Error, Event, Verifier};
///
/// let verifier = Verifier::new("the webhook_secret")?;
/// let body = br#"{"type":"LIFECYCLE","event":"transactionCreated"}"#;
///
/// let token = verifier.sign(Default::default())?; // in a test
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

/// The claims of a token.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct Claims {
    /// The expiry time (`exp`).
    pub expires_at: Option<SystemTime>,
    /// The time before which the token is not valid (`nbf`).
    pub not_before: Option<SystemTime>,
    /// The issue time (`iat`).
    pub issued_at: Option<SystemTime>,
    /// All other claims, which Tight does not document.
    pub other: JsonObject,
}

impl Verifier {
    /// Creates a verifier with the `webhook_secret` of the environment. The key is its UTF-8 bytes.
    ///
    /// # Errors
    ///
    /// Fails with [`Error::EmptySecret`] if the secret is empty.
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

    /// Sets the clock, for tests; if not set, the system clock.
    #[must_use]
    pub fn with_clock(mut self, now: impl Fn() -> SystemTime + Send + Sync + 'static) -> Self {
        self.now = Arc::new(now);
        self
    }

    /// Verifies the token of a webhook, then decodes its body.
    ///
    /// `token` is the value of the header [`VERIFICATION_HEADER`]: a string, or a header value of your HTTP framework, such as
    /// `headers.get(VERIFICATION_HEADER)`. Limit the size of bodies in your framework.
    ///
    /// # Errors
    ///
    /// Fails if the sender cannot be verified ([`Error::is_unverified`]), or with [`Error::Unreadable`] if the body is not JSON.
    pub fn event<T: AsRef<[u8]>>(&self, token: Option<T>, body: &[u8]) -> Result<Event> {
        self.claims(token)?;
        Event::from_slice(body)
    }

    /// Verifies the token of a webhook, and returns its claims.
    ///
    /// # Errors
    ///
    /// Fails if the token is missing, invalid or expired, or not signed with the secret.
    pub fn claims<T: AsRef<[u8]>>(&self, token: Option<T>) -> Result<Claims> {
        let token = token.ok_or(Error::NoToken)?;
        let token = std::str::from_utf8(token.as_ref()).map_err(|_| invalid("it is not text"))?;
        let token = UntrustedToken::<Extensions>::try_from(token.trim()).map_err(unparsed)?;
        let verified = Hs256.validator::<JsonObject>(&self.key).validate(&token);
        let (header, claims) = verified.map_err(unverified)?.into_parts();
        if header.other_fields.crit.is_some() {
            return Err(invalid("its header requires an extension (`crit`)"));
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

    /// Signs a token with these claims as Tight does, to test your own receiver.
    ///
    /// # Errors
    ///
    /// Fails with [`Error::InvalidToken`] if the claims cannot be serialized.
    pub fn sign(&self, claims: JsonObject) -> Result<String> {
        let claims = jwt_compact::Claims::new(claims);
        let token = Hs256.token(&Header::empty().with_token_type("JWT"), &claims, &self.key);
        token.map_err(|_| invalid("its claims cannot be serialized"))
    }
}

/// Does not show the secret.
impl fmt::Debug for Verifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Verifier").finish_non_exhaustive()
    }
}

/// Critical extensions in the header.
#[derive(Clone, Deserialize)]
struct Extensions {
    #[serde(default)]
    crit: Option<IgnoredAny>,
}

fn invalid(reason: &'static str) -> Error {
    Error::InvalidToken { reason }
}

/// Fixed messages, since those of the parser can quote the token.
fn unparsed(error: ParseError) -> Error {
    invalid(match error {
        ParseError::InvalidTokenStructure => "it does not consist of three parts separated by dots",
        ParseError::InvalidBase64Encoding => "a part of it is not base64url without padding",
        ParseError::MalformedHeader(_) => "its header is not a JWT header",
        ParseError::UnsupportedContentType(_) => "its content type is not JSON",
        _ => "it is not a JWT",
    })
}

fn unverified(error: ValidationError) -> Error {
    match error {
        ValidationError::AlgorithmMismatch { .. } => Error::WrongAlgorithm,
        ValidationError::MalformedClaims(_) => invalid("its claims are not valid JWT claims"),
        _ => Error::WrongSignature,
    }
}

/// Seconds since 1970; earlier times count as 0.
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
