//! Reads the name of a file from the head of its part, as it was before the client wrote it there. Clients agree
//! on no one way: some escape each quotation mark and each backslash with a backslash, as HTTP does; browsers
//! leave a backslash as it is, and percent-encode a quotation mark and the ends of lines, and nothing else. Which
//! of the two a name is, is told by the whole of it: one with a backslash that escapes nothing is not escaped.
//! Where it could be either's, it is taken to be escaped.

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

/// The value in quotation marks that `quoted` begins with, without the first of them, and what follows it.
fn unquoted(quoted: &str) -> (String, &str) {
    if let Some(escaped) = unescaped(quoted) {
        return escaped;
    }
    let (value, after) = quoted.split_once('"').unwrap_or((quoted, ""));
    (percent_decoded(value), after)
}

/// The same, where a backslash stands before each quotation mark and each backslash of the value, and it has any
/// of them.
fn unescaped(quoted: &str) -> Option<(String, &str)> {
    let mut value = String::new();
    let mut has_any = false;
    let mut characters = quoted.char_indices();
    loop {
        match characters.next()? {
            (_, '\\') => {
                let (_, escaped) = characters.next()?;
                if !['"', '\\'].contains(&escaped) {
                    return None;
                }
                value.push(escaped);
                has_any = true;
            }
            (at, '"') => {
                let after = quoted.get(at + 1..)?;
                let is_end = after.trim_start().is_empty() || after.trim_start().starts_with(';');
                return (has_any && is_end).then_some((value, after));
            }
            (_, other) => value.push(other),
        }
    }
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
