//! Paths of operations, with parameters in braces.

/// Whether this is a path: parts of letters, digits and some marks, or parameters.
pub(super) fn is_path(text: &str) -> bool {
    let is_mark = |c: char| c.is_ascii_alphanumeric() || "-_.~:".contains(c);
    let is_part = |part: &str| {
        let name = part
            .strip_prefix('{')
            .and_then(|part| part.strip_suffix('}'));
        let name = name.unwrap_or(part);
        !name.is_empty() && name.chars().all(is_mark)
    };
    text.strip_prefix('/')
        .is_some_and(|parts| parts.split('/').all(is_part))
}

/// The parameters of a path, in their order.
pub(super) fn parameters(path: &str) -> impl Iterator<Item = &str> {
    path.split('/')
        .filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'))
}
