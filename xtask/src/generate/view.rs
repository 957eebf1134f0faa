//! The effective document as progenitor and typify should see it.
//!
//! They are shown what they do well: models, addresses, parameters, bodies, hooks. What they would do in a way that users
//! of this API cannot afford is taken away here:
//!
//! - A success is shown as bytes, and an error not at all, so that every answer reaches the SDK's own reader unread, with
//!   its status and headers.
//! - In schemas that answers carry, nothing is required: an absent field must not fail an answer.
//! - `nullable` goes: what the SDK reads tolerates `null` anywhere, what it sends leaves absent fields out.
//! - Constraints (`minLength`, `anyOf` over `required`, …) go: Tight judges what it is sent, item by item, and a rule of
//!   ours would only be a second opinion.
//! - Numbers that are not whole, and all that answers carry, are shown as strings of a format of our own: as numbers they would
//!   become floats, and fail on what is written otherwise.
//! - Prose goes: it is set from the effective document afterwards, in one form.

use serde_json::{Map, Value, json};

use crate::contract::{Body, Contract, Kind};
use crate::spec::pointer::schema_reference;

/// What remains of a schema, next to its structure.
const KEPT: &[&str] = &["type", "enum", "$ref"];

/// The formats that have a type of their own in the SDK. typify knows more, and would read them strictly.
const FORMATS: &[&str] = &["date", "date-time", "password"];

/// An object of which nothing is said, as the generators are shown it. As an object it would become a map, and one that is
/// empty could not be told from one that is absent.
pub(super) const FREE_FORM: &str = "json-object";

/// A number as it is written.
pub(super) const NUMBER: &str = "json-number";

pub(super) fn view(document: &Value, contract: &Contract) -> Value {
    let mut paths = document["paths"].clone();
    for (operation, described) in operations(&mut paths).zip(&contract.operations) {
        let mut shown = Map::new();
        shown.insert("operationId".to_owned(), described.id.clone().into());
        let parameters = operation["parameters"].as_array().into_iter().flatten();
        shown.insert("parameters".to_owned(), parameters.map(parameter).collect());
        match &described.body {
            Body::None => {}
            Body::Object(_) => {
                shown.insert("requestBody".to_owned(), operation["requestBody"].clone());
            }
            // progenitor knows no multipart bodies: it is shown one of bytes, and a pass makes a form of it.
            Body::Multipart(_) => {
                let body = json!({ "required": true, "content": bytes() });
                shown.insert("requestBody".to_owned(), body);
            }
        }
        let answer = json!({ "2XX": { "description": "", "content": bytes() } });
        shown.insert("responses".to_owned(), answer);
        *operation = shown.into();
    }
    let schemas: Map<String, Value> = contract
        .schemas
        .iter()
        .map(|schema| {
            let shown = &document["components"]["schemas"][&schema.name];
            let mut shown = simplify(shown, schema.in_answers);
            if schema.in_answers
                && let Some(object) = shown.as_object_mut()
            {
                object.remove("required");
            }
            if let Kind::Enum(_) = schema.kind {
                shown = json!({ "type": "string", "enum": shown["enum"] });
            }
            (schema.name.clone(), shown)
        })
        .collect();
    json!({
        "openapi": "3.0.3",
        "info": { "title": "", "version": contract.version },
        "paths": paths,
        "components": { "schemas": schemas },
    })
}

fn operations(paths: &mut Value) -> impl Iterator<Item = &mut Value> {
    let items = paths.as_object_mut().into_iter().flat_map(Map::values_mut);
    items.flat_map(|item| item.as_object_mut().into_iter().flat_map(Map::values_mut))
}

fn bytes() -> Value {
    json!({ "application/octet-stream": { "schema": { "type": "string", "format": "binary" } } })
}

fn parameter(parameter: &Value) -> Value {
    json!({
        "name": parameter["name"],
        "in": parameter["in"],
        "required": parameter["required"] == true,
        "schema": simplify(&parameter["schema"], false),
    })
}

fn simplify(schema: &Value, in_answers: bool) -> Value {
    if let Some(name) = schema_reference(schema) {
        return json!({ "$ref": format!("#/components/schemas/{name}") });
    }
    if schema["type"] == "object" && schema.get("properties").is_none() {
        return json!({ "type": "string", "format": FREE_FORM });
    }
    if schema["type"] == "number" || schema["type"] == "integer" && in_answers {
        return json!({ "type": "string", "format": NUMBER });
    }
    let mut simple = Map::new();
    for (key, value) in schema.as_object().into_iter().flatten() {
        match key.as_str() {
            "required" => {
                simple.insert(key.clone(), value.clone());
            }
            "properties" => {
                let properties = value.as_object().into_iter().flatten();
                let properties: Map<_, _> = properties
                    .map(|(name, schema)| (name.clone(), simplify(schema, in_answers)))
                    .collect();
                simple.insert(key.clone(), properties.into());
            }
            "items" => {
                simple.insert(key.clone(), simplify(value, in_answers));
            }
            "format"
                if value
                    .as_str()
                    .is_some_and(|format| FORMATS.contains(&format)) =>
            {
                simple.insert(key.clone(), value.clone());
            }
            _ if KEPT.contains(&key.as_str()) => {
                simple.insert(key.clone(), value.clone());
            }
            _ => {}
        }
    }
    simple.into()
}
