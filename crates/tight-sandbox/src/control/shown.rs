//! What a sandbox shows of itself in JSON.

use axum::http::request::Parts;
use serde_json::{Map, Value, json};

use crate::{
    faults::json::OperationNames,
    http::{received::ReceivedRequest, server::Service},
    placed::{Wrong, no_such},
    store::time,
};

/// The scope of tokens that allow nothing but to read.
pub(super) const READ: &str = "read";
/// How many requests are shown if nothing is said.
const LATEST: usize = 100;

/// The parameters of a query, each of which must be known.
fn query(parts: &Parts, known: &[&str]) -> Result<Map<String, Value>, Wrong> {
    let mut sent = Map::new();
    let query = parts.uri.query().unwrap_or_default();
    for (name, value) in form_urlencoded::parse(query.as_bytes()) {
        if !known.contains(&&*name) {
            return Err(in_query(&name, no_such("parameter", &name, known)));
        }
        sent.insert(name.into(), Value::String(value.into()));
    }
    Ok(sent)
}

fn in_query(name: &str, message: String) -> Wrong {
    Wrong {
        at: format!("?{name}"),
        message,
    }
}

/// The number in a parameter of a query.
fn limit(query: &Map<String, Value>, otherwise: usize) -> Result<usize, Wrong> {
    let sent = query.get("limit").and_then(Value::as_str);
    let limit = sent.map_or(Ok(otherwise), str::parse);
    limit.map_err(|_| in_query("limit", "must be a whole number of 0 or more".to_owned()))
}

/// All that is stored, or less.
pub(super) fn state(service: &Service, parts: &Parts) -> Result<Value, Wrong> {
    let query = query(parts, &["collection", "limit"])?;
    let collection = query.get("collection").and_then(Value::as_str);
    if let Some(wanted) = collection {
        let known = service.collections();
        if !known.contains(&wanted) {
            let message = no_such("collection", wanted, &known);
            return Err(in_query("collection", message));
        }
    }
    Ok(service.snapshot(collection, limit(&query, usize::MAX)?))
}

/// The latest requests, oldest first.
pub(super) fn requests(service: &Service, parts: &Parts) -> Result<Value, Wrong> {
    let query = query(parts, &["operation", "limit"])?;
    let limit = limit(&query, LATEST)?;
    let operation = query.get("operation").and_then(Value::as_str);
    if let Some(operation) = operation {
        let known = service.number(operation);
        known.map_err(|known| in_query("operation", no_such("operation", operation, &known)))?;
    }
    let latest = service.latest(operation, limit);
    Ok(latest
        .iter()
        .map(|(number, request)| received(*number, request))
        .collect())
}

fn received(number: usize, request: &ReceivedRequest) -> Value {
    let mut shown = Map::new();
    let mut add = |name: &str, value: Value| {
        shown.insert(name.to_owned(), value);
    };
    add("number", json!(number));
    add("time", json!(time::written(request.time)));
    add("operation", json!(request.operation));
    add("method", json!(request.method));
    add("path", json!(request.path));
    add("query", json!(request.query));
    add("headers", json!(request.headers));
    if !request.body.is_empty() {
        let json = serde_json::from_slice(&request.body);
        let text = || Value::from(String::from_utf8_lossy(&request.body));
        add("body", json.unwrap_or_else(|_| text()));
    }
    if let Some(user) = &request.user {
        add("user", json!(user));
    }
    if let Some(status) = request.status {
        add("status", json!(status));
    }
    Value::Object(shown)
}

/// All operations of the document, with the reason for each that is not supported.
pub(super) fn operations(service: &Service) -> Value {
    let unserved = service.unserved();
    let operations = service.operations().iter().map(|route| {
        let mut shown =
            json!({ "operation": route.id, "method": route.method.as_str(), "path": route.path });
        let reason = unserved.iter().find(|(id, _)| *id == route.id);
        if let Some((_, reason)) = reason {
            shown["unserved"] = json!(reason);
        }
        shown
    });
    operations.collect()
}

/// How much there is of everything.
pub(super) fn summary(service: &Service, url: &str) -> Value {
    json!({
        "url": url,
        "time": time::written(service.now()),
        "requests": service.total_received(),
        "stored": service.counts(),
    })
}

/// The tokens that do not expire.
pub(super) fn tokens(service: &Service) -> Value {
    let tokens = service.tokens();
    let tokens = tokens.lasting();
    tokens
        .map(|(text, grant)| token(text, grant.user.as_deref(), grant.is_read_only))
        .collect()
}

pub(super) fn token(token: &str, user: Option<&str>, is_read_only: bool) -> Value {
    let mut shown = json!({ "accessToken": token });
    if let Some(user) = user {
        shown["user"] = json!(user);
    }
    if is_read_only {
        shown["scope"] = json!(READ);
    }
    shown
}
