//! The JSON schema that a type derives says what the effective document says of it.

use std::collections::{BTreeMap, BTreeSet};

use schemars::JsonSchema;
use serde_json::Value;

use crate::stored::stored;

// rustfmt would undo what codegen wrote.
#[rustfmt::skip]
#[allow(deprecated, reason = "what is to go is tested until it is gone")]
#[path = "generated/type_schemas.rs"]
mod type_schemas;

pub(crate) use type_schemas::TYPES;

/// A type, the fields that it has as they travel, what derives its schema, and what stores one that is made of bytes.
pub(crate) struct Type {
    pub(crate) name: &'static str,
    fields: &'static [&'static str],
    derive: fn() -> Value,
    pub(crate) store: fn(&[u8]) -> Result<(), String>,
}

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
    // Other formats say what a text or a number looks like, and not what type it is.
    let own = ["date", "date-time", "password"];
    let format = schema["format"]
        .as_str()
        .filter(|format| own.contains(format));
    let format = format.unwrap_or_default();
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

/// The names of all schemas that stand in a value.
fn carried(value: &Value, document: &Value, names: &mut BTreeSet<String>) {
    if let Some(name) = value["$ref"]
        .as_str()
        .and_then(|reference| reference.rsplit('/').next())
        && names.insert(name.to_owned())
    {
        carried(&document["components"]["schemas"][name], document, names);
    }
    match value {
        Value::Object(object) => object
            .values()
            .for_each(|value| carried(value, document, names)),
        Value::Array(items) => items.iter().for_each(|item| carried(item, document, names)),
        _ => {}
    }
}

#[test]
fn every_type_derives_what_the_document_says_of_it() {
    let document = include_str!("../../../tight-sandbox/src/generated/tight-v6.json");
    let document: Value = serde_json::from_str(document).unwrap();
    let documented = document["components"]["schemas"].as_object().unwrap();
    let mut sent = BTreeSet::new();
    for item in document["paths"].as_object().unwrap().values() {
        for operation in item.as_object().unwrap().values() {
            for part in ["parameters", "requestBody"] {
                carried(&operation[part], &document, &mut sent);
            }
        }
    }
    assert!(TYPES.len() > 100);
    for ty in TYPES {
        let name = ty.name;
        let (derived, documented) = ((ty.derive)(), &documented[name]);
        assert_eq!(derived["type"], documented["type"], "{name}");
        let mut expected = properties(documented);
        expected.retain(|field, _| ty.fields.contains(field));
        // A type that contains itself refers to the root.
        let mut derived_properties = properties(&derived);
        for kind in derived_properties.values_mut() {
            let parts = kind
                .split(' ')
                .map(|part| if part == "#" { name } else { part });
            *kind = parts.collect::<Vec<_>>().join(" ");
        }
        assert_eq!(derived_properties, expected, "{name}");
        // Of what only answers carry, nothing is required to be read.
        let required = if sent.contains(name) {
            let mut required = strings(&documented["required"]);
            required.retain(|field| ty.fields.contains(field));
            required
        } else {
            BTreeSet::new()
        };
        assert_eq!(strings(&derived["required"]), required, "{name}");
        assert_eq!(
            strings(&derived["enum"]),
            strings(&documented["enum"]),
            "{name}"
        );
    }
}
