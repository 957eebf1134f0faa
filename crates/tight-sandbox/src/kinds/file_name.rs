//! Reads the name of a file from the head of its part, as it was before the client wrote it there. Clients agree
//! on no one way: some escape a quotation mark and a backslash with a backslash, as HTTP does; browsers leave a
//! backslash as it is, and percent-encode a quotation mark and the ends of lines, and nothing else. Both are
//! read, and where a name could be either's, it is taken to be escaped.

/// The file name in `disposition`, the value of a `Content-Disposition` header.
pub(crate) fn read(disposition: &str) -> Option<String> {
    let (_, mut rest) = disposition.split_once(';')?;
    while let Some((name, value)) = rest.split_once('=') {
        let (value, after) = parameter(value.trim_start());
        if name.trim().eq_ignore_ascii_case("filename") {
            return Some(value);
        }
        (_, rest) = after.split_once(';')?;
    }
    None
}

/// The value that `text` begins with, and what follows it.
fn parameter(text: &str) -> (String, &str) {
    match text.strip_prefix('"') {
        Some(quoted) => unquoted(quoted),
        None => {
            let end = text.find([';', ' ']).unwrap_or(text.len());
            let (value, after) = text.split_at(end);
            (percent_decoded(value), after)
        }
    }
}

/// The value that ends at the first quotation mark that is not escaped, and what follows it.
fn unquoted(quoted: &str) -> (String, &str) {
    let mut value = String::new();
    let mut rest = quoted;
    while let Some(at) = rest.find(['"', '\\']) {
        let (plain, special) = rest.split_at(at);
        value += &percent_decoded(plain);
        (value, rest) = match special.as_bytes() {
            [b'"', ..] => return (value, &special[1..]),
            // A backslash at the end of a name, and not an escaped mark, as nothing else ends the name.
            [b'\\', b'"'] => return (value + "\\", ""),
            [b'\\', b'"', ..] => (value + "\"", &special[2..]),
            [b'\\', b'\\', ..] => (value + "\\", &special[2..]),
            _ => (value + "\\", &special[1..]),
        };
    }
    (value + &percent_decoded(rest), "")
}

/// Percent-encodings of other characters stand for themselves.
fn percent_decoded(text: &str) -> String {
    let encoded = [
        ("%22", "\""),
        ("%0A", "\n"),
        ("%0a", "\n"),
        ("%0D", "\r"),
        ("%0d", "\r"),
    ];
    let decode = |text: String, (encoded, plain)| text.replace(encoded, plain);
    encoded.into_iter().fold(text.to_owned(), decode)
}
