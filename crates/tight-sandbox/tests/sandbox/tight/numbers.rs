//! Numbers: what cannot be kept as it was sent is refused. Requests and answers are looked at as text, since what
//! reads them as JSON may change their numbers itself.

use reqwest::{Method, RequestBuilder, StatusCode, header::CONTENT_TYPE};
use serde_json::{Value, json};
use tight_sandbox::Sandbox;

use crate::support::{FILES, MESSAGES, assert_failed, get, request, send, send_unchecked};

fn with_json(request: RequestBuilder, body: impl Into<String>) -> RequestBuilder {
    request
        .header(CONTENT_TYPE, "application/json")
        .body(body.into())
}

fn posted(sandbox: &Sandbox, path: &str, body: impl Into<String>) -> RequestBuilder {
    with_json(request(sandbox, Method::POST, path), body)
}

/// What a file with these fields is refused for: params and messages.
async fn refused(fields: &str) -> Vec<(String, String)> {
    let sandbox = Sandbox::start().await.unwrap();
    let body = format!(
        r#"{{ "data": [{{ "description": "good" }}, {{ "description": "bad", {fields} }}] }}"#
    );
    let answer = send(posted(&sandbox, FILES, body)).await;
    assert_eq!(answer.status, StatusCode::MULTI_STATUS, "{fields}");
    assert_eq!(answer.body["data"][0]["statusCode"], 200);
    assert_eq!(sandbox.stored("files").len(), 1);
    let result = &answer.body["data"][1];
    assert_eq!(result["statusCode"], 400, "{fields}");
    let flaws = result["error"].as_array().unwrap().iter();
    flaws
        .map(|flaw| {
            assert_eq!(flaw["type"], "INVALID_VALUE");
            let text = |name: &str| flaw[name].as_str().unwrap().to_owned();
            (text("param"), text("message"))
        })
        .collect()
}

fn out_of_range(param: &str) -> (String, String) {
    (param.to_owned(), format!("{param} is out of range"))
}

fn too_many_digits(param: &str) -> (String, String) {
    let message = format!("{param} has more digits than can be kept");
    (param.to_owned(), message)
}

/// A file with these fields, as it is answered, in the text that it has there.
async fn kept(fields: &str) -> String {
    let sandbox = Sandbox::start().await.unwrap();
    let body = format!(r#"{{ "data": [{{ "description": "good", {fields} }}] }}"#);
    let answer = posted(&sandbox, FILES, body).send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::OK, "{fields}");
    let saved = answer.text().await.unwrap();
    let file = request(&sandbox, Method::GET, "/v6/files/fil_1");
    let read = file.send().await.unwrap().text().await.unwrap();
    // As it is written: whatever reads a number may round it.
    let amount = |text: &str| {
        let (_, amount) = text.split_once("\"amount\":")?;
        Some(amount.split([',', '}']).next()?.to_owned())
    };
    assert_eq!(amount(&saved), amount(&read));
    saved
}

