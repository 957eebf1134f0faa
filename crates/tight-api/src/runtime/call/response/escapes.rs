//! Finds a text within another, plain or with JSON or URL escapes, since servers quote requests in different ways.

use std::ops::Range;

/// How a text matches at a position.
pub(in crate::runtime::call) enum Match {
    /// Completely, up to this position.
    Full(usize),
    /// Its beginning matches, up to the end of the text.
    Partial,
    None,
}

/// Finds the first occurrence of a secret.
pub(in crate::runtime::call) fn find(text: &str, secret: &str) -> Option<Range<usize>> {
    let first = *secret.as_bytes().first()?;
    let may_begin = |byte: u8| byte == first || byte == b'\\' || byte == b'%';
    let bytes = text.as_bytes();
    let starts = (0..bytes.len()).filter(|at| may_begin(bytes[*at]));
    starts
        .into_iter()
        .find_map(|start| match match_at(text, start, secret) {
            Match::Full(end) => Some(start..end),
            Match::Partial | Match::None => None,
        })
}

/// Matches a secret at a position.
pub(in crate::runtime::call) fn match_at(text: &str, start: usize, secret: &str) -> Match {
    let (text, mut left) = (text.as_bytes(), secret.as_bytes());
    let mut at = start;
    while !left.is_empty() {
        if at >= text.len() {
            return Match::Partial;
        }
        // Escapes are tried first; otherwise a backslash or percent sign is literal.
        let unit = escaped(&text[at..]).filter(|unit| left.starts_with(unit.bytes()));
        if let Some(unit) = unit {
            left = &left[unit.length..];
            at += unit.written;
        } else if text[at] == left[0] {
            left = &left[1..];
            at += 1;
        } else if is_cut_escape(&text[at..]) {
            return Match::Partial;
        } else {
            return Match::None;
        }
    }
    Match::Full(at)
}

/// A character, or a byte of one, decoded from an escape.
struct Unit {
    utf8: [u8; 4],
    length: usize,
    written: usize,
}

impl Unit {
    fn bytes(&self) -> &[u8] {
        &self.utf8[..self.length]
    }

    fn of(char: char, written: usize) -> Self {
        let mut utf8 = [0; 4];
        let length = char.encode_utf8(&mut utf8).len();
        Self {
            utf8,
            length,
            written,
        }
    }
}

fn escaped(text: &[u8]) -> Option<Unit> {
    match text {
        [b'\\', b'u', digits @ ..] => {
            let char = char::from_u32(hex(digits.get(..4)?)?)?;
            Some(Unit::of(char, 6))
        }
        [b'\\', plain @ (b'/' | b'\\' | b'"'), ..] => Some(Unit::of((*plain).into(), 2)),
        [b'%', digits @ ..] => {
            let byte = u8::try_from(hex(digits.get(..2)?)?).ok()?;
            Some(Unit {
                utf8: [byte, 0, 0, 0],
                length: 1,
                written: 3,
            })
        }
        _ => None,
    }
}

fn hex(digits: &[u8]) -> Option<u32> {
    digits.iter().try_fold(0, |number, digit| {
        Some(number * 16 + char::from(*digit).to_digit(16)?)
    })
}

/// Whether the text ends within an escape.
fn is_cut_escape(text: &[u8]) -> bool {
    match text {
        [b'\\', b'u', digits @ ..] => digits.len() < 4 && hex(digits).is_some(),
        [b'%', digits @ ..] => digits.len() < 2 && hex(digits).is_some(),
        [b'\\'] => true,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_found_however_it_is_written() {
        for written in [
            "a/b+c=ü%",
            r"a\/b+c=\u00fc%",
            r"\u0061\u002Fb\u002bc\u003dü%",
            "a%2Fb%2bc%3D%C3%BC%25",
            "%61/b+c=%c3%bc%",
        ] {
            let text = format!(r"1 \ {written} 2 %");
            let found = find(&text, "a/b+c=ü%").unwrap();
            assert_eq!(&text[found], written);
        }
        for text in ["", "a/b", r"a\", "a/b+c=u%", "%", r"\u00", "a%2Gb+c=ü%"] {
            assert_eq!(find(text, "a/b+c=ü%"), None, "{text}");
        }
        assert_eq!(find(r#"1 a\"b\\c"#, r#"a"b\c"#), Some(2..9));
        assert_eq!(find(r"1 a\b", r"a\b"), Some(2..5));
    }

    #[test]
    fn a_text_that_is_cut_is_known_by_its_beginning() {
        for cut in ["a", r"a\", r"a\/b\u0", "a%", "a%2", "a/b+c="] {
            assert!(
                matches!(match_at(cut, 0, "a/b+c=ü"), Match::Partial),
                "{cut}"
            );
        }
        for other in ["b", r"a\x", "a%3f", "a/c"] {
            assert!(
                matches!(match_at(other, 0, "a/b+c=ü"), Match::None),
                "{other}"
            );
        }
    }
}
