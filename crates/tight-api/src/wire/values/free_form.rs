//! JSON of any shape.

/// A JSON object with any fields, such as custom data.
pub type JsonObject = serde_json::Map<String, JsonValue>;

/// Any JSON value. Strings, numbers, booleans and `serde_json::json!` convert into it.
pub type JsonValue = serde_json::Value;
