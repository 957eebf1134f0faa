//! Parameters in paths, queries and headers: lists, booleans, numbers, dates, and what need not be shown.

use reqwest::{Method, StatusCode, header::HeaderMap};
use serde_json::{Value, json};
use tight_sandbox::Sandbox;

use super::{answer, document, list, object, operation, serve, string, told, unserved};
use crate::support::{Answer, anonymous, send_unchecked};

fn weather(parameters: Value) -> Value {
    let mut operation = operation(
        json!({ "is": "computed" }),
        None,
        answer(object(json!({ "sunny": { "type": "boolean" } })), json!({})),
    );
    operation["operationId"] = json!("getWeather");
    operation["parameters"] = parameters;
    document(json!({ "/invented/weather/{year}": { "get": operation } }))
}

fn parameters() -> Value {
    let parameter = |place: &str, name: &str, schema: Value| json!({ "in": place, "name": name, "schema": schema });
    let mut packed = parameter("query", "packed", list(json!({ "type": "integer" })));
    packed["explode"] = json!(false);
    let mut required = parameter("header", "Invented-Key", string());
    required["required"] = json!(true);
    json!([
        parameter(
            "path",
            "year",
            json!({ "type": "integer", "minimum": 1900 })
        ),
        parameter(
            "query",
            "from",
            json!({ "type": "string", "format": "date" })
        ),
        parameter(
            "query",
            "at",
            json!({ "type": "string", "format": "date-time" })
        ),
        parameter("query", "deep", json!({ "type": "boolean" })),
        parameter(
            "query",
            "level",
            json!({ "type": "number", "maximum": 9.5 })
        ),
        parameter(
            "query",
            "exact",
            json!({ "type": "string", "format": "decimal" })
        ),
        parameter(
            "query",
            "cities",
            list(json!({ "type": "string", "enum": ["OSLO", "ROME"] }))
        ),
        parameter(
            "header",
            "Invented-Version",
            json!({ "type": "string", "enum": ["6"] })
        ),
        // HTTP has its own meaning for these.
        parameter("header", "Accept", json!({ "type": "integer" })),
        packed,
        required,
    ])
}

async fn ask(sandbox: &Sandbox, address: &str, headers: &[(&'static str, &str)]) -> Answer {
    let mut all = HeaderMap::new();
    for (name, value) in headers {
        all.append(*name, value.parse().unwrap());
    }
    let path = format!("/invented/weather/{address}");
    send_unchecked(anonymous(sandbox, Method::GET, &path).headers(all)).await
}

#[tokio::test]
async fn parameters_are_checked_by_their_types_wherever_they_stand() {
    let sandbox = serve(&weather(parameters())).await;
    let key = ("invented-key", "x");
    for address in [
        "2024",
        "2024?from=2024-02-29&at=2024-02-29T12:00:00%2B02:00&deep=true&level=9.5&exact=-12.50",
        "2024?cities=OSLO&cities=ROME&packed=1,2,3",
        "2024?unknown=1&unknown=2",
    ] {
        let answer = ask(&sandbox, address, &[key, ("Invented-Version", "6")]).await;
        assert_eq!(
            answer.status,
            StatusCode::OK,
            "{address}: {:#}",
            answer.body
        );
    }
    for (address, header, param, predicate) in [
        ("soon", key, "year", "must be a whole number"),
        ("1899", key, "year", "must be 1900 or more"),
        ("9223372036854775808", key, "year", "is out of range"),
        ("2024?from=2024-02-30", key, "from", "must be a valid date"),
        ("2024?at=noon", key, "at", "must be a valid date-time"),
        ("2024?deep=yes", key, "deep", "must be true or false"),
        ("2024?level=9.6", key, "level", "must be 9.5 or less"),
        ("2024?level=1e400", key, "level", "must be 9.5 or less"),
        ("2024?exact=1e2", key, "exact", "must be a valid decimal"),
        (
            "2024?cities=OSLO&cities=PARIS",
            key,
            "cities[1]",
            "must be OSLO or ROME",
        ),
        (
            "2024?packed=1,two",
            key,
            "packed[1]",
            "must be a whole number",
        ),
        (
            "2024?packed=1,9223372036854775808",
            key,
            "packed[1]",
            "is out of range",
        ),
        ("2024?deep=true&deep=true", key, "deep", "is repeated"),
        (
            "2024",
            ("invented-version", "5"),
            "Invented-Version",
            "must be 6",
        ),
        ("2024", ("other", "x"), "Invented-Key", "is required"),
    ] {
        let headers = [header, ("invented-key", "x")];
        let headers = if header.0 == "other" || header == key {
            &headers[..1]
        } else {
            &headers
        };
        let answer = ask(&sandbox, address, headers).await;
        let message = format!("{param} {predicate}");
        let expected = (400, vec![(param.to_owned(), message)]);
        assert_eq!(told(&answer), expected, "{address}");
    }
}

#[tokio::test]
async fn a_parameter_that_cannot_be_read_is_told() {
    let cookie = json!({ "in": "cookie", "name": "session", "schema": string() });
    let deep =
        json!({ "in": "query", "name": "by", "style": "deepObject", "schema": object(json!({})) });
    let complex = json!({ "in": "query", "name": "by", "schema": object(json!({})) });
    let bare = json!({ "in": "query", "name": "by" });
    let astray = json!({ "in": "path", "name": "month", "schema": string() });
    for (parameter, reason) in [
        (cookie, "it has the parameter `session` in its cookie"),
        (
            deep,
            "its parameter `by` is written in the style deepObject",
        ),
        (complex, "its parameter `by` is more than a value or a list"),
        (bare, "its parameter `by` has no schema"),
        (astray, "its path has no parameter `month`"),
    ] {
        let told = unserved(&weather(json!([parameter]))).await;
        assert_eq!(told, [("getWeather".to_owned(), reason.to_owned())]);
    }
}

#[tokio::test]
async fn an_operation_may_be_open_where_all_others_are_not() {
    let mut document = weather(parameters());
    document["security"] = json!([{ "token": [] }]);
    document["components"]["securitySchemes"] =
        json!({ "token": { "type": "http", "scheme": "bearer" } });
    let sandbox = serve(&document).await;
    let key = [("invented-key", "x")];
    assert_eq!(
        ask(&sandbox, "2024", &key).await.status,
        StatusCode::UNAUTHORIZED
    );

    document["paths"]["/invented/weather/{year}"]["get"]["security"] = json!([]);
    let sandbox = serve(&document).await;
    assert_eq!(ask(&sandbox, "2024", &key).await.status, StatusCode::OK);
}
