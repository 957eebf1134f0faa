//! JSON pointers (RFC 6901), the addresses that diagnostics and `$ref` use.

use serde_json::Value;

/// `base` extended by one step.
pub fn join(base: &str, step: impl AsRef<str>) -> String {
    format!(
        "{base}/{}",
        step.as_ref().replace('~', "~0").replace('/', "~1")
    )
}

/// The reference that stands in `value`, if it is one: `{"$ref": …}`.
pub fn reference(value: &Value) -> Option<&str> {
    value.get("$ref").and_then(Value::as_str)
}

/// What a local reference (`#/…`) refers to.
pub fn resolve<'a>(document: &'a Value, reference: &str) -> Option<&'a Value> {
    document.pointer(reference.strip_prefix('#')?)
}

/// `value`, or what it refers to if it is a reference.
pub fn follow<'a>(document: &'a Value, value: &'a Value) -> Option<&'a Value> {
    match reference(value) {
        Some(reference) => resolve(document, reference),
        None => Some(value),
    }
}

/// The name of the schema component that a reference names.
pub fn schema_name(reference: &str) -> Option<&str> {
    reference
        .strip_prefix("#/components/schemas/")
        .filter(|name| !name.contains('/'))
}

/// The schema component that `schema` stands for: a `$ref`, or one `$ref` alone in `allOf` (which is how OpenAPI 3.0
/// writes a reference that has something to say beside it).
pub fn schema_reference(schema: &Value) -> Option<&str> {
    let reference =
        reference(schema).or_else(|| match schema.get("allOf")?.as_array()?.as_slice() {
            [only] => self::reference(only),
            _ => None,
        })?;
    schema_name(reference)
}

/// The first place at which two values differ.
pub fn first_difference(left: &Value, right: &Value) -> Option<String> {
    fn walk(at: String, left: &Value, right: &Value) -> Option<String> {
        match (left, right) {
            (Value::Object(left), Value::Object(right)) => left
                .keys()
                .chain(right.keys().filter(|key| !left.contains_key(*key)))
                .find_map(|key| match (left.get(key), right.get(key)) {
                    (Some(a), Some(b)) => walk(join(&at, key), a, b),
                    _ => Some(join(&at, key)),
                }),
            (Value::Array(left), Value::Array(right)) if left.len() == right.len() => left
                .iter()
                .zip(right)
                .enumerate()
                .find_map(|(index, (a, b))| walk(join(&at, index.to_string()), a, b)),
            _ => (left != right).then_some(at),
        }
    }
    walk(String::new(), left, right)
}
