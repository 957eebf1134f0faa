//! Responses to requests that the document has no operation for.

use reqwest::Method;
use serde_json::{Value, json};
use tight_sandbox::{Fault, Reply, Sandbox};

use crate::support::{MESSAGES, anonymous, request, save, send, send_unchecked, token_for};

const NEW: &str = "/v6/new";

#[tokio::test]
async fn a_test_can_respond_on_paths_and_to_methods_that_the_document_does_not_have() {
    let sandbox = Sandbox::start().await.unwrap();
    let (one, other) = (json!({ "new": [1.50, null] }), json!({ "put": true }));
    sandbox
        .next_request()
        .matching(|request| request.path == NEW && request.query == "a=b")
        .always()
        .responds(Reply::json(200, &one));
    sandbox
        .next_request()
        .matching(|request| request.method == "PUT" && request.json()["text"] == "Hi")
        .responds(Reply::json(201, &other));

    for _ in 0..2 {
        let answer = send_unchecked(request(&sandbox, Method::GET, "/v6/new?a=b")).await;
        assert_eq!((answer.status.as_u16(), &answer.body), (200, &one));
    }
    let put = || request(&sandbox, Method::PUT, MESSAGES).json(&json!({ "text": "Hi" }));
    let answer = send_unchecked(put()).await;
    assert_eq!((answer.status.as_u16(), &answer.body), (201, &other));

    // What no order is for is as it was.
    assert_eq!(send(request(&sandbox, Method::GET, NEW)).await.status, 404);
    assert_eq!(send_unchecked(put()).await.status, 405);
    assert_eq!(sandbox.snapshot(), json!({}));
}

#[tokio::test]
async fn requests_that_no_operation_is_for_meet_faults_if_their_token_is_valid() {
    let sandbox = Sandbox::start().await.unwrap();
    sandbox.inject(Fault::DropBefore);
    assert_eq!(
        send(anonymous(&sandbox, Method::GET, NEW)).await.status,
        404
    );
    let wrong = anonymous(&sandbox, Method::GET, NEW).bearer_auth("wrong");
    assert_eq!(send(wrong).await.status, 404);
    let valid = request(&sandbox, Method::GET, NEW).send().await;
    assert!(valid.is_err());

    // Faults of an operation, or of token requests, are not for them.
    sandbox.next("saveMessages").fails(Reply::status(503));
    sandbox.inject_token_fault(Reply::status(503));
    assert_eq!(send(request(&sandbox, Method::GET, NEW)).await.status, 404);
    let expires = request(&sandbox, Method::DELETE, NEW);
    sandbox.inject(Fault::ExpireTokenBefore);
    assert_eq!(send_unchecked(expires).await.status, 401);
}

#[tokio::test]
async fn requests_that_no_operation_is_for_can_be_looked_at() {
    let sandbox = Sandbox::start().await.unwrap();
    let token = token_for(&sandbox, "user_1").await;
    let new = anonymous(&sandbox, Method::POST, "/v6/new?a=b").bearer_auth(token);
    send(new.json(&json!({ "text": "Hi" }))).await;
    send(anonymous(&sandbox, Method::GET, NEW)).await;
    send_unchecked(request(&sandbox, Method::PATCH, MESSAGES)).await;
    save(&sandbox, json!([])).await;

    sandbox.assert_received(&["requestAccessToken", "", "", "", "saveMessages"]);
    let received = sandbox.received_requests();
    let shown = |index: usize| {
        let request = &received[index];
        format!("{} {}?{}", request.method, request.path, request.query)
    };
    assert_eq!(
        [shown(1), shown(2), shown(3)],
        ["POST /v6/new?a=b", "GET /v6/new?", "PATCH /v6/messages?"]
    );
    assert_eq!(received[1].json(), json!({ "text": "Hi" }));
    assert_eq!(received[1].user.as_deref(), Some("user_1"));
    assert_eq!(received[1].header("authorization"), Some("Bearer [secret]"));
    assert_eq!(received[2].json(), Value::Null);
    assert_eq!(sandbox.requests(), 1);
}
