//! What is worked out from what is stored, and bytes: the sandbox answers what the documentation shows.

use reqwest::Method;
use serde_json::{Value, json};

use super::{answer, assert_told, document, integer, list, object, operation, post, serve, string};
use crate::support::anonymous;

fn report() -> Value {
    let row = object(json!({
        "name": { "type": "string", "example": "Assets" },
        "total": { "type": "integer", "example": 566_987 },
        "rate": { "type": "string", "format": "decimal" },
        "until": { "type": "string", "format": "date", "example": "2025-12-31" },
        "side": { "type": "string", "enum": ["LEFT", "RIGHT"] },
        "owner": { "type": "string", "nullable": true },
        "byMonth": { "type": "object", "additionalProperties": integer() },
        "rows": list(json!({ "$ref": "#/components/schemas/Row" })),
    }));
    let body = object(json!({ "period": string() }));
    let kind = json!({ "is": "computed" });
    let data = object(json!({ "json": list(json!({ "$ref": "#/components/schemas/Row" })) }));
    let mut document = document(json!({
        "/invented/reports/sheet": { "post": operation(kind, Some(body), answer(data, json!({}))) },
    }));
    document["components"]["schemas"]["Row"] = row;
    document
}

#[tokio::test]
async fn the_documented_example_is_filled_and_marked() {
    let sandbox = serve(&report()).await;
    let path = "/invented/reports/sheet";
    let response = anonymous(&sandbox, Method::POST, path)
        .json(&json!({ "period": "MONTHLY" }))
        .send()
        .await
        .unwrap();
    assert_eq!(response.headers()["x-sandbox"], "documented-example");
    let body: Value = response.json().await.unwrap();
    assert_eq!(
        body,
        json!({
            "result": "SUCCESS",
            "error": [],
            "data": { "json": [{
                "name": "Assets",
                "total": 566_987,
                "rate": "0",
                "until": "2025-12-31",
                "side": "LEFT",
                "owner": "sandbox",
                "byMonth": { "sandbox": 0 },
                "rows": [],
            }] },
        })
    );
    let flawed = post(&sandbox, path, json!({ "period": 1 })).await;
    assert_told(&flawed, 400, "period", "period must be a string");
}

#[tokio::test]
async fn an_example_of_the_whole_body_goes_before_those_of_its_parts() {
    let mut report = report();
    let operation = &mut report["paths"]["/invented/reports/sheet"]["post"];
    let content = &mut operation["responses"]["200"]["content"]["application/json"];
    content["example"] = json!({
        "result": "FAILURE",
        "data": { "json": [] },
        "error": [{ "type": "REQUIRED", "message": "No" }],
    });
    let sandbox = serve(&report).await;
    let shown = post(&sandbox, "/invented/reports/sheet", json!({})).await;
    let expected = json!({ "result": "SUCCESS", "data": { "json": [] }, "error": [] });
    assert_eq!(shown.body, expected);
}

#[tokio::test]
async fn bytes_are_a_stand_in_or_the_documented_example() {
    let export = |media_type: &str, content: Value| {
        json!({ "post": operation(
            json!({ "is": "download" }),
            Some(object(json!({ "period": string() }))),
            json!({ "200": { "content": { media_type: content } } }),
        ) })
    };
    let binary = || json!({ "schema": { "type": "string", "format": "binary" } });
    let sandbox = serve(&document(json!({
        "/invented/export/pdf": export("application/pdf", binary()),
        "/invented/export/csv": export("text/csv; charset=utf-8", json!({ "example": "a;b\r\n" })),
        "/invented/export/any": export("*/*", binary()),
    })))
    .await;
    assert_eq!(sandbox.unserved(), []);
    for (path, media_type, mark, start) in [
        ("pdf", "application/pdf", "stand-in", "%PDF-1.4\n"),
        ("csv", "text/csv", "documented-example", "a;b\r\n"),
        ("any", "application/octet-stream", "stand-in", "A stand-in"),
    ] {
        let path = format!("/invented/export/{path}");
        let request = anonymous(&sandbox, Method::POST, &path);
        let response = request.json(&json!({})).send().await.unwrap();
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()["content-type"], media_type);
        assert_eq!(response.headers()["x-sandbox"], mark);
        assert!(response.text().await.unwrap().starts_with(start));
        let flawed = post(&sandbox, &path, json!({ "period": 1 })).await;
        assert_eq!(flawed.status, 400);
    }
}

#[tokio::test]
async fn a_page_that_is_worked_out_is_the_last_one() {
    let page = |is_nullable: bool| {
        let row = json!({ "type": "string", "example": "Rent" });
        let mut cursor = object(json!({ "after": string(), "before": string() }));
        cursor["nullable"] = json!(is_nullable);
        let answered = answer(list(row), json!({ "cursor": cursor }));
        operation(
            json!({ "is": "computed" }),
            Some(object(json!({}))),
            answered,
        )
    };
    let sandbox = serve(&document(json!({
        "/invented/nullable": { "post": page(true) },
        "/invented/plain": { "post": page(false) },
    })))
    .await;
    let nullable = post(&sandbox, "/invented/nullable", json!({})).await;
    assert_eq!(nullable.body.get("cursor"), Some(&Value::Null));
    assert_eq!(nullable.body["data"], json!(["Rent"]));
    let plain = post(&sandbox, "/invented/plain", json!({})).await;
    assert_eq!(plain.body.get("cursor"), None);
}
