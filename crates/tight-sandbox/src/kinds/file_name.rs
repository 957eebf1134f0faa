//! Reads the file name of a form part, without the client's escapes. There are two styles: HTTP escapes quotation
//! marks and backslashes with a backslash; browsers percent-encode quotation marks and line breaks, and leave
//! backslashes alone. A name in which a backslash escapes nothing is in the browsers' style; if it could be either,
//! HTTP's is assumed.

/// The file name in the value of a `Content-Disposition` header.
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

/// Splits `text` after the value that it starts with.
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

/// Splits `quoted` after the quoted value that it starts with; the opening quotation mark is already removed.
fn unquoted(quoted: &str) -> (String, &str) {
    if let Some(escaped) = unescaped(quoted) {
        return escaped;
    }
    let (value, after) = quoted.split_once('"').unwrap_or((quoted, ""));
    (percent_decoded(value), after)
}

/// The same for a value with backslash escapes; `None` if it has none, or a backslash that escapes nothing.
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

/// Decodes only what browsers encode; other percent-encodings stay.
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
