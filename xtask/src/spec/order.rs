//! The order of keys in the effective document.
//!
//! Amendments append, so without this a field's description would stand wherever the overlay happened to add it. What has
//! an order of its own (paths, schemas, properties, list items) keeps it.

use serde_json::{Map, Value};

const DOCUMENT: &[&str] = &[
    "openapi",
    "info",
    "externalDocs",
    "servers",
    "security",
    "paths",
    "components",
];
const OPERATION: &[&str] = &[
    "operationId",
    "x-method-name",
    "tags",
    "summary",
    "description",
    "externalDocs",
    "parameters",
    "requestBody",
    "responses",
];
const PARAMETER: &[&str] = &["name", "in", "required", "description", "schema"];
const SCHEMA: &[&str] = &[
    "title",
    "description",
    "externalDocs",
    "type",
    "format",
    "nullable",
    "x-open-enum",
    "enum",
    "required",
    "anyOf",
    "allOf",
    "minLength",
    "example",
    "items",
    "properties",
];

pub(super) fn canonical(document: &mut Value) {
    sort(document, DOCUMENT);
    for item in members(document.get_mut("paths")) {
        for operation in members(Some(item)) {
            sort(operation, OPERATION);
            let parameters = operation
                .get_mut("parameters")
                .and_then(Value::as_array_mut);
            for parameter in parameters.into_iter().flatten() {
                sort(parameter, PARAMETER);
                if let Some(schema) = parameter.get_mut("schema") {
                    schema_order(schema);
                }
            }
            if let Some(Value::Object(responses)) = operation.get_mut("responses") {
                responses.sort_keys();
            }
        }
    }
    for schema in members(document.pointer_mut("/components/schemas")) {
        schema_order(schema);
    }
}

fn schema_order(schema: &mut Value) {
    sort(schema, SCHEMA);
    for property in members(schema.get_mut("properties")) {
        schema_order(property);
    }
    if let Some(items) = schema.get_mut("items") {
        schema_order(items);
    }
}

fn members(value: Option<&mut Value>) -> impl Iterator<Item = &mut Value> {
    value
        .and_then(Value::as_object_mut)
        .into_iter()
        .flat_map(Map::values_mut)
}

/// Known keys first, in the given order; the others after them, as they stood.
fn sort(value: &mut Value, order: &[&str]) {
    if let Value::Object(object) = value {
        let mut entries: Vec<_> = std::mem::take(object).into_iter().collect();
        entries.sort_by_key(|(key, _)| {
            order
                .iter()
                .position(|known| known == key)
                .unwrap_or(order.len())
        });
        object.extend(entries);
    }
}
