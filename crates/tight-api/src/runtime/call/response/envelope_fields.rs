//! Lenient decoding of the small fields of an envelope. Invalid values must not count as absent.

use std::fmt;

use serde::de::{Deserialize, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use crate::types::{ApiError, ResultStatus};
use crate::wire::replace_lone_surrogates;

/// The field `result`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum ResultCode {
    #[default]
    Absent,
    Success,
    Failure,
    /// An undocumented value, or not a string.
    Other,
}

impl<'de> Deserialize<'de> for ResultCode {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Ending;

        impl<'de> Visitor<'de> for Ending {
            type Value = ResultCode;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a result")
            }

            fn visit_str<E>(self, text: &str) -> Result<ResultCode, E> {
                Ok(match ResultStatus::from(text) {
                    ResultStatus::Success => ResultCode::Success,
                    ResultStatus::Failure => ResultCode::Failure,
                    _ => ResultCode::Other,
                })
            }

            fn visit_unit<E>(self) -> Result<ResultCode, E> {
                Ok(ResultCode::Absent)
            }

            fn visit_bool<E>(self, _: bool) -> Result<ResultCode, E> {
                Ok(ResultCode::Other)
            }

            fn visit_i64<E>(self, _: i64) -> Result<ResultCode, E> {
                Ok(ResultCode::Other)
            }

            fn visit_u64<E>(self, _: u64) -> Result<ResultCode, E> {
                Ok(ResultCode::Other)
            }

            fn visit_f64<E>(self, _: f64) -> Result<ResultCode, E> {
                Ok(ResultCode::Other)
            }

            fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<ResultCode, A::Error> {
                IgnoredAny.visit_seq(list).map(|_| ResultCode::Other)
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<ResultCode, A::Error> {
                IgnoredAny.visit_map(map).map(|_| ResultCode::Other)
            }
        }

        deserializer.deserialize_any(Ending)
    }
}

/// The field `statusCode`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum EnvelopeStatus {
    #[default]
    Absent,
    Code(i64),
    /// Not an integer.
    Other,
}

impl EnvelopeStatus {
    /// Returns the code, if there is a valid one.
    pub(crate) fn number(self) -> Option<i64> {
        match self {
            Self::Code(number) => Some(number),
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
        whole.parse().map_or(Self::Other, Self::Code)
    }
}

impl<'de> Deserialize<'de> for EnvelopeStatus {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // As raw JSON, since the serde_json feature `arbitrary_precision` changes how numbers are visited.
        <&'de RawValue>::deserialize(deserializer).map(|raw| Self::of(raw.get()))
    }
}

/// The field `error`: a list of errors, one error, a string instead of an error, or an OAuth error code. Other values are skipped.
#[derive(Debug, Default)]
pub(in crate::runtime::call) struct Errors(pub(in crate::runtime::call) Vec<ApiError>);

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

/// Decodes one error.
fn error(json: &str) -> Option<ApiError> {
    match json.as_bytes().first()? {
        b'{' => serde_json::from_str(json)
            .ok()
            .filter(|error| *error != ApiError::default()),
        b'"' => {
            let text: String = serde_json::from_str(json)
                .or_else(|_| {
                    serde_json::from_str(&replace_lone_surrogates(json).unwrap_or_default())
                })
                .ok()?;
            if text.trim().is_empty() {
                return None;
            }
            let mut error = ApiError::default();
            // Codes have no spaces; messages do.
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
        // Errors are few, so decoding each separately is cheap.
        <&'de RawValue>::deserialize(deserializer).map(|raw| Self::of(raw.get()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_status_is_read_however_it_is_written() {
        for (json, code) in [
            ("200", EnvelopeStatus::Code(200)),
            ("200.0", EnvelopeStatus::Code(200)),
            (r#""200""#, EnvelopeStatus::Code(200)),
            ("null", EnvelopeStatus::Absent),
            ("200.5", EnvelopeStatus::Other),
            (r#""OK""#, EnvelopeStatus::Other),
            ("[200]", EnvelopeStatus::Other),
            ("true", EnvelopeStatus::Other),
        ] {
            assert_eq!(EnvelopeStatus::of(json), code, "{json}");
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
