//! Holds answers against the document: a second reading of it, independent of the crate's own.

use std::{
    collections::BTreeMap,
    sync::{Arc, LazyLock, Mutex, PoisonError},
};

use jsonschema::{Draft, Validator};
use serde_json::{Value, json};

pub(crate) const DOCUMENT: &str = include_str!("../../src/generated/tight-v6.json");

/// Checks that the document describes this answer for that operation and status.
pub(crate) fn assert_documented(method: &str, path: &str, status: &str, body: &Value) {
    let document = &*TIGHTENED;
    let documented = documented_path(document, path);
    let operation = &document["paths"][documented][method.to_lowercase()];
    let mut response = match operation {
        Value::Null => &document["components"]["responses"]["NotFound"],
        operation => &operation["responses"][status],
    };
    if let Some(reference) = response["$ref"].as_str() {
        response = document.pointer(reference.trim_start_matches('#')).unwrap();
    }
    let schema = &response["content"]["application/json"]["schema"];
    assert!(
        schema.is_object(),
        "{method} {path} has no documented answer {status}"
    );
    if let Err(error) = validator(schema).validate(body) {
        panic!("{method} {path} answered {status} with {body:#}: {error}");
    }
}

/// The document, with schemas that allow nothing else than it says.
static TIGHTENED: LazyLock<Value> = LazyLock::new(|| {
    let mut document: Value = serde_json::from_str(DOCUMENT).unwrap();
    let schemas = &mut document["components"]["schemas"];
    for (name, schema) in schemas.as_object_mut().unwrap() {
        // Values that are not listed come from the caller; those that the sandbox chooses are listed.
        let is_chosen = ["ResultStatus", "ApiErrorType", "TokenType"].contains(&name.as_str());
        if !is_chosen && schema["x-open-enum"] != false {
            schema.as_object_mut().unwrap().remove("enum");
        }
        tighten(schema);
    }
    // The errors page shows `data: null` in a failure.
    schemas["ErrorResponse"]["properties"]["data"] = json!({ "type": "null" });
    document
});

/// What checks answers of this schema. It takes long to make, so each is made once.
fn validator(schema: &Value) -> Arc<Validator> {
    static MADE: Mutex<BTreeMap<String, Arc<Validator>>> = Mutex::new(BTreeMap::new());
    let mut made = MADE.lock().unwrap_or_else(PoisonError::into_inner);
    let make = || {
        let root = json!({ "components": TIGHTENED["components"], "allOf": [schema] });
        jsonschema::options()
            .with_draft(Draft::Draft4)
            .should_validate_formats(true)
            .build(&root)
            .unwrap()
    };
    let validator = made
        .entry(schema.to_string())
        .or_insert_with(|| Arc::new(make()));
    Arc::clone(validator)
}

/// The path of the document that `path` is one of.
fn documented_path<'a>(document: &'a Value, path: &'a str) -> &'a str {
    let paths = document["paths"].as_object().unwrap();
    let fits = |documented: &str| {
        let (documented, path) = (documented.split('/'), path.split('/'));
        documented.clone().count() == path.clone().count()
            && documented
                .zip(path)
                .all(|(documented, sent)| documented.starts_with('{') || documented == sent)
    };
    // A path without parameters goes before one with them.
    paths
        .get_key_value(path)
        .map(|(exact, _)| exact)
        .or_else(|| paths.keys().find(|documented| fits(documented)))
        .map_or(path, |documented| documented)
}

/// Makes a schema of the document's JSON Schema, and allows no field that the document does not list.
fn tighten(schema: &mut Value) {
    let Some(keywords) = schema.as_object_mut() else {
        return;
    };
    if let Some(Value::Object(properties)) = keywords.get_mut("properties") {
        properties.values_mut().for_each(tighten);
        keywords.insert("additionalProperties".to_owned(), json!(false));
    }
    if let Some(items) = keywords.get_mut("items") {
        tighten(items);
    }
    // What the documentation shows goes before what it says of the form: one time has no zone.
    let shown = keywords.get("example").and_then(Value::as_str);
    if keywords
        .get("format")
        .is_some_and(|format| format == "date-time")
        && shown.is_some_and(|shown| !shown.ends_with('Z'))
    {
        keywords.remove("format");
    }
    if keywords.remove("nullable").is_some() {
        *schema = json!({ "anyOf": [{ "type": "null" }, schema.take()] });
    }
}
