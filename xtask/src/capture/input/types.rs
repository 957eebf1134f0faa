//! Parses the types that pages state: `string`, `integer<int32>`, `enum<string>`, `object[]`, `string | null`.

/// The types that a page may name.
const TYPES: [&str; 9] = [
    "string", "integer", "number", "boolean", "object", "enum", "file", "array", "any",
];

/// A type, and what is behind it.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Typed<'t> {
    /// Without `| null`.
    pub(super) words: &'t str,
    pub(super) is_nullable: bool,
    pub(super) rest: &'t str,
}

/// The type that this begins with.
pub(super) fn typed(text: &str) -> Option<Typed<'_>> {
    let mut end = one(text)?;
    let mut is_nullable = false;
    let mut rest = &text[end..];
    while let Some(other) = rest.strip_prefix(" | ") {
        if let Some(behind) = other.strip_prefix("null") {
            is_nullable = true;
            rest = behind;
            break;
        }
        let Some(length) = one(other) else { break };
        end = text.len() - other.len() + length;
        rest = &text[end..];
    }
    Some(Typed {
        words: &text[..end],
        is_nullable,
        rest,
    })
}

/// The length of the type that this begins with, up to what may be merged with it.
fn one(text: &str) -> Option<usize> {
    let name = TYPES.iter().find(|name| text.starts_with(**name))?;
    let mut end = name.len();
    if text[end..].starts_with('<') {
        end += text[end..]
            .find(['>', '\n'])
            .filter(|at| text[end + at..].starts_with('>'))?
            + 1;
    }
    while text[end..].starts_with("[]") {
        end += 2;
    }
    Some(end)
}
