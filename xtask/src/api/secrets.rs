//! Finds names that sound like secrets. Each must be marked as a secret, or declared not to be one, with a reason.

use super::types::Type;
use crate::diagnostic::Faults;
use crate::document::Node;

/// Words that secrets are called by, alone or one after the other.
const WORDS: &[&[&str]] = &[
    &["token"],
    &["secret"],
    &["password"],
    &["passwd"],
    &["passphrase"],
    &["credential"],
    &["key"],
    &["ssn"],
    &["social", "security", "number"],
    &["account", "number"],
    &["routing", "number"],
    &["card", "number"],
    &["cvv"],
    &["pin"],
];

/// Words that secrets are called by at the end of a longer one, where nobody wrote a capital: `accesstoken`.
const ENDINGS: &[&str] = &[
    "token",
    "secret",
    "password",
    "passwd",
    "passphrase",
    "apikey",
    "accesskey",
    "privatekey",
    "secretkey",
    "signingkey",
    "accountnumber",
    "routingnumber",
    "cardnumber",
    "securitynumber",
];

/// Names that sound like secrets and are known to be none: idempotency keys.
const KNOWN: &[&str] = &["idempotency_key", "x_idempotency_key"];

/// Checks a value that travels under `name`. Its schema stands at `schema`, and what is amended to mark it at `marked`.
pub(super) fn check(name: &str, ty: &Type, schema: &Node<'_>, marked: &Node<'_>, faults: &Faults) {
    if !can_hold_secret(ty)
        || !sounds_secret(name)
        || marked
            .get("x-secret")
            .is_some_and(|is| is.bool() == Some(false))
    {
        return;
    }
    if schema
        .get("x-secret")
        .is_some_and(|is| is.bool() == Some(false))
    {
        return;
    }
    if let Some(other) = schema.get("x-secret").or_else(|| marked.get("x-secret")) {
        faults.add(other.fault("`x-secret` can only be `false`").help(
            "write `x-secret: false`, without quotes; a secret is a string of `format: password`",
        ));
        return;
    }
    let fault = schema.fault(format!(
        "`{name}` sounds like a secret, but is not marked as one"
    ));
    let fault = match mark(ty) {
        Some(mark) => fault
            .help("mark it as a secret in the overlay, so that it is never shown, or set `x-secret: false` there with the reason")
            .action(crate::api::target(schema), mark),
        None => fault
            .help("only strings can be secrets: set `x-secret: false` in the overlay with the reason, or describe it as an object that contains one")
            .action(crate::api::target(schema), "x-secret: false"),
    };
    faults.add(fault);
}

/// The update that marks a value of this type as a secret, if there is one.
fn mark(ty: &Type) -> Option<String> {
    let (holder, inner) = match ty {
        Type::Text => return Some("format: password".to_owned()),
        Type::List(inner) => ("items", inner),
        Type::Map(inner) => ("additionalProperties", inner),
        _ => return None,
    };
    let inner = mark(inner)?.replace('\n', "\n  ");
    Some(format!("{holder}:\n  {inner}"))
}

/// Whether a value of this type could hold a secret, and is not marked as one.
fn can_hold_secret(ty: &Type) -> bool {
    match ty {
        Type::Text | Type::Integer | Type::Number | Type::Decimal | Type::FreeForm => true,
        Type::List(inner) | Type::Map(inner) => can_hold_secret(inner),
        _ => false,
    }
}

fn sounds_secret(name: &str) -> bool {
    let name = heck::ToSnakeCase::to_snake_case(name);
    if KNOWN.contains(&name.as_str()) {
        return false;
    }
    let words: Vec<&str> = name
        .split('_')
        .map(|word| word.trim_end_matches(|last: char| last.is_ascii_digit()))
        .map(|word| {
            word.strip_suffix('s')
                .filter(|stem| stem.len() > 2)
                .unwrap_or(word)
        })
        .collect();
    let is_called_so = |secret: &&[&str]| words.windows(secret.len()).any(|words| words == *secret);
    WORDS.iter().any(is_called_so)
        || words.iter().any(|word| {
            word.contains("password") || ENDINGS.iter().any(|ending| word.ends_with(ending))
        })
}

#[cfg(test)]
mod tests {
    use super::sounds_secret;

    #[test]
    fn secrets_are_told_by_their_names() {
        for name in [
            "accessToken",
            "apiKey",
            "API_KEY",
            "password",
            "ssn",
            "SSN",
            "bankAccountNumber",
            "tokens",
            "clientSecret",
            "accesstoken",
            "apikeys",
            "passwordhash",
            "publicToken2",
        ] {
            assert!(sounds_secret(name), "{name}");
        }
        for name in [
            "Idempotency-Key",
            "keyboard",
            "tokenize",
            "accountNo",
            "id",
            "monkey",
            "passed",
            "shipping",
        ] {
            assert!(!sounds_secret(name), "{name}");
        }
    }
}
