//! Names that sound like secrets. What they name is marked as a secret, or a person has said, with a reason, that it is none.

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

/// Checks a value that travels under `name`. Its schema stands at `schema`, and what is amended to mark it at `marked`.
pub(super) fn check(name: &str, ty: &Type, schema: &Node<'_>, marked: &Node<'_>, faults: &Faults) {
    if !can_be_one(ty)
        || !sounds_like_one(name)
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
    let fault = schema
        .fault(format!("`{name}` sounds like a secret, and is not marked as one"))
        .help(
            "amend it as a secret, so that it never shows, or with `x-secret: false` and the reason why it is none",
        );
    faults.add(fault.action(&crate::api::target(&schema), "format: password"));
}

/// Whether a value of this type could hold a secret, and is not marked as one.
fn can_be_one(ty: &Type) -> bool {
    match ty {
        Type::Text | Type::Integer => true,
        Type::List(inner) | Type::Map(inner) => can_be_one(inner),
        _ => false,
    }
}

fn sounds_like_one(name: &str) -> bool {
    let words: Vec<String> = heck::ToSnakeCase::to_snake_case(name)
        .split('_')
        .map(|word| {
            word.strip_suffix('s')
                .filter(|stem| stem.len() > 2)
                .unwrap_or(word)
                .to_owned()
        })
        .collect();
    WORDS.iter().any(|secret| {
        words
            .windows(secret.len())
            .any(|words| words.iter().eq(secret.iter()))
    })
}

#[cfg(test)]
mod tests {
    use super::sounds_like_one;

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
        ] {
            assert!(sounds_like_one(name), "{name}");
        }
        for name in [
            "keyboard",
            "tokenize",
            "accountNo",
            "id",
            "monkey",
            "passed",
            "shipping",
        ] {
            assert!(!sounds_like_one(name), "{name}");
        }
    }
}
