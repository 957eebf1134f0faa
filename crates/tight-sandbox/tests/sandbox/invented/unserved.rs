//! No page can stop the sandbox: what it cannot serve is answered 501, and everything else is served.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use tight_sandbox::{Fault, Reply};

use super::{assert_told, get, notes::notes, post, serve, unserved};
use crate::support::{anonymous, request, send_unchecked};

/// The notes, and an operation that is changed in this way.
fn with(change: impl FnOnce(&mut Value)) -> Value {
    let mut document = notes();
    let mut operation = document["paths"]["/invented/notes/{noteId}"]["get"].clone();
    operation["operationId"] = json!("getOdd");
    change(&mut operation);
    document["paths"]["/invented/odd/{noteId}"] = json!({ "get": operation });
    document
}

#[tokio::test]
async fn an_operation_that_cannot_be_served_is_answered_501_and_stops_no_other() {
    let schema = |operation: &mut Value, schema: Value| {
        let content = &mut operation["responses"]["200"]["content"]["application/json"];
        content["schema"]["properties"]["data"] = schema;
    };
    let cases: Vec<(Value, &str)> = vec![
        (
            with(|operation| drop(operation.as_object_mut().unwrap().remove("x-kind"))),
            "the document does not state its kind (`x-kind`)",
        ),
        (
            with(|operation| operation["x-kind"] = json!({ "is": "dance" })),
            "its kind `dance` is unknown",
        ),
        (
            with(|operation| operation["x-kind"] = json!("page")),
            "its kind `` is unknown",
        ),
        (
            with(|operation| {
                operation["x-kind"] = json!({ "is": "unserved", "because": "it streams" })
            }),
            "it streams",
        ),
        (
            with(|operation| {
                operation["x-kind"] = json!({ "is": "entity", "does": "get", "id": "noteId" })
            }),
            "its `x-kind` is invalid: missing field `collection`",
        ),
        (
            with(|operation| schema(operation, json!({ "$ref": "#/components/schemas/None" }))),
            "`#/components/schemas/None` does not exist",
        ),
        (
            with(|operation| operation["responses"] = json!({ "400": {} })),
            "it has no successful response",
        ),
        (
            with(|operation| operation["security"] = json!([{ "oauth": ["read"] }])),
            "it requires other authentication than a bearer token",
        ),
        (
            with(|operation| {
                operation["parameters"] = json!([
                    { "in": "query", "name": "odd", "schema": { "type": "string", "pattern": "(" } }
                ]);
            }),
            "",
        ),
        (
            with(|operation| {
                operation["x-kind"] = json!({ "is": "batch-save", "collection": "notes" });
            }),
            "its request has no JSON body",
        ),
        (
            with(|operation| {
                operation["x-kind"] = json!({ "is": "page", "in": "query", "collection": "notes" });
            }),
            "its response has no list as `data`",
        ),
        (
            with(|operation| {
                operation["x-kind"] = json!({ "is": "upload", "collection": "notes" })
            }),
            "its request has no multipart form",
        ),
        (
            with(|operation| operation["x-kind"] = json!({ "is": "download" })),
            "its response is JSON",
        ),
        (
            with(|operation| {
                operation["requestBody"] = json!({ "content": { "text/plain": {} } });
            }),
            "its request body is not JSON, but text/plain",
        ),
    ];
    for (document, expected) in cases {
        let sandbox = serve(&document).await;
        let [(operation, reason)] = sandbox.unserved() else {
            panic!("{expected}: {:?}", sandbox.unserved());
        };
        assert_eq!(operation, "getOdd");
        if !expected.is_empty() {
            assert_eq!(reason, expected);
        }
        let answer = get(&sandbox, "/invented/odd/1").await;
        let message = format!("The sandbox does not support this operation: {reason}");
        assert_told(&answer, 501, "-", &message);
        assert_eq!(answer.body["error"][0]["type"], "UNKNOWN_ERROR");
        // All others go on.
        let saved = post(
            &sandbox,
            "/invented/notes",
            json!({ "data": [{ "title": "a" }] }),
        )
        .await;
        assert_eq!(saved.status, StatusCode::OK, "{expected}");
        assert_eq!(get(&sandbox, "/invented/notes/note_1").await.status, 200);
    }
}

