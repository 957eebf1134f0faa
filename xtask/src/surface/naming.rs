//! Converts names of the document to names in Rust.

use heck::{ToShoutySnakeCase, ToSnakeCase, ToUpperCamelCase};

/// A field, an argument, a method or a module: `createdDateTime` → `created_date_time`. A keyword gets a `_`.
pub(crate) fn snake(name: &str) -> String {
    let name = name.to_snake_case();
    if !name.is_empty()
        && !is_identifier(&name)
        && name
            .chars()
            .all(|char| char.is_ascii_alphanumeric() || char == '_')
        && !name.starts_with(|first: char| first.is_ascii_digit())
    {
        name + "_"
    } else {
        name
    }
}

/// A type: `audit-trail` → `AuditTrail`.
pub(crate) fn upper_camel(name: &str) -> String {
    name.to_upper_camel_case()
}

/// A constant: `saveMessages` → `SAVE_MESSAGES`.
pub(crate) fn screaming_snake(name: &str) -> String {
    name.to_shouty_snake_case()
}

/// Whether `name` can stand as an identifier.
pub(crate) fn is_identifier(name: &str) -> bool {
    // A keyword since edition 2024, which not everybody who parses Rust knows.
    name.is_ascii() && name != "gen" && syn::parse_str::<syn::Ident>(name).is_ok()
}

/// Whether `name` is fit to name a type as it stands.
pub(super) fn is_type(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_uppercase())
        && name.chars().all(|char| char.is_ascii_alphanumeric())
        && name.to_upper_camel_case() == name
        && is_identifier(name)
}

/// Whether `name` is fit to name a variant as it stands.
pub(super) fn is_variant(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_uppercase()) && is_identifier(name)
}

/// Whether generated models need `name` for something else than a schema. Everything else that they name can be named by its path.
pub(super) fn is_prelude(name: &str) -> bool {
    const PRELUDE: &[&str] = &[
        "Box",
        "Clone",
        "Debug",
        "Default",
        "Deserialize",
        "Err",
        "From",
        "Into",
        "IntoIterator",
        "None",
        "Ok",
        "Option",
        "PartialEq",
        "Result",
        "Self",
        "Serialize",
        "Some",
        "String",
        "Vec",
    ];
    PRELUDE.contains(&name)
}

/// The catch-all of every enum.
const CATCH_ALL: &str = "Unknown";

/// The variant of an enum's value, if a rule can name it: `UNKNOWN_ERROR` → `UnknownError`, `30_DAYS` → `N30Days`, `<=` →
/// `LessThanOrEqual`, `+1` → `Plus1`. A value that is called unknown is still a known one.
pub(super) fn variant_name(value: &str) -> Option<String> {
    let spelled = spell_out_signs(value);
    let name = spelled.to_upper_camel_case();
    let name = if name == CATCH_ALL {
        format!("Documented{CATCH_ALL}")
    } else {
        name
    };
    let name = if name.starts_with(|first: char| first.is_ascii_digit()) {
        format!("N{name}")
    } else {
        name
    };
    // `Self` is the one keyword that begins with a capital.
    let name = if name == "Self" {
        "Itself".to_owned()
    } else {
        name
    };
    is_variant(&name).then_some(name)
}

/// The variant of a number: `-5` → `Minus5`.
pub(super) fn number_variant_name(value: i64) -> String {
    match value {
        ..0 => format!("Minus{}", value.unsigned_abs()),
        _ => format!("N{value}"),
    }
}

/// A value with its signs as words, where it has nothing else or where they begin it.
fn spell_out_signs(value: &str) -> String {
    let is_word = |char: char| char.is_alphanumeric();
    if value.is_empty() {
        return "Empty".to_owned();
    }
    let comparison = match value {
        "=" | "==" => Some("Equal"),
        "!=" | "<>" => Some("Not Equal"),
        "<" => Some("Less Than"),
        "<=" => Some("Less Than Or Equal"),
        ">" => Some("Greater Than"),
        ">=" => Some("Greater Than Or Equal"),
        _ => None,
    };
    if let Some(comparison) = comparison {
        return comparison.to_owned();
    }
    let start = value.find(is_word).unwrap_or(value.len());
    let (signs, rest) = value.split_at(start);
    let is_bare = rest.is_empty();
    let begins_number = rest.starts_with(|first: char| first.is_ascii_digit());
    let mut words = Vec::new();
    for sign in signs.chars() {
        match sign_name(sign) {
            Some(name) if is_bare || begins_number || sign != '_' && sign != '-' && sign != ' ' => {
                words.push(name)
            }
            _ => {}
        }
    }
    // Within and behind a word, signs that are no separators tell values apart: `C++` is not `C`.
    let mut text = words.join(" ");
    for char in rest.chars() {
        match char {
            '_' | '-' | ' ' | '.' | '/' | ',' | ':' | '(' | ')' | '\'' => text.push(' '),
            char if is_word(char) => {
                if text.len() == words.join(" ").len() && !text.is_empty() {
                    text.push(' ');
                }
                text.push(char);
            }
            char => {
                text.push(' ');
                text.push_str(sign_name(char).unwrap_or_default());
                text.push(' ');
            }
        }
    }
    text
}

