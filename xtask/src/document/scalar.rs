//! Classifies unquoted scalars of YAML.
//!
//! YAML 1.1 and 1.2 read some differently (`010`, `1:30`, `2024-01-15`), and JSON cannot express others (`0x1F`, `.5`). Such a scalar is
//! refused when read, and quoted when written. Words such as `NO`, which are booleans in YAML 1.1, are strings as in YAML 1.2: reading
//! them adds a note, and writing them quotes them.

/// The meaning of an unquoted scalar to all YAML parsers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum PlainScalar {
    Null,
    /// A boolean, and how it is written.
    Bool(bool, &'static str),
    /// A number as JSON writes numbers.
    Number,
    Text,
    /// A text that was a boolean to YAML 1.1.
    Word,
    /// Readers differ, or JSON has no such value: why, and what to do about it besides quoting it.
    Unclear(&'static str, &'static str),
}

pub(super) fn plain(text: &str) -> PlainScalar {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return PlainScalar::Null,
        "true" => return PlainScalar::Bool(true, "true"),
        "True" => return PlainScalar::Bool(true, "True"),
        "TRUE" => return PlainScalar::Bool(true, "TRUE"),
        "false" => return PlainScalar::Bool(false, "false"),
        "False" => return PlainScalar::Bool(false, "False"),
        "FALSE" => return PlainScalar::Bool(false, "FALSE"),
        "<<" | "=" => {
            return PlainScalar::Unclear("is a key with a meaning of its own to YAML 1.1", "");
        }
        _ => {}
    }
    if matches!(
        text.to_ascii_lowercase().as_str(),
        "y" | "n" | "yes" | "no" | "on" | "off"
    ) {
        return PlainScalar::Word;
    }
    if is_json_number(text) {
        return PlainScalar::Number;
    }
    if is_timestamp(text) {
        return PlainScalar::Unclear("is a date to YAML 1.1, and a text to YAML 1.2", "");
    }
    if is_like_number(text) {
        return PlainScalar::Unclear(
            "is a number to some readers of YAML, and another one or a text to others",
            "; write it as JSON does if the number is meant",
        );
    }
    PlainScalar::Text
}

/// A number of JSON's that YAML 1.1 and 1.2 take for one, too: with a point and a sign if it has an exponent.
fn is_json_number(text: &str) -> bool {
    let rest = text.strip_prefix('-').unwrap_or(text);
    let (whole, rest) = digits(rest);
    if whole.is_empty() || (whole.len() > 1 && whole.starts_with('0')) {
        return false;
    }
    let Some(rest) = rest.strip_prefix('.') else {
        return rest.is_empty();
    };
    let (fraction, rest) = digits(rest);
    if fraction.is_empty() {
        return false;
    }
    let Some(exponent) = rest.strip_prefix(['e', 'E']) else {
        return rest.is_empty();
    };
    let Some(exponent) = exponent.strip_prefix(['+', '-']) else {
        return false;
    };
    matches!(digits(exponent), (exponent, "") if !exponent.is_empty())
}

/// A number of JSON's, as its text has to be to be a number in YAML.
pub(super) fn number_for_yaml(text: &str) -> String {
    if is_json_number(text) {
        return text.to_owned();
    }
    let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "+0"));
    let point = if mantissa.contains('.') { "" } else { ".0" };
    let sign = if exponent.starts_with(['+', '-']) {
        ""
    } else {
        "+"
    };
    format!("{mantissa}{point}e{sign}{exponent}")
}

pub(super) fn is_timestamp(text: &str) -> bool {
    let mut parts = text.splitn(3, '-');
    let (Some(year), Some(month), Some(rest)) = (parts.next(), parts.next(), parts.next()) else {
        return false;
    };
    let (day, time) = digits(rest);
    let is_number = |part: &str, lengths: &[usize]| {
        lengths.contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit())
    };
    is_number(year, &[4])
        && is_number(month, &[1, 2])
        && is_number(day, &[1, 2])
        && (time.is_empty()
            || time.starts_with(['T', 't', ' ', '\t'])
                && time
                    .chars()
                    .all(|c| c.is_ascii_digit() || "TtZz:.+- \t".contains(c)))
}

/// Whether YAML 1.1 or 1.2, in any of the common implementations, takes it for a number.
fn is_like_number(text: &str) -> bool {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    if matches!(unsigned.to_ascii_lowercase().as_str(), ".inf" | ".nan") {
        return true;
    }
    for (prefix, base) in [("0x", 16), ("0o", 8), ("0b", 2)] {
        if let Some(rest) = unsigned.strip_prefix(prefix) {
            return rest.chars().any(|c| c.is_digit(base))
                && rest.chars().all(|c| c == '_' || c.is_digit(base));
        }
    }
    let (whole, rest) = underscored(unsigned);
    if let Some(sexagesimal) = rest.strip_prefix(':') {
        return !whole.is_empty() && is_sexagesimal(sexagesimal);
    }
    let (has_point, rest) = match rest.strip_prefix('.') {
        Some(rest) => (true, rest),
        None => (false, rest),
    };
    let (fraction, rest) = if has_point {
        underscored(rest)
    } else {
        ("", rest)
    };
    let first = if whole.is_empty() { fraction } else { whole };
    if !first.starts_with(|c: char| c.is_ascii_digit()) {
        return false;
    }
    match rest.strip_prefix(['e', 'E']) {
        None => rest.is_empty(),
        Some(exponent) => {
            let exponent = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
            matches!(digits(exponent), (digits, "") if !digits.is_empty())
        }
    }
}

/// The part after the first `:` of a sexagesimal number.
fn is_sexagesimal(text: &str) -> bool {
    let (groups, fraction) = text.split_once('.').unwrap_or((text, ""));
    groups.split(':').all(|group| {
        matches!(group.len(), 1 | 2)
            && group
                .parse::<u8>()
                .is_ok_and(|value| value < 60 && !group.starts_with('+'))
    }) && underscored(fraction).1.is_empty()
}

fn digits(text: &str) -> (&str, &str) {
    let end = text
        .find(|c: char| !c.is_ascii_digit())
        .unwrap_or(text.len());
    text.split_at(end)
}

fn underscored(text: &str) -> (&str, &str) {
    let end = text
        .find(|c: char| !c.is_ascii_digit() && c != '_')
        .unwrap_or(text.len());
    text.split_at(end)
}

/// Whether a number would come out of a float as another one.
pub(super) fn loses_digits(text: &str) -> bool {
    if text.parse::<i64>().is_ok() || text.parse::<u64>().is_ok() {
        return false;
    }
    match text.parse::<f64>() {
        Ok(value) if value.is_finite() => significant(&format!("{value:e}")) != significant(text),
        _ => true,
    }
}

/// The digits of a number that make a difference, and where its point stands.
fn significant(text: &str) -> (String, i64) {
    let text = text.strip_prefix('-').unwrap_or(text);
    let (mantissa, exponent) = text.split_once(['e', 'E']).unwrap_or((text, "0"));
    let exponent: i64 = exponent.parse().unwrap_or(0);
    let (whole, fraction) = mantissa.split_once('.').unwrap_or((mantissa, ""));
    let digits = format!("{whole}{fraction}");
    let leading = digits.len() - digits.trim_start_matches('0').len();
    let significant = digits.trim_matches('0').to_owned();
    if significant.is_empty() {
        return (significant, 0);
    }
    let point = i64::try_from(whole.len()).unwrap_or(0) - i64::try_from(leading).unwrap_or(0);
    (significant, point + exponent)
}
