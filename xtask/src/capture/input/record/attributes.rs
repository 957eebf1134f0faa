//! Parses the attributes in a record: `integer<int32>, required, at most 250; what it is`.

use crate::capture::input::types::{Typed, typed};
use crate::capture::reading::Attribute;

/// A sentence of a remark: with a capital letter, unless it begins with a name, and a full stop.
pub(super) fn sentence(words: &str) -> String {
    let words = words.trim().trim_end_matches('.');
    let first = words.split(' ').next().unwrap_or_default();
    let is_name = first.contains(|c: char| c.is_ascii_uppercase() || "._[]".contains(c));
    let mut letters = words.chars();
    match letters.next() {
        Some(letter) if !is_name => format!("{}{}.", letter.to_uppercase(), letters.as_str()),
        _ => format!("{words}."),
    }
}

/// A sentence of what an operation does. Words that begin with no verb name what it returns.
pub(super) fn deed(words: &str) -> String {
    let first = words.trim().split(' ').next().unwrap_or_default();
    match first.ends_with('s') {
        true => sentence(words),
        false => sentence(&format!("returns {}", words.trim())),
    }
}

/// Whether this begins as what is said of an attribute does: with a type.
pub(super) fn has_type(words: &str) -> bool {
    kind(words).is_some()
}

/// Parses the description of an attribute.
pub(super) fn attribute(name: &str, words: &str) -> Attribute {
    let mut attribute = Attribute {
        name: name.to_owned(),
        ..Attribute::default()
    };
    let mut ours: Vec<String> = Vec::new();
    let mut rest = words.trim();
    if let Some(typed) = kind(rest) {
        attribute.type_words = Some(typed.words.to_owned());
        attribute.is_nullable = typed.is_nullable;
        rest = typed.rest.trim_start();
    }
    let is_enum = attribute
        .type_words
        .as_ref()
        .is_some_and(|words| words.starts_with("enum"));
    let rest = rest.trim_start_matches(',').trim_start();
    for (index, clause) in rest.split("; ").enumerate() {
        if index == 0
            && is_enum
            && let Some((words, options)) = split_options(clause)
        {
            attribute.options = options
                .split(", ")
                .map(|option| option.trim().into())
                .collect();
            phrases(&mut attribute, words, &mut ours);
        } else {
            phrases(&mut attribute, clause, &mut ours);
        }
    }
    if !ours.is_empty() {
        attribute.words_of_ours = Some(sentence(&ours.join("; ")));
    }
    attribute
}

/// The type that this begins with, if it ends where a type does.
fn kind(words: &str) -> Option<Typed<'_>> {
    typed(words).filter(|typed| typed.rest.is_empty() || typed.rest.starts_with([',', ':', ' ']))
}

/// The words before the options of an enum, and the options.
fn split_options(clause: &str) -> Option<(&str, &str)> {
    if let Some(options) = clause.strip_prefix(": ") {
        return Some(("", options));
    }
    clause.split_once(": ")
}

/// What a clause says, phrase by phrase; what is no phrase of the notation are words of ours.
fn phrases(attribute: &mut Attribute, clause: &str, ours: &mut Vec<String>) {
    let mut said: Vec<&str> = Vec::new();
    for phrase in clause.split(", ").map(str::trim) {
        if !phrase.is_empty() && !is_fact(attribute, phrase) {
            said.push(phrase);
        }
    }
    if !said.is_empty() {
        let said = said.join(", ");
        let bare = said
            .strip_prefix('(')
            .and_then(|said| said.strip_suffix(')'));
        ours.push(bare.map_or(said.clone(), str::to_owned));
    }
}

fn is_fact(attribute: &mut Attribute, phrase: &str) -> bool {
    match phrase {
        "required" | "marked required" => {
            attribute.is_required = true;
            return true;
        }
        "deprecated" => {
            attribute.is_deprecated = true;
            return true;
        }
        _ => {}
    }
    if let Some(example) = phrase.strip_prefix("example ") {
        attribute.example = Some(example.to_owned());
        return true;
    }
    if let Some(pattern) = phrase.strip_prefix("pattern ") {
        attribute.pattern = Some(pattern.to_owned());
        return true;
    }
    if let Some(default) = phrase.strip_prefix("default ") {
        let (value, _) = default.split_once(" (").unwrap_or((default, ""));
        attribute.default = Some(value.to_owned());
        return true;
    }
    let is_text = (attribute.type_words.as_ref()).is_some_and(|words| words.starts_with("string"));
    if is_text && let Some(length) = bound(phrase, "at most ", " characters") {
        attribute.max_length = Some(length);
    } else if is_text && let Some(length) = bound(phrase, "at least ", " characters") {
        attribute.min_length = Some(length);
    } else if let Some(items) = bound(phrase, "at most ", " items") {
        attribute.max_items = Some(items);
    } else if let Some(items) = bound(phrase, "at least ", " items") {
        attribute.min_items = Some(items);
    } else if let Some(maximum) = bound(phrase, "at most ", "") {
        attribute.maximum = Some(maximum);
    } else if let Some(minimum) = bound(phrase, "at least ", "") {
        attribute.minimum = Some(minimum);
    } else if let Some(length) = bound(phrase, "minimum length ", "") {
        attribute.min_length = Some(length);
    } else if let Some(length) = bound(phrase, "maximum length ", "") {
        attribute.max_length = Some(length);
    } else {
        return false;
    }
    true
}

/// The number between two words.
fn bound<T: std::str::FromStr>(phrase: &str, before: &str, behind: &str) -> Option<T> {
    let number = phrase.strip_prefix(before)?.strip_suffix(behind)?;
    number.parse().ok()
}
