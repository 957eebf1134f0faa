//! Values in paths. A value must not lead to another operation.

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::runtime::error::{Error, ErrorKind, Result};
use crate::wire::Plain;

/// All characters with a meaning in paths by RFC 3986, or for lenient servers: `\` as `/`, `;` as the end of a segment.
const RESERVED: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'.')
    .remove(b'_')
    .remove(b'~');

/// Encodes a value as one path segment.
pub(crate) fn encode<T: Plain + ?Sized>(value: &T) -> String {
    utf8_percent_encode(&value.plain(), RESERVED).to_string()
}

/// Refuses values that no encoding keeps in their segment: normalisation of URLs removes `.` and `..`, in any percent-encoding, and
/// an empty value leaves the path of another operation.
pub(crate) fn check<T: Plain + ?Sized>(name: &str, value: &T) -> Result<()> {
    let reason = match decoded(&value.plain()).as_slice() {
        b"" => "is empty",
        b"." | b".." => "consists of dots",
        _ => return Ok(()),
    };
    let message = format!("`{name}` {reason}, which would change the path of the request");
    Err(Error::new(ErrorKind::InvalidRequest, message))
}

/// Decodes a value until nothing is left to decode.
fn decoded(value: &str) -> Vec<u8> {
    let hex = |digit: u8| char::from(digit).to_digit(16);
    let mut decoded: Vec<u8> = Vec::with_capacity(value.len());
    for byte in value.bytes() {
        decoded.push(byte);
        // The decoded byte can complete another escape.
        while let [.., b'%', high, low] = decoded.as_slice()
            && let (Some(high), Some(low)) = (hex(*high), hex(*low))
            && let Ok(byte) = u8::try_from(high * 16 + low)
        {
            decoded.truncate(decoded.len() - 3);
            decoded.push(byte);
        }
    }
    decoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_path_is_normalised_by_is_refused_in_any_encoding() {
        for value in [
            "",
            ".",
            "..",
            "%2e",
            "%2E%2e",
            ".%2e",
            "%252e%252E",
            "%25252e",
        ] {
            assert!(check("id", value).is_err(), "{value:?}");
        }
        for value in ["msg_1", "...", ".a", "%2", "%zz", "a/../b", "100%", "%2f"] {
            assert!(check("id", value).is_ok(), "{value:?}");
        }
    }

    #[test]
    fn a_value_of_any_length_is_checked_in_one_go() {
        let deep = format!("%{}2e", "25".repeat(1_000_000));
        assert!(check("id", &deep).is_err());
    }
}
