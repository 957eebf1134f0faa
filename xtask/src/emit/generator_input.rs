//! The document that progenitor and typify generate from.
//!
//! It has only what they do well: models, URLs and bodies. Everything else is left out or replaced:
//!
//! - A success is bytes and errors are absent, so that every response reaches the SDK's own reader unread, with status and headers.
//! - Schemas of responses require nothing: an absent field must not fail a response.
//! - `nullable` and constraints are absent: the SDK tolerates `null` in responses, sends `null` where a field can be cleared, and leaves
//!   it to Tight to check limits.
//! - Numbers other than integers, and all numbers in responses, are strings of a format of our own: otherwise they would become floats.
//! - Query and header parameters are absent: the SDK writes lists, dates and numbers itself. A body is any JSON.
//! - Operations, parameters and fields have names that cannot clash with names of the generators.
//! - Documentation is added afterwards.

use serde_json::{Map, Value, json};

use crate::api::{Api, Body, Operation, Segment, Type};
use crate::surface::Surface;
use crate::surface::filters::condition;

/// A free-form object, as the generators are shown it. As an object it would become a map, and one that is
/// empty could not be told from one that is absent.
pub(super) const FREE_FORM: &str = "json-object";

/// A number as it is written.
pub(super) const NUMBER: &str = "json-number";

/// A decimal number that travels as a string.
pub(super) const DECIMAL: &str = "decimal";

/// The name of an operation, by its place.
pub(super) fn operation_name(index: usize) -> String {
    format!("operation_{index}")
}

/// The name of a parameter of a path, by its place.
pub(super) fn parameter_name(index: usize) -> String {
    format!("in_path_{index}")
}

pub(super) fn build(api: &Api<'_>, surface: &Surface<'_>) -> Value {
    let mut paths: Map<String, Value> = Map::new();
    for (index, operation) in api.operations.iter().enumerate() {
        let (path, shown) = self::operation(index, operation);
        let item = paths.entry(path).or_insert_with(|| json!({}));
        item[operation.method.to_lowercase()] = shown;
    }
    let schemas = surface.types.iter().filter_map(|(name, names)| {
        let schema = api.schema(name)?;
        if !schema.is_object() || condition(api, schema).is_some() {
            return Some(((*name).to_owned(), json!({ "type": "string" })));
        }
        let mut properties = Map::new();
        let mut required = Vec::new();
        for (index, rust_name) in &names.fields {
            let property = &schema.properties()[*index];
            if property.required && !schema.received {
                required.push(Value::from(rust_name.as_str()));
            }
            properties.insert(rust_name.clone(), value(&property.ty, schema.received));
        }
        let mut shown = json!({ "type": "object", "properties": properties });
        if !required.is_empty() {
            shown["required"] = required.into();
        }
        Some(((*name).to_owned(), shown))
    });
    json!({
        "openapi": "3.0.3",
        "info": { "title": "", "version": api.version },
        "components": { "schemas": schemas.collect::<Map<_, _>>() },
        "paths": paths,
    })
}

fn operation(index: usize, operation: &Operation<'_>) -> (String, Value) {
    let mut path = String::new();
    let mut parameters = Vec::new();
    for segment in &operation.segments {
        path.push('/');
        match segment {
            Segment::Fixed(text) => path.push_str(text),
            Segment::Parameter(_) => {
                let name = parameter_name(parameters.len());
                path.push_str(&format!("{{{name}}}"));
                parameters.push(json!({ "name": name, "in": "path", "required": true, "schema": { "type": "string" } }));
            }
        }
    }
    let any = json!({ "schema": { "type": "object" } });
    let body = match &operation.body {
        Body::None => None,
        Body::Json { .. } => Some(json!({ "application/json": any })),
        Body::Form { .. } => Some(json!({ "application/x-www-form-urlencoded": any })),
        // progenitor knows no multipart bodies: it is shown one of bytes, and a pass makes a form of it.
        Body::Multipart(_) => Some(bytes()),
    };
    let mut shown = json!({
        "operationId": operation_name(index),
        "parameters": parameters,
        "responses": { "2XX": { "description": "", "content": bytes() } },
    });
    if let Some(content) = body {
        shown["requestBody"] = json!({ "required": true, "content": content });
    }
    (path, shown)
}

fn bytes() -> Value {
    json!({ "application/octet-stream": { "schema": { "type": "string", "format": "binary" } } })
}

fn value(ty: &Type, received: bool) -> Value {
    let string = |format: &str| json!({ "type": "string", "format": format });
    match ty {
        Type::Text => json!({ "type": "string" }),
        Type::Secret => string("password"),
        Type::Timestamp => string("date-time"),
        Type::Date => string("date"),
        Type::Decimal => string(DECIMAL),
        Type::FreeForm => string(FREE_FORM),
        Type::Integer if !received => json!({ "type": "integer" }),
        Type::Integer | Type::Number => string(NUMBER),
        Type::Boolean => json!({ "type": "boolean" }),
        Type::Named(name) => json!({ "$ref": format!("#/components/schemas/{name}") }),
        Type::List(item) => json!({ "type": "array", "items": value(item, received) }),
        Type::Map(inner) => {
            json!({ "type": "object", "additionalProperties": value(inner, received) })
        }
    }
}
