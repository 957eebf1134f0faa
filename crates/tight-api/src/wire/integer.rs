//! Whole numbers, however they are written.

use serde::{Deserialize, Deserializer, de};

/// A number, or a text that is one.
#[derive(Deserialize)]
#[serde(untagged, expecting = "a whole number")]
enum Written<'a> {
    Integer(i64),
    Float(f64),
    Text(#[serde(borrow)] std::borrow::Cow<'a, str>),
}

/// Reads a whole number, also one that is written as `15000.0` or `"15000"`. `null` reads as absent.
pub(crate) fn integer<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<i64>, D::Error> {
    /// Up to here, every whole number has a float of its own.
    const EXACT: f64 = 9_007_199_254_740_992.0;
    let Some(written) = Option::<Written<'de>>::deserialize(deserializer)? else {
        return Ok(None);
    };
    let number = match written {
        Written::Integer(number) => Some(number),
        #[allow(
            clippy::cast_possible_truncation,
            reason = "the bounds have been checked"
        )]
        Written::Float(number) if number.fract() == 0.0 && number.abs() <= EXACT => {
            Some(number as i64)
        }
        Written::Float(_) => None,
        Written::Text(text) => text.trim().parse().ok(),
    };
    let unfit = || de::Error::custom("invalid value: not a whole number, expected a whole number");
    number.map(Some).ok_or_else(unfit)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, Deserialize)]
    struct Amount {
        #[serde(default, deserialize_with = "integer")]
        amount: Option<i64>,
    }

    fn read(json: &str) -> serde_json::Result<Option<i64>> {
        serde_json::from_str::<Amount>(json).map(|read| read.amount)
    }

    #[test]
    fn a_whole_number_is_read_however_it_is_written() {
        for (json, expected) in [
            (r#"{"amount":15000}"#, Some(15_000)),
            (r#"{"amount":-1}"#, Some(-1)),
            (r#"{"amount":15000.0}"#, Some(15_000)),
            (r#"{"amount":"15000"}"#, Some(15_000)),
            (r#"{"amount":9223372036854775807}"#, Some(i64::MAX)),
            (r#"{"amount":null}"#, None),
            ("{}", None),
        ] {
            assert_eq!(read(json).unwrap(), expected, "{json}");
        }
    }

    #[test]
    fn what_is_no_whole_number_is_not_made_one() {
        for json in [
            r#"{"amount":150.5}"#,
            r#"{"amount":1e300}"#,
            r#"{"amount":"much"}"#,
            r#"{"amount":true}"#,
            r#"{"amount":[1]}"#,
        ] {
            assert!(read(json).is_err(), "{json}");
        }
    }
}
