//! Any bytes as a webhook: an event or an error, which shows neither the secret nor the token.

use std::time::{Duration, SystemTime};

use tight_api::JsonObject;
use tight_api::webhooks::{Event, Verifier};

const SECRET: &str = "a webhook secret";

/// The bytes are a body, a token and a body with `\x1e` between, or claims that are signed.
pub(crate) fn check(bytes: &[u8]) {
    let verifier = Verifier::new(SECRET).unwrap();
    let now = SystemTime::UNIX_EPOCH + Duration::from_secs(1_743_507_064);
    let verifier = verifier.with_clock(move || now);

    if let Ok(event) = Event::from_slice(bytes) {
        assert!(!format!("{event:?}").is_empty());
    }
    let mut parts = bytes.splitn(2, |byte| *byte == 0x1e);
    let (token, body) = (parts.next(), parts.next().unwrap_or_default());
    if let Err(error) = verifier.event(token, body) {
        let shown = format!("{error} {error:?}");
        let token = String::from_utf8_lossy(token.unwrap_or_default());
        let is_quoted = token.len() > 40 && shown.contains(&*token);
        assert!(!shown.contains(SECRET) && !is_quoted, "{shown}");
    }
    assert!(
        verifier.event(None::<&[u8]>, bytes).is_err(),
        "it is taken without a token"
    );
    if let Ok(claims) = serde_json::from_slice::<JsonObject>(bytes)
        && let Ok(token) = verifier.sign(claims)
    {
        let _ = verifier.claims(Some(token));
    }
}
