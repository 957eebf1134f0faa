//! Parses what a page states about an attribute besides name, type and description: marks such as `required`, and labelled values.

use crate::capture::reading::Attribute;

/// The meaning of a mark.
#[derive(Debug, Clone, Copy)]
enum Mark {
    Required,
    Deprecated,
    /// A location or an access mark.
    Other,
}

const MARKS: [(&str, Mark); 9] = [
    ("required", Mark::Required),
    ("deprecated", Mark::Deprecated),
    ("header", Mark::Other),
    ("query", Mark::Other),
    ("path", Mark::Other),
    ("cookie", Mark::Other),
    ("read-only", Mark::Other),
    ("write-only", Mark::Other),
    ("nullable", Mark::Other),
];

/// Takes the marks that this begins with, and gives what is behind them.
pub(super) fn marks<'t>(attribute: &mut Attribute, mut text: &'t str) -> &'t str {
    loop {
        text = text.trim_start();
        if let Some(default) = text.strip_prefix("default:") {
            let end = default.find(char::is_whitespace).unwrap_or(default.len());
            let (default, rest) = match default[..end].strip_suffix("required") {
                Some(default) => (default, "required"),
                None => (&default[..end], &default[end..]),
            };
            attribute.default = Some(unquoted(default).to_owned());
            text = rest;
            continue;
        }
        let mark = MARKS.iter().find_map(|(word, mark)| {
            let rest = text.strip_prefix(word)?;
            // What runs into a mark is another mark, or begins a sentence.
            let ends = rest.is_empty()
                || rest.starts_with(|c: char| c.is_whitespace() || c.is_uppercase())
                || is_marked(rest);
            ends.then_some((*mark, rest))
        });
        let Some((mark, rest)) = mark else {
            return text;
        };
        match mark {
            Mark::Required => attribute.is_required = true,
            Mark::Deprecated => attribute.is_deprecated = true,
            Mark::Other => {}
        }
        text = rest;
    }
}

/// Whether this begins with a mark.
pub(super) fn is_marked(text: &str) -> bool {
    text.starts_with("default:") || MARKS.iter().any(|(word, _)| text.starts_with(word))
}

/// The label of a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Label {
    Options,
    Range,
    Length,
    MinLength,
    MaxLength,
    Items,
    MinItems,
    MaxItems,
    Pattern,
    Example,
}

const LABELS: [(&str, Label); 16] = [
    ("Available options:", Label::Options),
    ("Allowed value:", Label::Options),
    ("Required range:", Label::Range),
    ("Required string length:", Label::Length),
    ("Required length:", Label::Length),
    ("Minimum string length:", Label::MinLength),
    ("Minimum length:", Label::MinLength),
    ("Maximum string length:", Label::MaxLength),
    ("Maximum length:", Label::MaxLength),
    ("Required array length:", Label::Items),
    ("Minimum array length:", Label::MinItems),
    ("Maximum array length:", Label::MaxItems),
    ("Pattern:", Label::Pattern),
    ("Examples:", Label::Example),
    ("Example:", Label::Example),
    ("Default:", Label::Example),
];

/// The first label of a line, with what is before and behind it. Words may run into it, if no sentence has such words.
pub(super) fn label(line: &str) -> Option<(&str, Label, &str)> {
    LABELS
        .iter()
        .filter_map(|(words, label)| {
            let is_plain_word = !words.contains(' ');
            let at = line.find(words).filter(|at| {
                let before = line[..*at].chars().next_back();
                !is_plain_word || before.is_none_or(|before| ".)\"'".contains(before))
            })?;
            Some((at, *label, words.len()))
        })
        .min_by_key(|(at, ..)| *at)
        .map(|(at, label, length)| {
            (
                line[..at].trim_end(),
                label,
                line[at + length..].trim_start(),
            )
        })
}

/// Takes what stands behind a label. None if it is not understood.
pub(super) fn value(attribute: &mut Attribute, label: Label, value: &str) -> Option<()> {
    let value = value.trim().trim_matches('`');
    match label {
        Label::Range => range(attribute, value)?,
        Label::Length => {
            let (least, greatest) = lengths(value)?;
            (attribute.min_length, attribute.max_length) = (Some(least), Some(greatest));
        }
        Label::MinLength => attribute.min_length = Some(length(value)?),
        Label::MaxLength => attribute.max_length = Some(length(value)?),
        Label::Items => {
            let (least, greatest) = lengths(value)?;
            (attribute.min_items, attribute.max_items) = (Some(least), Some(greatest));
        }
        Label::MinItems => attribute.min_items = Some(length(value)?),
        Label::MaxItems => attribute.max_items = Some(length(value)?),
        Label::Pattern => attribute.pattern = Some(value.to_owned()),
        Label::Example => attribute.example = Some(unquoted(value).to_owned()),
        Label::Options => {}
    }
    Some(())
}

fn length(value: &str) -> Option<u64> {
    value.split(' ').next()?.parse().ok()
}

