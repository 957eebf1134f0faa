//! The JSON schema that a type derives says what the effective document says of it.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde_json::Value;

// rustfmt would undo what codegen wrote.
#[rustfmt::skip]
#[path = "generated/type_schemas.rs"]
mod type_schemas;

type Derive = fn() -> Value;

fn derived<T: JsonSchema>() -> Value {
    schemars::schema_for!(T).to_value()
}

fn strings(list: &Value) -> BTreeSet<&str> {
    let list = list.as_array().into_iter().flatten();
    list.filter_map(Value::as_str).collect()
}

/// What a property is: its type, the type of its items, and what it refers to. `null` is left out: any answer may hold it.
fn kind(schema: &Value) -> String {
    if let Some(reference) = schema["$ref"].as_str() {
        return reference.rsplit('/').next().unwrap().to_owned();
    }
    for several in ["allOf", "anyOf"] {
        let parts = schema[several].as_array().into_iter().flatten();
        let mut parts = parts.filter(|part| part["type"] != "null");
        if let (Some(only), None) = (parts.next(), parts.next()) {
            return kind(only);
        }
    }
    let name = match &schema["type"] {
        Value::String(name) => name.as_str(),
        Value::Array(names) => names
            .iter()
            .filter_map(Value::as_str)
            .find(|name| *name != "null")
            .unwrap(),
        other => panic!("no type: {other}"),
    };
    let format = schema["format"].as_str();
    // Numbers have the format of what holds them in Rust.
    let format = format.filter(|_| name == "string").unwrap_or_default();
    match name {
        "array" => format!("array of {}", kind(&schema["items"])),
        name => format!("{name} {format}"),
    }
}

fn properties(schema: &Value) -> BTreeMap<&str, String> {
    let properties = schema["properties"].as_object().into_iter().flatten();
    properties
        .map(|(name, property)| (name.as_str(), kind(property)))
        .collect()
}

#[test]
fn every_type_derives_what_the_document_says_of_it() {
    let document = include_str!("../../../tight-sandbox/src/generated/tight-v6.json");
    let document: Value = serde_json::from_str(document).unwrap();
    let documented = document["components"]["schemas"].as_object().unwrap();
    assert_eq!(documented.len(), type_schemas::TYPES.len());
    for (name, derive) in type_schemas::TYPES {
        let (derived, documented) = (derive(), &documented[*name]);
        assert_eq!(derived["type"], documented["type"], "{name}");
        assert_eq!(properties(&derived), properties(documented), "{name}");
        assert_eq!(
            strings(&derived["required"]),
            strings(&documented["required"]),
            "{name}"
        );
        assert_eq!(
            strings(&derived["enum"]),
            strings(&documented["enum"]),
            "{name}"
        );
    }
}
