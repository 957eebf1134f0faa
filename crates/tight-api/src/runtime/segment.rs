//! Values in paths, which must not lead to another operation.

use crate::error::{Error, ErrorKind, Result};

/// Refuses a value that would change the path around it: URLs are normalised on the way, so `.` and `..` take segments
/// away, in whatever percent-encoding, and an empty one leaves the path of another operation.
pub(crate) fn segment(name: &str, value: &str) -> Result<()> {
    let refused = |reason: &str| {
        let message = format!("`{name}` {reason}, and the path would be that of something else");
        Err(Error::new(ErrorKind::InvalidRequest, message))
    };
    if value.is_empty() {
        return refused("is empty");
    }
    match decoded(value).as_slice() {
        b"" | b"." | b".." => refused("is made of dots"),
        _ => Ok(()),
    }
}

/// A value as whoever decodes it any number of times may read it.
fn decoded(value: &str) -> Vec<u8> {
    let mut value = value.as_bytes().to_vec();
    loop {
        let next = decode_once(&value);
        if next.len() == value.len() {
            return value;
        }
        value = next;
    }
}

fn decode_once(value: &[u8]) -> Vec<u8> {
    let hex = |digit: u8| char::from(digit).to_digit(16);
    let mut decoded = Vec::with_capacity(value.len());
    let mut rest = value;
    while let [first, others @ ..] = rest {
        let byte = match (first, others) {
            (b'%', [high, low, ..]) => hex(*high)
                .zip(hex(*low))
                .and_then(|(high, low)| u8::try_from(high * 16 + low).ok()),
            _ => None,
        };
        decoded.push(byte.unwrap_or(*first));
        rest = &rest[if byte.is_some() { 3 } else { 1 }..];
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
            assert!(segment("id", value).is_err(), "{value:?}");
        }
        for value in ["msg_1", "...", ".a", "%2", "%zz", "a/../b", "100%", "%2f"] {
            assert!(segment("id", value).is_ok(), "{value:?}");
        }
    }
}
