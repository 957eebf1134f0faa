//! Requests that fail as a whole.

use reqwest::{
    Method, StatusCode,
    header::{AUTHORIZATION, CONTENT_TYPE},
};
use serde_json::{Value, json};
use tight_sandbox::Sandbox;

use crate::support::{Answer, MESSAGES, anonymous, post, request, send};

#[track_caller]
fn assert_refused(answer: &Answer, status: StatusCode, error: Value) {
    assert_eq!(answer.status, status);
    assert_eq!(
        answer.body,
        json!({ "result": "FAILURE", "data": null, "error": [error] })
    );
}

fn good() -> Value {
    json!({ "data": [{ "conversationId": "con_1", "text": "Hi" }] })
}

#[tokio::test]
async fn a_request_without_the_token_is_401() {
    let sandbox = Sandbox::start().await.unwrap();
    let token = sandbox.access_token();
    let wrong = [
        String::new(),
        "Bearer".to_owned(),
        "Bearer ".to_owned(),
        "Bearer something-else".to_owned(),
        format!("Bearer {token}x"),
        format!("Bearer {}", token.to_uppercase()),
        format!("Basic {token}"),
        token.to_owned(),
    ];
    let mut answers = vec![send(anonymous(&sandbox, Method::POST, MESSAGES).json(&good())).await];
    for value in wrong {
        let request = anonymous(&sandbox, Method::POST, MESSAGES).header(AUTHORIZATION, value);
        answers.push(send(request.json(&good())).await);
    }

    for answer in answers {
        let error = json!({ "type": "INVALID_TOKEN", "message": "Invalid access token" });
        assert_refused(&answer, StatusCode::UNAUTHORIZED, error);
    }
    assert!(sandbox.stored("messages").is_empty());
}

#[tokio::test]
async fn the_name_of_the_scheme_may_be_written_in_any_case() {
    let sandbox = Sandbox::start().await.unwrap();
    for scheme in ["bearer", "BEARER", "Bearer"] {
        let authorization = format!("{scheme} {}", sandbox.access_token());
        let request =
            anonymous(&sandbox, Method::POST, MESSAGES).header(AUTHORIZATION, authorization);
        assert_eq!(send(request.json(&good())).await.status, StatusCode::OK);
    }
}

#[tokio::test]
async fn an_unknown_path_is_404() {
    let sandbox = Sandbox::start().await.unwrap();
    let unknown = [
        (Method::POST, "/"),
        (Method::POST, "/invented/nothing"),
        (Method::POST, "/v6/messages/"),
        (Method::POST, "/invented/messages"),
        (Method::PUT, "/invented/messages"),
    ];
    for (method, path) in unknown {
        let answer = send(request(&sandbox, method, path).json(&good())).await;
        let error = json!({ "type": "BAD_REQUEST", "message": "There is no such operation" });
        assert_refused(&answer, StatusCode::NOT_FOUND, error);
    }
    assert!(sandbox.stored("messages").is_empty());
}

#[tokio::test]
async fn a_body_that_is_not_json_is_told_by_place_and_not_by_content() {
    let sandbox = Sandbox::start().await.unwrap();
    for (body, place) in [
        ("{\n  \"data\": [secret]\n}", "line 2, column 12"),
        ("", "line 1, column 0"),
        ("{\"data\": [", "line 1, column 10"),
    ] {
        let request = request(&sandbox, Method::POST, MESSAGES)
            .header(CONTENT_TYPE, "application/json")
            .body(body);
        let message = format!("The request body is not valid JSON ({place})");
        let error = json!({ "type": "JSON_ERROR", "message": message });
        assert_refused(&send(request).await, StatusCode::BAD_REQUEST, error);
    }
}

#[tokio::test]
async fn a_body_of_another_media_type_is_refused() {
    let sandbox = Sandbox::start().await.unwrap();
    let body = good().to_string();
    let mut answers =
        vec![send(request(&sandbox, Method::POST, MESSAGES).body(body.clone())).await];
    for other in ["text/plain", "application/jsonp", "application/json-seq"] {
        let request = request(&sandbox, Method::POST, MESSAGES)
            .header(CONTENT_TYPE, other)
            .body(body.clone());
        answers.push(send(request).await);
    }

    for answer in answers {
        let error = json!({ "type": "BAD_REQUEST", "message": "The Content-Type must be application/json" });
        assert_refused(&answer, StatusCode::BAD_REQUEST, error);
    }
    for same in [
        "Application/JSON",
        "application/json; charset=utf-8",
        "application/json;charset=utf-8",
    ] {
        let request = request(&sandbox, Method::POST, MESSAGES)
            .header(CONTENT_TYPE, same)
            .body(body.clone());
        assert_eq!(send(request).await.status, StatusCode::OK);
    }
}

#[tokio::test]
async fn a_body_without_a_list_of_items_is_refused_as_a_whole() {
    let sandbox = Sandbox::start().await.unwrap();
    let array =
        || json!({ "type": "INVALID_VALUE", "message": "data must be an array", "param": "data" });
    for (body, error) in [
        (
            json!({}),
            json!({ "type": "REQUIRED", "message": "data is required", "param": "data" }),
        ),
        (json!({ "data": null }), array()),
        (json!({ "data": {} }), array()),
        (json!({ "data": "secret" }), array()),
        (
            json!([]),
            json!({ "type": "INVALID_VALUE", "message": "The request body must be an object" }),
        ),
        (
            json!(null),
            json!({ "type": "INVALID_VALUE", "message": "The request body must be an object" }),
        ),
    ] {
        assert_refused(&post(&sandbox, body).await, StatusCode::BAD_REQUEST, error);
    }
}

#[tokio::test]
async fn a_body_that_is_too_long_is_refused_in_the_envelope() {
    const LIMIT: usize = 16 * 1024 * 1024;
    let sandbox = Sandbox::start().await.unwrap();
    let body = |length: usize| {
        // The spaces come first: a body of which a part is lost is not JSON then.
        let good = good().to_string();
        let body = " ".repeat(length - good.len()) + &good;
        request(&sandbox, Method::POST, MESSAGES)
            .header(CONTENT_TYPE, "application/json")
            .body(body)
    };

    let error = json!({ "type": "BAD_REQUEST", "message": "The request body must have 16777216 bytes or fewer" });
    assert_refused(&send(body(LIMIT + 1)).await, StatusCode::BAD_REQUEST, error);
    assert!(sandbox.stored("messages").is_empty());
    assert_eq!(send(body(LIMIT)).await.status, StatusCode::OK);
}
