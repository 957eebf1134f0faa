//! Removes the secrets of a request from its response, since servers and proxies can quote requests.

use std::borrow::Cow;
use std::sync::Arc;

use bytes::Bytes;
use http::{HeaderMap, HeaderValue};
use secrecy::{ExposeSecret, SecretString};

use super::escapes::{Match, find, match_at};
use crate::api_errors::ApiErrors;
use crate::types::ApiError;

/// Replaces a secret.
const NOTHING: &str = "…";

/// Shorter secrets are not removed: they occur in texts by chance.
const SHORTEST: usize = 8;

/// The secrets of one request. Read only when something is cleaned.
#[derive(Clone)]
pub(crate) struct Secrets {
    authorization: Option<HeaderValue>,
    client_secret: Option<Arc<SecretString>>,
}

impl Secrets {
    /// The secrets of a request with this `Authorization`.
    pub(crate) fn new(
        authorization: Option<HeaderValue>,
        client_secret: Option<Arc<SecretString>>,
    ) -> Self {
        Self {
            authorization,
            client_secret,
        }
    }

    fn all(&self) -> impl Iterator<Item = &str> {
        // Without the scheme.
        let header = self.authorization.as_ref();
        let header = header.and_then(|header| std::str::from_utf8(header.as_bytes()).ok());
        let credential = header.and_then(|header| Some(header.split_once(' ')?.1));
        let client_secret = self.client_secret.as_ref();
        credential
            .into_iter()
            .chain(client_secret.map(|secret| secret.expose_secret()))
            .filter(|secret| secret.len() >= SHORTEST)
    }

    /// Removes the secrets from a text.
    pub(crate) fn clean<'a>(&self, text: &'a str) -> Cow<'a, str> {
        self.all().fold(Cow::Borrowed(text), |text, secret| {
            match without(&text, secret) {
                Some(clean) => Cow::Owned(clean),
                None => text,
            }
        })
    }

    /// Removes the secrets from headers.
    pub(in crate::runtime::call) fn clean_headers(&self, headers: &mut HeaderMap) {
        for value in headers.values_mut() {
            let clean = match self.clean(&String::from_utf8_lossy(value.as_bytes())) {
                Cow::Owned(clean) => HeaderValue::from_bytes(clean.as_bytes()),
                Cow::Borrowed(_) => continue,
            };
            *value = clean.unwrap_or(HeaderValue::from_static(""));
        }
    }

    /// Removes the secrets from a body, and cuts it to `cap`. An incomplete body can end within a secret, which is removed, too.
    pub(crate) fn excerpt(&self, body: &Bytes, is_whole: bool, cap: usize) -> Bytes {
        let text = String::from_utf8_lossy(body);
        let clean = self.clean(&text);
        let end = if is_whole {
            clean.len()
        } else {
            clean.len() - self.tail(&clean)
        };
        match clean {
            // Unchanged bodies are not copied, and keep invalid UTF-8.
            Cow::Borrowed(_) if end == text.len() && body.len() <= cap => body.clone(),
            clean => Bytes::copy_from_slice(&clean.as_bytes()[..end.min(cap)]),
        }
    }

    /// The length of the beginning of a secret at the end of a text.
    fn tail(&self, text: &str) -> usize {
        let longest = |secret: &str| {
            // An escape has up to six bytes.
            let from = text.len().saturating_sub(6 * secret.len());
            let begins = |at: &usize| matches!(match_at(text, *at, secret), Match::Partial);
            let at = (from..text.len()).find(begins);
            at.map_or(0, |at| text.len() - at)
        };
        self.all().map(longest).max().unwrap_or(0)
    }

    /// Removes the secrets from errors, in escaped form, too.
    pub(crate) fn clean_errors(&self, errors: Vec<ApiError>) -> ApiErrors {
        let errors = errors.into_iter().map(|mut error| {
            for text in [&mut error.message, &mut error.param].into_iter().flatten() {
                if let Cow::Owned(clean) = self.clean(text) {
                    *text = clean;
                }
            }
            error.type_ = error.type_.map(|kind| match self.clean(kind.as_str()) {
                Cow::Owned(clean) => clean.into(),
                Cow::Borrowed(_) => kind,
            });
            error.unknown_fields.clean(|text| self.clean(text));
            error
        });
        errors.collect::<Vec<_>>().into()
    }
}

/// Removes one secret from a text; `None` if it does not occur.
fn without(text: &str, secret: &str) -> Option<String> {
    let mut clean = String::new();
    let mut rest = text;
    while let Some(found) = find(rest, secret) {
        clean.push_str(&rest[..found.start]);
        clean.push_str(NOTHING);
        rest = &rest[found.end..];
    }
    if rest.len() == text.len() {
        return None;
    }
    clean.push_str(rest);
    Some(clean)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_shows_in_no_field_of_an_error() {
        let secrets = Secrets::new(Some(HeaderValue::from_static("Bearer abcdefgh")), None);
        let error = r#"{
            "type":"abcdefgh","message":"abcdefgh","param":["\u0061bcdefgh"],
            "abcdefgh":1,"sent":{"abcdefgh":[{"a":"x abcdefgh"}]},"amount":150.50,
            "cut":{"a":"abcdefgh","b":"\ud83d"}
        }"#;
        let errors = secrets.clean_errors(vec![serde_json::from_str(error).unwrap()]);
        assert_eq!(
            serde_json::to_string(&errors[0]).unwrap(),
            r#"{"type":"…","message":"…","param":["…"],"…":1,"sent":{"…":[{"a":"x …"}]},"amount":150.50,"cut":"…"}"#
        );
    }

    #[test]
    fn no_part_of_a_secret_stays_at_the_end() {
        let secrets = Secrets::new(Some(HeaderValue::from_static("Bearer abcdefgh")), None);
        let cut = |text: &str, is_whole: bool, cap: usize| {
            String::from_utf8(
                secrets
                    .excerpt(&Bytes::copy_from_slice(text.as_bytes()), is_whole, cap)
                    .to_vec(),
            )
            .unwrap()
        };
        assert_eq!(cut("1 abcdefgh 2 abcdefgh 3", true, 100), "1 … 2 … 3");
        assert_eq!(cut("1 abcdefgh 2 abcdefgh 3", true, 8), "1 … 2 ");
        assert_eq!(cut("1 abcdefg", false, 100), "1 ");
        assert_eq!(
            cut("1 abcdefg", true, 100),
            "1 abcdefg",
            "a whole body ends where it ends"
        );
    }

    #[test]
    fn a_short_token_garbles_no_text() {
        let secrets = Secrets::new(Some(HeaderValue::from_static("Bearer t")), None);
        assert_eq!(secrets.clean("text is required"), "text is required");
    }
}