fn sign_name(sign: char) -> Option<&'static str> {
    Some(match sign {
        '+' => "Plus",
        '-' => "Minus",
        '*' => "Star",
        '/' => "Slash",
        '%' => "Percent",
        '&' => "And",
        '|' => "Or",
        '=' => "Equal",
        '<' => "Less",
        '>' => "Greater",
        '!' => "Not",
        '#' => "Hash",
        '$' => "Dollar",
        '@' => "At",
        '.' => "Dot",
        ',' => "Comma",
        ':' => "Colon",
        ';' => "Semicolon",
        '?' => "Question",
        '~' => "Tilde",
        '^' => "Caret",
        '_' => "Underscore",
        ' ' => "Space",
        _ => return None,
    })
}

/// The method of an operation on the resource of its tag: the operation's words without the resource's own, so
/// `saveMessages` under `messages` → `save`. As Rust names getters, what is got is named without `get`:
/// `getConversationMessages` under `conversations` → `messages`.
pub(super) fn method_name(operation_id: &str, tag: &str) -> String {
    let resource: Vec<String> = tag.to_snake_case().split('_').map(singular).collect();
    let operation = operation_id.to_snake_case();
    let own: Vec<&str> = operation
        .split('_')
        .filter(|word| !resource.contains(&singular(word)))
        .collect();
    let name = match own.as_slice() {
        [] => operation.clone(),
        ["get", what @ ..] if !what.is_empty() => what.join("_"),
        own => own.join("_"),
    };
    snake(&name)
}

/// The prefix of types that belong to a resource: `files` → `File`, `audit_trail` → `AuditTrail`.
pub(super) fn singular_type(resource: &str) -> String {
    let words = resource.split('_').map(singular).collect::<Vec<_>>();
    words.join("_").to_upper_camel_case()
}

fn singular(word: &str) -> String {
    word.strip_suffix("ies")
        .map(|stem| format!("{stem}y"))
        .unwrap_or_else(|| word.trim_end_matches('s').to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_method_is_named_by_what_its_operation_adds_to_the_resource() {
        for (operation, tag, named) in [
            ("saveMessages", "messages", "save"),
            ("deleteReaction", "messages", "delete_reaction"),
            ("uploadFileForEntity", "files", "upload_for_entity"),
            ("messages", "messages", "messages"),
            ("getMessage", "messages", "get"),
            ("getConversationMessages", "conversations", "messages"),
            ("queryAuditTrail", "audit-trail", "query"),
            ("moveMessage", "messages", "move_"),
        ] {
            assert_eq!(method_name(operation, tag), named);
        }
    }

    #[test]
    fn fields_follow_rust() {
        assert_eq!(snake("createdDateTime"), "created_date_time");
        assert_eq!(snake("type"), "type_");
    }

    #[test]
    fn values_are_named_by_what_they_say() {
        for (value, named) in [
            ("UNKNOWN_ERROR", Some("UnknownError")),
            ("thumbs_up", Some("ThumbsUp")),
            ("UNKNOWN", Some("DocumentedUnknown")),
            ("1099_NEC", Some("N1099Nec")),
            ("30_DAYS", Some("N30Days")),
            ("", Some("Empty")),
            ("<", Some("LessThan")),
            ("<=", Some("LessThanOrEqual")),
            ("=", Some("Equal")),
            ("+1", Some("Plus1")),
            ("-1", Some("Minus1")),
            ("C++ builder", Some("CPlusPlusBuilder")),
            ("a.b", Some("AB")),
            ("Self", Some("Itself")),
            ("%", Some("Percent")),
            ("日本", None),
        ] {
            assert_eq!(variant_name(value).as_deref(), named, "{value}");
        }
        assert_eq!(number_variant_name(-5), "Minus5");
        assert_eq!(number_variant_name(30), "N30");
    }
}
