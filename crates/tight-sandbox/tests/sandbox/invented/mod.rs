//! Documents that Tight does not have, at paths that it cannot have: that the sandbox serves whatever a document
//! says of which kind it is, and says what it cannot serve.

mod actions;
mod boards;
mod computing;
mod documents;
mod entities;
mod filters;
mod imports;
mod keys;
mod lists;
mod notes;
mod parameters;
mod read_only;
mod recursion;
mod singletons;
mod unserved;
mod uploads;

use reqwest::Method;
use serde_json::{Value, json};
use tight_sandbox::Sandbox;

use crate::support::{Answer, anonymous, noon, send_unchecked};

fn string() -> Value {
    json!({ "type": "string" })
}

fn integer() -> Value {
    json!({ "type": "integer" })
}

fn object(properties: Value) -> Value {
    json!({ "type": "object", "properties": properties })
}

fn list(items: Value) -> Value {
    json!({ "type": "array", "items": items })
}

/// The answer with `data`, and `more` beside it.
fn answer(data: Value, more: Value) -> Value {
    let mut properties = json!({ "result": string(), "data": data });
    let more = more.as_object().unwrap().clone();
    properties.as_object_mut().unwrap().extend(more);
    let content = json!({ "application/json": { "schema": object(properties) } });
    json!({ "200": { "content": content } })
}

/// What a batch save answers.
fn results(entity: Value) -> Value {
    let result = object(json!({ "result": string(), "data": entity }));
    answer(list(result), json!({}))
}

/// What a page is answered as.
fn page(entity: Value) -> Value {
    let cursor = object(json!({ "after": string(), "before": string() }));
    answer(list(entity), json!({ "cursor": cursor }))
}

fn operation(kind: Value, body: Option<Value>, responses: Value) -> Value {
    let mut operation = json!({ "x-kind": kind, "responses": responses });
    if let Some(schema) = body {
        operation["requestBody"] = json!({
            "required": true,
            "content": { "application/json": { "schema": schema } },
        });
    }
    operation
}

/// A save of a batch to `collection`.
fn batch_save(collection: &str, item: Value, entity: Value) -> Value {
    let kind = json!({ "is": "batch-save", "collection": collection });
    operation(
        kind,
        Some(object(json!({ "data": list(item) }))),
        results(entity),
    )
}

/// A document with these paths.
fn document(paths: Value) -> Value {
    json!({ "openapi": "3.0.3", "paths": paths })
}

async fn serve(document: &Value) -> Sandbox {
    let builder = Sandbox::builder()
        .clock(noon)
        .document(document.to_string());
    builder.start().await.unwrap()
}

/// Why the operations of `document` are not served that are not.
async fn unserved(document: &Value) -> Vec<(String, String)> {
    serve(document).await.unserved().to_vec()
}

async fn get(sandbox: &Sandbox, path: &str) -> Answer {
    send_unchecked(anonymous(sandbox, Method::GET, path)).await
}

async fn post(sandbox: &Sandbox, path: &str, body: Value) -> Answer {
    send_unchecked(anonymous(sandbox, Method::POST, path).json(&body)).await
}

async fn delete(sandbox: &Sandbox, path: &str) -> Answer {
    send_unchecked(anonymous(sandbox, Method::DELETE, path)).await
}

/// Status, and the params and messages of all errors.
fn told(answer: &Answer) -> (u16, Vec<(String, String)>) {
    let errors = answer.body["error"].as_array().unwrap().iter();
    let text = |value: &Value| value.as_str().unwrap_or("-").to_owned();
    let told = errors.map(|error| (text(&error["param"]), text(&error["message"])));
    (answer.status.as_u16(), told.collect())
}

#[track_caller]
fn assert_told(answer: &Answer, status: u16, param: &str, message: &str) {
    let expected = vec![(param.to_owned(), message.to_owned())];
    assert_eq!(told(answer), (status, expected));
}
