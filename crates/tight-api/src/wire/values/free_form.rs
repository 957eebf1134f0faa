//! Objects of which the documentation says nothing but that they are objects.

/// A JSON object of which nothing is known, such as data of the caller's own.
pub type JsonObject = serde_json::Map<String, JsonValue>;

/// Any JSON value. Whatever turns into one can be set: texts, numbers, booleans, and what `serde_json::json!` makes.
pub type JsonValue = serde_json::Value;
