//! Talks to a sandbox, and holds every answer against the document: a second reading of it, independent of
//! the crate's own.

use std::{
    collections::BTreeMap,
    sync::{
        Arc, LazyLock, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, SystemTime},
};

use jsonschema::{Draft, Validator};
use reqwest::{Client, Method, RequestBuilder, StatusCode, redirect::Policy};
use serde_json::{Value, json};
use tight_sandbox::{Builder, Sandbox};

pub(crate) const DOCUMENT: &str = include_str!("../../src/generated/tight-v6.json");

pub(crate) const MESSAGES: &str = "/v6/messages";
pub(crate) const CONVERSATIONS: &str = "/v6/conversations";
pub(crate) const FILES: &str = "/v6/files";
pub(crate) const TOKEN: &str = "/v6/auth/token";

/// What is to happen at once must have happened by then; a test that waits this long has failed.
pub(crate) const SOON: Duration = Duration::from_secs(10);

/// Where the sandbox listens, for a bare socket.
pub(crate) fn address(sandbox: &Sandbox) -> String {
    sandbox.url().strip_prefix("http://").unwrap().to_owned()
}

/// 2024-02-29T12:34:56.789Z
pub(crate) fn noon() -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_millis(1_709_210_096_789)
}

/// A clock that stands still until it is put forward.
#[derive(Clone, Default)]
pub(crate) struct Clock(Arc<AtomicU64>);

impl Clock {
    pub(crate) fn set(&self, seconds: u64) {
        self.0.store(seconds, Ordering::SeqCst);
    }

    pub(crate) fn settle(&self, builder: Builder) -> Builder {
        let seconds = Arc::clone(&self.0);
        builder.clock(move || noon() + Duration::from_secs(seconds.load(Ordering::SeqCst)))
    }
}

#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) body: Value,
}

/// A request with the sandbox's token.
pub(crate) fn request(sandbox: &Sandbox, method: Method, path: &str) -> RequestBuilder {
    anonymous(sandbox, method, path).bearer_auth(sandbox.access_token())
}

/// A request for an access token, with the sandbox's client credentials.
pub(crate) fn token_request(sandbox: &Sandbox, form: &[(&str, &str)]) -> RequestBuilder {
    as_client(sandbox, Method::POST, TOKEN).form(form)
}

/// A request with the sandbox's client credentials.
pub(crate) fn as_client(sandbox: &Sandbox, method: Method, path: &str) -> RequestBuilder {
    anonymous(sandbox, method, path).basic_auth(sandbox.client_id(), Some(sandbox.client_secret()))
}

/// A request without a token.
pub(crate) fn anonymous(sandbox: &Sandbox, method: Method, path: &str) -> RequestBuilder {
    let client = Client::builder()
        .no_proxy()
        .no_gzip()
        .redirect(Policy::none())
        .timeout(SOON)
        .build()
        .unwrap();
    client.request(method, format!("{}{path}", sandbox.url()))
}

/// Saves `items` as messages.
pub(crate) async fn save(sandbox: &Sandbox, items: Value) -> Answer {
    post(sandbox, json!({ "data": items })).await
}

/// Posts `body` to the messages.
pub(crate) async fn post(sandbox: &Sandbox, body: Value) -> Answer {
    send(request(sandbox, Method::POST, MESSAGES).json(&body)).await
}

/// Posts `body` to `path`.
pub(crate) async fn post_to(sandbox: &Sandbox, path: &str, body: Value) -> Answer {
    send(request(sandbox, Method::POST, path).json(&body)).await
}

pub(crate) async fn get(sandbox: &Sandbox, path: &str) -> Answer {
    send(request(sandbox, Method::GET, path)).await
}

pub(crate) async fn delete(sandbox: &Sandbox, path: &str) -> Answer {
    send(request(sandbox, Method::DELETE, path)).await
}

/// Saves one item, and gives the entity that it became.
pub(crate) async fn saved(sandbox: &Sandbox, path: &str, item: Value) -> Value {
    saved_with(sandbox, sandbox.access_token(), path, item).await
}

/// Saves one item with `token`, and gives the entity that it became.
pub(crate) async fn saved_with(sandbox: &Sandbox, token: &str, path: &str, item: Value) -> Value {
    let request = anonymous(sandbox, Method::POST, path).bearer_auth(token);
    let answer = send(request.json(&json!({ "data": [item] }))).await;
    assert_eq!(answer.status, StatusCode::OK, "{:#}", answer.body);
    answer.body["data"][0]["data"].clone()
}

/// An access token for `user`.
pub(crate) async fn token_for(sandbox: &Sandbox, user: &str) -> String {
    let answer = send(token_request(sandbox, &[("userId", user)])).await;
    answer.body["access_token"].as_str().unwrap().to_owned()
}

/// What each entity of a list has in the field `name`.
pub(crate) fn each<'a>(list: &'a Value, name: &str) -> Vec<&'a Value> {
    let list = list.as_array().unwrap();
    list.iter().map(|entity| &entity[name]).collect()
}

/// Checks that a request failed as a whole, for one reason.
#[track_caller]
pub(crate) fn assert_failed(answer: &Answer, status: u16, kind: &str, param: &str, message: &str) {
    let error = json!({ "type": kind, "message": message, "param": param });
    assert_eq!(
        (answer.status.as_u16(), &answer.body),
        (
            status,
            &json!({ "result": "FAILURE", "data": null, "error": [error] })
        )
    );
}

/// Sends a request, and checks that the answer is one that the document describes for that operation and
/// status.
pub(crate) async fn send(request: RequestBuilder) -> Answer {
    let (client, request) = request.build_split();
    let request = request.unwrap();
    let (method, path) = (request.method().clone(), request.url().path().to_owned());
    let answer = exchange(client, request).await;
    assert_documented(&method, &path, &answer);
    answer
}

/// Sends a request to a sandbox that serves another document.
pub(crate) async fn send_unchecked(request: RequestBuilder) -> Answer {
    let (client, request) = request.build_split();
    exchange(client, request.unwrap()).await
}

async fn exchange(client: Client, request: reqwest::Request) -> Answer {
    let response = client.execute(request).await.unwrap();
    assert_eq!(response.headers()["content-type"], "application/json");
    Answer {
        status: response.status(),
        body: response.json().await.unwrap(),
    }
}

fn assert_documented(method: &Method, path: &str, answer: &Answer) {
    let document = &*TIGHTENED;
    let documented = documented_path(document, path);
    let operation = &document["paths"][documented][method.as_str().to_lowercase()];
    let mut response = match operation {
        Value::Null => &document["components"]["responses"]["NotFound"],
        operation => &operation["responses"][answer.status.as_str()],
    };
    if let Some(reference) = response["$ref"].as_str() {
        response = document.pointer(reference.trim_start_matches('#')).unwrap();
    }
    let schema = &response["content"]["application/json"]["schema"];
    assert!(
        schema.is_object(),
        "{method} {path} has no documented answer {}",
        answer.status
    );
    if let Err(error) = validator(schema).validate(&answer.body) {
        panic!(
            "{method} {path} answered {} with {:#}: {error}",
            answer.status, answer.body
        );
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