#[tokio::test]
async fn a_whole_number_that_64_bits_cannot_hold_is_refused_with_its_item() {
    for number in [
        "121359713184867336192",
        "-121359713184867336192",
        "9223372036854775808",
        "-9223372036854775809",
        "18446744073709551615",
    ] {
        let fields = format!(r#""amount": {number}"#);
        assert_eq!(refused(&fields).await, [out_of_range("amount")], "{number}");
    }
    for number in ["9223372036854775807", "-9223372036854775808", "0"] {
        let kept = kept(&format!(r#""amount": {number}"#)).await;
        assert!(kept.contains(&format!(r#""amount":{number},"#)), "{kept}");
    }
}

#[tokio::test]
async fn other_flaws_are_told_beside_a_number_out_of_range() {
    let told = refused(r#""notes": 5, "amount": 121359713184867336192"#).await;
    let notes = ("notes".to_owned(), "notes must be a string".to_owned());
    assert_eq!(told, [notes, out_of_range("amount")]);
}

#[tokio::test]
async fn a_number_in_a_free_form_object_comes_back_as_sent_or_is_refused() {
    for (number, refusal) in [
        ("121359713184867336192", out_of_range as fn(&str) -> _),
        ("9223372036854775808", out_of_range),
        ("1e400", out_of_range),
        ("-1E+400", out_of_range),
        ("1e99999999999999999999", out_of_range),
        ("1e-400", out_of_range),
        ("9007199254740993.0", too_many_digits),
        ("0.1000000000000000055511151231257827", too_many_digits),
        ("123456789.1234567890123", too_many_digits),
    ] {
        let fields = format!(r#""customData": {{ "a": {{ "b": [1, {number}] }} }}"#);
        let param = "customData.a.b[1]";
        assert_eq!(refused(&fields).await, [refusal(param)], "{number}");
    }
    for (number, as_answered) in [
        ("9007199254740993", "9007199254740993"),
        ("-9223372036854775808", "-9223372036854775808"),
        ("0.1", "0.1"),
        ("-0.30000000000000004", "-0.30000000000000004"),
        ("2.2250738585072014e-308", "2.2250738585072014e-308"),
        ("5e-324", "5e-324"),
        ("1.7976931348623157e308", "1.7976931348623157e+308"),
        ("8.41e21", "8.41e+21"),
        // The same in other digits.
        ("1.50", "1.5"),
        ("0.00e999999999999999999999", "0.0"),
        ("100.00E-2", "1.0"),
    ] {
        let kept = kept(&format!(r#""customData": {{ "a": [{number}] }}"#)).await;
        let expected = format!(r#"{{"a":[{as_answered}]}}"#);
        assert!(kept.contains(&expected), "{number}: {kept}");
    }
}

#[tokio::test]
async fn a_number_that_cannot_be_kept_is_refused_wherever_it_stands_in_a_batch() {
    let sandbox = Sandbox::start().await.unwrap();
    for (body, param, message) in [
        ("1e400", Value::Null, "The request body must be an object"),
        (
            r#"{ "data": 1e400 }"#,
            json!("data"),
            "data must be an array",
        ),
        (
            r#"{ "data": [], "unknown": { "x": 1e400 } }"#,
            json!("unknown.x"),
            "unknown.x is out of range",
        ),
    ] {
        let answer = send(posted(&sandbox, FILES, body)).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST);
        let error = &answer.body["error"][0];
        assert_eq!(
            (&error["param"], &error["message"]),
            (&param, &json!(message))
        );
        assert_eq!(answer.body["error"].as_array().unwrap().len(), 1);
    }
    let body = r#"{ "data": [121359713184867336192] }"#;
    let answer = send(posted(&sandbox, FILES, body)).await;
    assert_eq!(
        answer.body["data"][0]["error"],
        json!([{ "type": "INVALID_VALUE", "message": "The item must be an object" }])
    );
}

#[tokio::test]
async fn a_number_that_cannot_be_kept_is_refused_in_a_query() {
    let sandbox = Sandbox::start().await.unwrap();
    let query = format!("{FILES}/query");
    for (body, param, predicate) in [
        (
            r#"{ "filter": { "amount": { "greaterThan": 121359713184867336192 } } }"#,
            "filter.amount.greaterThan",
            "is out of range",
        ),
        (
            r#"{ "limit": 121359713184867336192 }"#,
            "limit",
            "must be 250 or less",
        ),
        (
            r#"{ "sort": { "unknown": 0.30000000000000000004 } }"#,
            "sort.unknown",
            "has more digits than can be kept",
        ),
    ] {
        let answer = send(posted(&sandbox, &query, body)).await;
        let message = format!("{param} {predicate}");
        assert_failed(&answer, 400, "INVALID_VALUE", param, &message);
    }
    for (sent, predicate) in [
        ("121359713184867336192", "must be 250 or less"),
        ("-121359713184867336192", "must be 1 or more"),
        ("inf", "must be a whole number"),
        ("%205", "must be a whole number"),
        ("5000000000", "must be 250 or less"),
    ] {
        let answer = get(&sandbox, &format!("/v6/auditTrail/fil_1?limit={sent}")).await;
        assert_failed(
            &answer,
            400,
            "INVALID_VALUE",
            "limit",
            &format!("limit {predicate}"),
        );
    }
}

#[tokio::test]
async fn a_number_that_cannot_be_kept_is_refused_in_a_form() {
    let sandbox = Sandbox::start().await.unwrap();
    let body = "--limit\r\ncontent-disposition: form-data; name=file; filename=a.txt\r\n\r\n\r\n\
        --limit\r\ncontent-disposition: form-data; name=data\r\n\r\n\
        { \"amount\": 121359713184867336192 }\r\n--limit--\r\n";
    let request = request(&sandbox, Method::POST, "/v6/files/upload")
        .header(CONTENT_TYPE, "multipart/form-data; boundary=limit")
        .body(body);
    let answer = send(request).await;
    assert_failed(
        &answer,
        400,
        "INVALID_VALUE",
        "amount",
        "amount is out of range",
    );
}

#[tokio::test]
async fn what_a_document_has_32_bits_for_is_held_to_them() {
    let mut document: Value =
        serde_json::from_str(include_str!("../../../src/generated/tight-v6.json")).unwrap();
    let amount = &mut document["components"]["schemas"]["FileUpsert"]["properties"]["amount"];
    assert_eq!(amount["type"], "integer");
    amount["format"] = json!("int32");
    let sandbox = Sandbox::builder()
        .document(document.to_string())
        .start()
        .await
        .unwrap();
    let items = json!([
        { "description": "good", "amount": i32::MAX },
        { "description": "bad", "amount": i64::from(i32::MAX) + 1 },
    ]);
    let body = json!({ "data": items }).to_string();
    let answer = send_unchecked(posted(&sandbox, FILES, body)).await;
    assert_eq!(answer.body["data"][0]["data"]["amount"], i32::MAX);
    let message = "amount must be 2147483647 or less";
    assert_eq!(answer.body["data"][1]["error"][0]["message"], message);
}

#[tokio::test]
async fn json_is_read_as_before_in_all_other_respects() {
    let sandbox = Sandbox::start().await.unwrap();
    let deep = format!("{{\"data\":[{{\"customData\":{}", "[".repeat(200_000));
    for body in [
        deep.as_str(),
        "{\n  \"data\": [\"\\ud800\"]\n}",
        "{ \"data\": [01] }",
        "{ \"data\": [1.] }",
        "{ \"data\": [-] }",
        "{ \"data\": [1e400, }",
        "{ \"data\": [] } {}",
    ] {
        let error = serde_json::from_str::<serde::de::IgnoredAny>(body).err();
        let error = error.or(serde_json::from_str::<Value>(body).err()).unwrap();
        let place = format!("line {}, column {}", error.line(), error.column());
        let answer = send(posted(&sandbox, FILES, body)).await;
        assert_eq!(answer.status, StatusCode::BAD_REQUEST);
        let error = &answer.body["error"][0];
        assert_eq!(error["type"], "JSON_ERROR");
        let message = format!("The request body is not valid JSON ({place})");
        assert_eq!(error["message"], message);
    }
    let twice = r#"{ "data": [{ "conversationId": "con_1", "text": 1e400, "text": "Hi" }] }"#;
    let answer = send(posted(&sandbox, MESSAGES, twice)).await;
    assert_eq!(answer.body["data"][0]["data"]["text"], "Hi");
}