/// `1 - 255`, or one number for both.
fn lengths(value: &str) -> Option<(u64, u64)> {
    match value.split_once(" - ") {
        Some((least, greatest)) => Some((length(least)?, length(greatest)?)),
        None => length(value).map(|length| (length, length)),
    }
}

/// `x <= 250`, `x >= 1`, `1 <= x <= 250`, and the same of integers with `<` and `>`.
fn range(attribute: &mut Attribute, value: &str) -> Option<()> {
    let is_whole = (attribute.type_words.as_ref()).is_none_or(|words| words.starts_with("integer"));
    let strict = |number: i64, by: i64| is_whole.then(|| number.checked_add(by)).flatten();
    let (before, behind) = value.split_once('x')?;
    if before.trim().is_empty() && behind.trim().is_empty() {
        return None;
    }
    if let Some(least) = before.trim().strip_suffix("<=") {
        attribute.minimum = Some(least.trim().parse().ok()?);
    } else if let Some(least) = before.trim().strip_suffix('<') {
        attribute.minimum = Some(strict(least.trim().parse().ok()?, 1)?);
    } else if !before.trim().is_empty() {
        return None;
    }
    let behind = behind.trim();
    if let Some(greatest) = behind.strip_prefix("<=") {
        attribute.maximum = Some(greatest.trim().parse().ok()?);
    } else if let Some(least) = behind.strip_prefix(">=") {
        attribute.minimum = Some(least.trim().parse().ok()?);
    } else if let Some(greatest) = behind.strip_prefix('<') {
        attribute.maximum = Some(strict(greatest.trim().parse().ok()?, -1)?);
    } else if let Some(least) = behind.strip_prefix('>') {
        attribute.minimum = Some(strict(least.trim().parse().ok()?, 1)?);
    } else if !behind.is_empty() {
        return None;
    }
    Some(())
}

pub(super) fn unquoted(text: &str) -> &str {
    let inner = text
        .strip_prefix('"')
        .and_then(|text| text.strip_suffix('"'));
    inner.unwrap_or(text)
}

/// The options of a line: each with whether it was whole, and what words ran into the last.
pub(super) struct Options<'t> {
    pub(super) options: Vec<&'t str>,
    /// Whether more follow on the next line.
    pub(super) go_on: bool,
    pub(super) rest: &'t str,
}

/// Reads a line of options. None if it cannot be told where they end. Those that were read already tell how they are written.
pub(super) fn options<'t>(line: &'t str, before: &[String]) -> Option<Options<'t>> {
    let go_on = line.ends_with(',');
    let mut pieces: Vec<&str> = line.split(',').map(str::trim).collect();
    if go_on {
        pieces.pop();
    }
    let mut options = Vec::new();
    for (index, piece) in pieces.iter().enumerate() {
        let is_last = index + 1 == pieces.len() && !go_on;
        let piece = piece.trim_matches('`');
        if piece.is_empty() {
            return None;
        }
        let styled = options
            .iter()
            .copied()
            .chain(before.iter().map(String::as_str))
            .next();
        let end = match (is_last, styled) {
            (true, Some(style)) => option_end(piece, style)?,
            _ if piece.contains(' ') => return None,
            _ => piece.len(),
        };
        options.push(unquoted(&piece[..end]));
        if is_last && end < piece.len() {
            // All that is behind it on the line are words.
            let at = piece.as_ptr() as usize - line.as_ptr() as usize + end;
            return Some(Options {
                options,
                go_on: false,
                rest: line[at..].trim(),
            });
        }
        // A comma in words that ran into an option.
        if !is_last && piece.contains(' ') {
            return None;
        }
    }
    Some(Options {
        options,
        go_on,
        rest: "",
    })
}

/// The end of an option that is followed by words without a space: all options of a list are written alike.
fn option_end(piece: &str, style: &str) -> Option<usize> {
    let is_upper = !style.contains(|c: char| c.is_ascii_lowercase());
    let fits = |c: char| {
        c.is_ascii_digit()
            || "_-.".contains(c)
            || (c.is_ascii_uppercase() == is_upper && c.is_ascii_alphabetic())
    };
    let Some(end) = piece.find(|c| !fits(c)) else {
        return Some(piece.len());
    };
    if !piece.contains(' ') && !is_upper && style.contains(|c: char| c.is_ascii_uppercase()) {
        // Written in several ways, and nothing ran into it.
        return Some(piece.len());
    }
    let rest = &piece[end..];
    let begins_words = |text: &str| text.starts_with(|c: char| c.is_uppercase());
    if let Some(words) = rest.strip_prefix(' ') {
        if begins_words(words) {
            return Some(end).filter(|end| *end > 0);
        }
        // `FORMATA word`: the first letter of the words is the last that fits.
        return (is_upper && end > 1).then_some(end - 1);
    }
    match is_upper {
        true if rest.starts_with(|c: char| c.is_ascii_lowercase()) && end > 1 => Some(end - 1),
        false if begins_words(rest) => Some(end).filter(|end| *end > 0),
        _ => None,
    }
}
