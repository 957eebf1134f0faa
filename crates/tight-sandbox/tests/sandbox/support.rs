//! Talks to a sandbox, and holds every answer against the document: a second reading of it, independent of
//! the crate's own.

use std::time::{Duration, SystemTime};

use jsonschema::Draft;
use reqwest::{Client, Method, RequestBuilder, StatusCode, redirect::Policy};
use serde_json::{Value, json};
use tight_sandbox::Sandbox;

const DOCUMENT: &str = include_str!("../../src/generated/tight-v6.json");

pub(crate) const MESSAGES: &str = "/v6/messages";
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
    let document: Value = serde_json::from_str(DOCUMENT).unwrap();
    let operation = &document["paths"][path][method.as_str().to_lowercase()];
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

    let mut root = json!({ "components": document["components"], "allOf": [schema] });
    for schema in root["components"]["schemas"]
        .as_object_mut()
        .unwrap()
        .values_mut()
    {
        tighten(schema);
    }
    // The errors page shows `data: null` in a failure.
    root["components"]["schemas"]["ErrorResponse"]["properties"]["data"] =
        json!({ "type": "null" });
    let validator = jsonschema::options()
        .with_draft(Draft::Draft4)
        .should_validate_formats(true)
        .build(&root)
        .unwrap();
    if let Err(error) = validator.validate(&answer.body) {
        panic!(
            "{method} {path} answered {} with {:#}: {error}",
            answer.status, answer.body
        );
    }
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
    if keywords.remove("nullable").is_some() {
        *schema = json!({ "anyOf": [{ "type": "null" }, schema.take()] });
    }
}
