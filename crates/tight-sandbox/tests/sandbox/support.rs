//! Talks to a sandbox, and holds every answer against the document.

use std::{
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, SystemTime},
};

use reqwest::{Client, Method, RequestBuilder, StatusCode, redirect::Policy};
use serde_json::{Value, json};
use tight_sandbox::{Builder, Sandbox};

pub(crate) use crate::documented::DOCUMENT;
use crate::documented::assert_documented;

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
    assert_documented(method.as_str(), &path, answer.status.as_str(), &answer.body);
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
