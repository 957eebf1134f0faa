//! Small values of an envelope, however they are written: what is no such value must not pass for one that is not there.

use std::fmt;

use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use crate::types::{ApiError, ResultStatus};
use crate::wire::with_whole_characters;

/// How something ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Said {
    #[default]
    Nothing,
    Success,
    Failure,
    /// A value that is not documented, or no text.
    Other,
}

impl<'de> Deserialize<'de> for Said {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Ending;

        impl<'de> Visitor<'de> for Ending {
            type Value = Said;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a result")
            }

            fn visit_str<E>(self, text: &str) -> Result<Said, E> {
                Ok(match ResultStatus::from(text) {
                    ResultStatus::Success => Said::Success,
                    ResultStatus::Failure => Said::Failure,
                    _ => Said::Other,
                })
            }

            fn visit_unit<E>(self) -> Result<Said, E> {
                Ok(Said::Nothing)
            }

            fn visit_bool<E>(self, _: bool) -> Result<Said, E> {
                Ok(Said::Other)
            }

            fn visit_i64<E>(self, _: i64) -> Result<Said, E> {
                Ok(Said::Other)
            }

            fn visit_u64<E>(self, _: u64) -> Result<Said, E> {
                Ok(Said::Other)
            }

            fn visit_f64<E>(self, _: f64) -> Result<Said, E> {
                Ok(Said::Other)
            }

            fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<Said, A::Error> {
                IgnoredAny.visit_seq(list).map(|_| Said::Other)
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Said, A::Error> {
                IgnoredAny.visit_map(map).map(|_| Said::Other)
            }
        }

        deserializer.deserialize_any(Ending)
    }
}

/// A status within an answer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Code {
    #[default]
    Absent,
    Is(i64),
    /// No whole number.
    Other,
}

impl Code {
    /// The status, if it is one.
    pub(crate) fn number(self) -> Option<i64> {
        match self {
            Self::Is(number) => Some(number),
            Self::Absent | Self::Other => None,
        }
    }

    /// `200`, `200.0` and `"200"` are the same.
    fn of(json: &str) -> Self {
        let text = json
            .strip_prefix('"')
            .and_then(|text| text.strip_suffix('"'))
            .unwrap_or(json)
            .trim();
        if json == "null" {
            return Self::Absent;
        }
        let whole = match text.split_once('.') {
            Some((whole, zeros)) if zeros.bytes().all(|digit| digit == b'0') => whole,
            _ => text,
        };
        whole.parse().map_or(Self::Other, Self::Is)
    }
}

impl<'de> Deserialize<'de> for Code {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // As it is written: whoever builds serde_json with `arbitrary_precision` changes how numbers are visited.
        <&'de RawValue>::deserialize(deserializer).map(|raw| Self::of(raw.get()))
    }
}

/// A list of errors, as far as it is one: one error alone, a text in place of an error, and OAuth's code are taken for what they
/// mean, and whatever means nothing is passed over.
#[derive(Debug, Default)]
pub(super) struct Errors(pub(super) Vec<ApiError>);

impl Errors {
    fn of(json: &str) -> Self {
        let list = match json.as_bytes().first() {
            Some(b'[') if json.len() == 2 => Vec::new(),
            Some(b'[') => serde_json::from_str::<Vec<&RawValue>>(json).unwrap_or_default(),
            _ => return Self(error(json).into_iter().collect()),
        };
        Self(list.iter().filter_map(|raw| error(raw.get())).collect())
    }
}

/// One error, if it is any.
fn error(json: &str) -> Option<ApiError> {
    match json.as_bytes().first()? {
        b'{' => serde_json::from_str(json)
            .ok()
            .filter(|error| *error != ApiError::default()),
        b'"' => {
            let text: String = serde_json::from_str(json)
                .or_else(|_| serde_json::from_str(&with_whole_characters(json).unwrap_or_default()))
                .ok()?;
            if text.trim().is_empty() {
                return None;
            }
            let mut error = ApiError::default();
            // Codes are words; what has spaces is a sentence.
            if text.contains(char::is_whitespace) {
                error.message = Some(text);
            } else {
                error.type_ = Some(text.into());
            }
            Some(error)
        }
        _ => None,
    }
}

impl<'de> Deserialize<'de> for Errors {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // There are few of them, so that reading each for itself costs little.
        <&'de RawValue>::deserialize(deserializer).map(|raw| Self::of(raw.get()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_is_read_however_it_is_written() {
        for (json, code) in [
            ("200", Code::Is(200)),
            ("200.0", Code::Is(200)),
            (r#""200""#, Code::Is(200)),
            ("null", Code::Absent),
            ("200.5", Code::Other),
            (r#""OK""#, Code::Other),
            ("[200]", Code::Other),
            ("true", Code::Other),
        ] {
            assert_eq!(Code::of(json), code, "{json}");
        }
    }

    #[test]
    fn errors_are_read_as_far_as_they_mean_something() {
        let read = |json: &str| {
            let errors: Errors = serde_json::from_str(json).unwrap();
            let errors: Vec<_> = errors.0.iter().map(ToString::to_string).collect();
            errors.join("; ")
        };
        assert_eq!(
            read(r#"[{"type":"REQUIRED","param":["text"]}]"#),
            "REQUIRED"
        );
        assert_eq!(
            read(r#"[null,5,"text is required",{"type":"DUPLICATE"},true,1.5]"#),
            "an error without a type: text is required; DUPLICATE"
        );
        assert_eq!(read(r#"{"type":"REQUIRED"}"#), "REQUIRED");
        assert_eq!(read(r#""invalid_client""#), "invalid_client");
        assert_eq!(read("null"), "");
        assert_eq!(read("7"), "");
    }
}
