//! The issue of access tokens, under other names than Tight's.

use reqwest::{Method, header::CONTENT_TYPE};
use serde_json::{Value, json};
use tight_sandbox::Sandbox;

use super::unserved;
use crate::support::{as_client, send_unchecked};

const FORM: &str = "application/x-www-form-urlencoded";

/// A document that issues tokens under other names than Tight's.
fn keys() -> Value {
    json!({
        "openapi": "3.0.3",
        "paths": { "/invented/{depotId}/keys": { "put": {
            "operationId": "makeKey",
            "x-kind": { "is": "token" },
            "security": [{ "owner": [] }],
            "requestBody": { "$ref": "#/components/requestBodies/Asked" },
            "responses": { "201": { "$ref": "#/components/responses/Made" } },
        } } },
        "components": {
            "securitySchemes": { "owner": { "type": "http", "scheme": "Basic" } },
            "requestBodies": { "Asked": { "content": { FORM: {
                "schema": { "$ref": "#/components/schemas/Asked" },
            } } } },
            "responses": { "Made": { "content": { "application/json": {
                "schema": { "allOf": [{ "$ref": "#/components/schemas/Made" }] },
            } } } },
            "schemas": {
                "Asked": {
                    "type": "object",
                    "required": ["door"],
                    "properties": {
                        "door": { "type": "string", "enum": ["front", "back"] },
                        "grant_type": { "type": "string" },
                    },
                },
                "Made": {
                    "type": "object",
                    "properties": {
                        "access_token": { "type": "string" },
                        "expires_in": { "type": "integer" },
                    },
                },
            },
        },
    })
}

#[tokio::test]
async fn tokens_are_issued_as_the_document_has_it() {
    let sandbox = Sandbox::builder()
        .document(keys().to_string())
        .start()
        .await
        .unwrap();
    for (form, expected) in [
        ("door=front&grant_type=client_credentials", None),
        ("grant_type=client_credentials", Some("door is required")),
        ("door=side", Some("door must be front or back")),
        // This document, unlike Tight's, has no default for it.
        ("door=back", Some("grant_type is required")),
    ] {
        let request = as_client(&sandbox, Method::PUT, "/invented/dep_1/keys")
            .header(CONTENT_TYPE, FORM)
            .body(form);
        let answer = send_unchecked(request).await;
        assert_eq!(answer.body["error_description"].as_str(), expected);
    }
    assert_eq!(sandbox.tokens_issued(), 1);
}

async fn reason(change: impl FnOnce(&mut Value)) -> String {
    let mut document = keys();
    change(&mut document);
    let unserved = unserved(&document).await;
    let [(operation, reason)] = unserved.as_slice() else {
        panic!("{unserved:?}");
    };
    assert_eq!(operation, "makeKey");
    reason.clone()
}

#[tokio::test]
async fn what_only_looks_like_a_token_endpoint_is_not_served() {
    for security in [json!([]), json!([{ "other": [] }])] {
        let told = reason(|document| {
            document["components"]["securitySchemes"]["other"] =
                json!({ "type": "http", "scheme": "bearer" });
            document["paths"]["/invented/{depotId}/keys"]["put"]["security"] = security;
        });
        assert_eq!(
            told.await,
            "it issues tokens, but does not require client credentials"
        );
    }
    let told = reason(|document| {
        let content = &mut document["components"]["requestBodies"]["Asked"]["content"];
        *content = json!({ "application/json": content[FORM] });
    });
    assert_eq!(told.await, "its request has no form");
    let told = reason(|document| {
        document["components"]["schemas"]["Asked"]["properties"]["floor"] =
            json!({ "type": "integer" });
    });
    assert_eq!(told.await, "its form has fields that are not strings");
}