#[tokio::test]
async fn an_operation_that_cannot_even_be_read_is_told() {
    let mut document = notes();
    document["paths"]["/invented/odd"] =
        json!({ "get": { "operationId": "getOdd", "parameters": 7 } });
    document["paths"]["x-more"] = json!(7);
    document["paths"]["/invented/even"] = json!(7);
    document["paths"]["/invented/other"] = json!({ "$ref": "other.yaml" });
    document["paths"]["/invented/more"] = json!({ "post": [] });
    document["components"]["schemas"]["Broken"] = json!({ "type": ["string", "null"] });
    let sandbox = serve(&document).await;
    let mut told: Vec<_> = sandbox
        .unserved()
        .iter()
        .map(|(id, _)| id.as_str())
        .collect();
    told.sort_unstable();
    assert_eq!(
        told,
        [
            "/invented/even",
            "/invented/other",
            "POST /invented/more",
            "getOdd"
        ]
    );
    assert_eq!(get(&sandbox, "/invented/odd").await.status, 501);
    assert_eq!(get(&sandbox, "/invented/notes").await.status, 200);
}

#[tokio::test]
async fn a_schema_that_cannot_be_read_is_in_the_way_of_those_who_refer_to_it() {
    let broken = json!({ "$ref": "#/components/schemas/Broken" });
    let mut document = with(|operation| {
        let content = &mut operation["responses"]["200"]["content"]["application/json"];
        content["schema"]["properties"]["data"]["properties"]["deep"] =
            json!({ "type": "array", "items": { "allOf": [broken] } });
    });
    document["components"]["schemas"]["Broken"] = json!({ "type": ["string", "null"] });
    let told = unserved(&document).await;
    assert_eq!(told.len(), 1);
    assert!(
        told[0].1.starts_with("`#/components/schemas/Broken`: "),
        "{told:?}"
    );
}

#[tokio::test]
async fn two_paths_may_call_the_same_parameter_differently() {
    let mut document = notes();
    let operation = document["paths"]["/invented/notes/{noteId}"]["get"].clone();
    let mut other = operation.clone();
    other["x-kind"]["id"] = json!("id");
    other["operationId"] = json!("putNote");
    document["paths"]["/invented/notes/{id}"] = json!({ "patch": other });
    let mut twin = operation;
    twin["x-kind"]["id"] = json!("key");
    twin["operationId"] = json!("twin");
    document["paths"]["/invented/notes/{key}"] = json!({ "get": twin });
    let sandbox = serve(&document).await;
    post(
        &sandbox,
        "/invented/notes",
        json!({ "data": [{ "title": "a" }] }),
    )
    .await;
    let patched =
        send_unchecked(anonymous(&sandbox, Method::PATCH, "/invented/notes/note_1")).await;
    assert_eq!(patched.body["data"]["title"], "a");
    assert_eq!(get(&sandbox, "/invented/notes/note_1").await.status, 200);
    // Nobody could say which of the two a request is for.
    assert_eq!(sandbox.unserved().len(), 1);
    assert_eq!(sandbox.requests_to("GET", "/invented/notes/{noteId}"), 1);
}

#[tokio::test]
async fn what_is_not_served_takes_tokens_and_faults_like_all_else() {
    let mut document = with(|operation| operation["x-kind"] = Value::Null);
    document["security"] = json!([{ "token": [] }]);
    document["components"]["securitySchemes"] =
        json!({ "token": { "type": "http", "scheme": "bearer" } });
    let sandbox = serve(&document).await;
    let path = "/invented/odd/1";
    assert_eq!(get(&sandbox, path).await.status, StatusCode::UNAUTHORIZED);
    sandbox.inject(Fault::RespondBefore(
        Reply::status(503).body("application/json", "{}"),
    ));
    let mut statuses = Vec::new();
    for _ in 0..2 {
        statuses.push(
            send_unchecked(request(&sandbox, Method::GET, path))
                .await
                .status
                .as_u16(),
        );
    }
    assert_eq!(statuses, [503, 501]);
    assert_eq!(sandbox.requests_to("GET", path), 3);
}

#[tokio::test]
async fn the_document_of_this_crate_is_served_as_a_whole() {
    let sandbox = tight_sandbox::Sandbox::start().await.unwrap();
    assert_eq!(sandbox.unserved(), []);
}
