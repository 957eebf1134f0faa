//! Walks the schemas of an operation's document, by where schemas can stand: an example that looks like a reference is not one.

use indexmap::IndexSet;
use serde_json::{Map, Value};

/// The prefix of references to named schemas.
pub(super) const REFERENCE: &str = "#/components/schemas/";

/// The name of the schema that a reference leads to.
pub(super) fn referred(schema: &Value) -> Option<&str> {
    schema.get("$ref")?.as_str()?.strip_prefix(REFERENCE)
}

/// Visits the schemas that an operation names, with the operation, parents first; those below `components` are not among them.
pub(super) fn of_operation(document: &mut Value, visit: &mut dyn FnMut(&mut Value)) {
    let paths = members_of(document.get_mut("paths"));
    for operation in paths.flat_map(|path| members_of(Some(path))) {
        for parameter in items_of(operation.get_mut("parameters")) {
            of_parameter(parameter, visit);
        }
        if let Some(body) = operation.get_mut("requestBody") {
            of_content(body, visit);
        }
        for response in members_of(operation.get_mut("responses")) {
            for header in members_of(response.get_mut("headers")) {
                of_parameter(header, visit);
            }
            of_content(response, visit);
        }
    }
}

/// The named schemas.
pub(super) fn named(document: &mut Value) -> Option<&mut Map<String, Value>> {
    document
        .get_mut("components")?
        .get_mut("schemas")?
        .as_object_mut()
}

fn of_parameter(parameter: &mut Value, visit: &mut dyn FnMut(&mut Value)) {
    if let Some(schema) = parameter.get_mut("schema") {
        within(schema, visit);
    }
    of_content(parameter, visit);
}

fn of_content(body: &mut Value, visit: &mut dyn FnMut(&mut Value)) {
    for media in members_of(body.get_mut("content")) {
        if let Some(schema) = media.get_mut("schema") {
            within(schema, visit);
        }
        for encoding in members_of(media.get_mut("encoding")) {
            for header in members_of(encoding.get_mut("headers")) {
                of_parameter(header, visit);
            }
        }
    }
}

/// Visits a schema and those in it, parents first. What a visit puts in the place of a schema is walked.
pub(super) fn within(schema: &mut Value, visit: &mut dyn FnMut(&mut Value)) {
    visit(schema);
    for inner in children(schema) {
        within(inner, visit);
    }
}

/// The schemas that stand right in a schema.
pub(super) fn children(schema: &mut Value) -> Vec<&mut Value> {
    let mut found = Vec::new();
    for (key, value) in schema.as_object_mut().into_iter().flatten() {
        match key.as_str() {
            "items" | "not" => found.push(value),
            "additionalProperties" if value.is_object() => found.push(value),
            "properties" => found.extend(members_of(Some(value))),
            "allOf" | "anyOf" | "oneOf" => found.extend(items_of(Some(value))),
            _ => {}
        }
    }
    found
}

/// The names of the schemas that one refers to, in their order.
pub(super) fn references(schema: &Value) -> IndexSet<String> {
    let mut names = IndexSet::new();
    // The walk changes nothing.
    within(&mut schema.clone(), &mut |schema| {
        names.extend(names_in(schema))
    });
    names
}

/// The names of the schemas that a schema itself refers to.
pub(super) fn names_in(schema: &Value) -> Vec<String> {
    let mapping = schema
        .get("discriminator")
        .and_then(|discriminator| discriminator.get("mapping"));
    let mapped = mapping
        .and_then(Value::as_object)
        .into_iter()
        .flat_map(Map::values);
    let mapped = mapped.filter_map(|target| target.as_str()?.strip_prefix(REFERENCE));
    referred(schema)
        .into_iter()
        .chain(mapped)
        .map(str::to_owned)
        .collect()
}

fn members_of(object: Option<&mut Value>) -> impl Iterator<Item = &mut Value> {
    let object = object.and_then(Value::as_object_mut);
    object.into_iter().flat_map(Map::values_mut)
}

fn items_of(list: Option<&mut Value>) -> impl Iterator<Item = &mut Value> {
    list.and_then(Value::as_array_mut).into_iter().flatten()
}
