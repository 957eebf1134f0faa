//! Faults ordered in JSON do what the same sentence does in Rust.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use tight_sandbox::{Fault, Reply, Sandbox};

use super::{ask, delete, obedient, post, refused};
use crate::support::{MESSAGES, get, request, save, send_unchecked, token_request};

async fn ordered(sandbox: &Sandbox, order: Value) {
    let (status, answer) = post(sandbox, "faults", &order).await;
    assert_eq!(status, StatusCode::NO_CONTENT, "{answer}");
}

fn message(text: &str) -> Value {
    json!({ "conversationId": "con_1", "text": text })
}

/// The status of saving a message with this text; `None` without a response.
async fn status(sandbox: &Sandbox, text: &str) -> Option<u16> {
    let save = request(sandbox, Method::POST, MESSAGES).json(&json!({ "data": [message(text)] }));
    Some(save.send().await.ok()?.status().as_u16())
}

#[tokio::test]
async fn the_sentence_says_which_requests_fail() {
    let sandbox = obedient().await;
    let fault = json!({ "respondBefore": { "status": 503 } });
    ordered(
        &sandbox,
        json!({ "operation": "saveMessages", "pass": 1, "times": 2, "fault": fault }),
    )
    .await;
    get(&sandbox, "/v6/messages/msg_1").await;
    let mut statuses = Vec::new();
    for text in ["a", "b", "c", "d"] {
        statuses.push(status(&sandbox, text).await.unwrap());
    }
    assert_eq!(statuses, [200, 503, 503, 200]);
    assert_eq!(ask(&sandbox, "faults").await, json!([]));

    ordered(&sandbox, json!({ "always": true, "fault": "dropAfter" })).await;
    assert_eq!(
        (status(&sandbox, "e").await, status(&sandbox, "f").await),
        (None, None)
    );
    delete(&sandbox, "faults").await;
    assert_eq!(status(&sandbox, "g").await, Some(200));
    assert_eq!(sandbox.stored("messages").len(), 5);

    ordered(
        &sandbox,
        json!({ "operation": "requestAccessToken", "fault": fault }),
    )
    .await;
    let token = token_request(&sandbox, &[]).send().await.unwrap();
    assert_eq!(token.status(), 503);
}

#[tokio::test]
async fn conditions_are_on_all_parts_of_a_request() {
    let fault = json!({ "respondBefore": { "status": 503 } });
    for (matching, is_meant) in [
        (json!({ "method": "POST", "path": MESSAGES }), true),
        (json!({ "method": "GET" }), false),
        (json!({ "path": "/v6/bills" }), false),
        (json!({ "query": { "a": "b c" } }), true),
        (json!({ "query": { "a": "b" } }), false),
        (json!({ "headers": { "X-Trace": "7" } }), true),
        (json!({ "headers": { "x-trace": "8" } }), false),
        (json!({ "body": { "data": [{ "text": "Hi" }] } }), true),
        (json!({ "body": { "data": [{ "text": "Hi" }, {}] } }), false),
        (json!({ "body": { "data": [{ "mood": null }] } }), false),
        (json!({ "user": "anna" }), true),
        (json!({ "user": "bert" }), false),
        (json!({}), true),
    ] {
        let sandbox = obedient().await;
        ordered(&sandbox, json!({ "matching": matching, "fault": fault })).await;
        let token = sandbox.add_user("anna");
        let save = crate::support::anonymous(&sandbox, Method::POST, &format!("{MESSAGES}?a=b+c"));
        let save = save.bearer_auth(token).header("x-trace", "7");
        let response = save
            .json(&json!({ "data": [message("Hi")] }))
            .send()
            .await
            .unwrap();
        assert_eq!(response.status() == 503, is_meant, "{matching}");
        let left = if is_meant {
            json!([])
        } else {
            json!([{ "matching": matching, "times": 1, "fault": fault }])
        };
        assert_eq!(ask(&sandbox, "faults").await, left);
    }
}

#[tokio::test]
async fn chance_strikes_the_same_requests_as_in_rust() {
    let (over_http, in_rust) = (obedient().await, obedient().await);
    let reply = json!({ "respondBefore": { "status": 503 } });
    ordered(
        &over_http,
        json!({ "probability": 0.3, "seed": 42, "fault": reply }),
    )
    .await;
    in_rust
        .next_request()
        .with_probability(0.3, 42)
        .fails(Reply::status(503));
    let mut hits = 0;
    for number in 0..30 {
        let text = number.to_string();
        let ends = (
            status(&over_http, &text).await,
            status(&in_rust, &text).await,
        );
        assert_eq!(ends.0, ends.1);
        hits += usize::from(ends.0 == Some(503));
    }
    assert!(hits > 0);
    let shown = json!([{ "always": true, "probability": 0.3, "seed": 42, "fault": reply }]);
    assert_eq!(ask(&over_http, "faults").await, shown);
    assert_eq!(ask(&in_rust, "faults").await, shown);
}

#[tokio::test]
async fn a_response_has_the_ordered_headers_and_body() {
    let sandbox = obedient().await;
    for (reply, media_type, body) in [
        (
            json!({ "status": 200, "body": { "a": [1] } }),
            Some("application/json"),
            "{\"a\":[1]}".as_bytes(),
        ),
        (
            json!({ "status": 200, "body": "plain" }),
            Some("text/plain; charset=utf-8"),
            b"plain",
        ),
        (
            json!({ "status": 200, "headers": { "content-type": "text/html" }, "body": "<p>" }),
            Some("text/html"),
            b"<p>",
        ),
        (
            json!({ "status": 200, "bodyBase64": "/w==" }),
            None,
            &[0xff],
        ),
        (
            json!({ "status": 200, "body": null }),
            Some("application/json"),
            b"null",
        ),
        (json!({ "status": 200 }), None, b""),
    ] {
        ordered(&sandbox, json!({ "fault": { "respondBefore": reply } })).await;
        let response = request(&sandbox, Method::GET, "/v6/messages/msg_1")
            .send()
            .await
            .unwrap();
        let found = response
            .headers()
            .get("content-type")
            .map(|value| value.to_str().unwrap().to_owned());
        assert_eq!(found.as_deref(), media_type, "{reply}");
        assert_eq!(response.bytes().await.unwrap(), body, "{reply}");
    }
    let headers = json!({ "Retry-After": "30", "X-Many": ["1", "2"] });
    ordered(
        &sandbox,
        json!({ "fault": { "respondAfter": { "status": 429, "headers": headers } } }),
    )
    .await;
    let response =
        request(&sandbox, Method::POST, MESSAGES).json(&json!({ "data": [message("Hi")] }));
    let response = response.send().await.unwrap();
    assert_eq!(
        (
            response.status().as_u16(),
            &response.headers()["retry-after"]
        ),
        (429, &"30".parse().unwrap())
    );
    assert_eq!(response.headers().get_all("x-many").iter().count(), 2);
    assert_eq!(sandbox.stored("messages").len(), 1);
}

#[tokio::test]
async fn what_is_ordered_in_rust_shows_in_json() {
    let sandbox = obedient().await;
    sandbox
        .next("saveMessages")
        .pass(2)
        .times(3)
        .fails(Fault::SetAt("/data".into(), json!(null)));
    sandbox
        .next_request()
        .matching(|_| false)
        .fails(Reply::json(503, &json!({ "a": 1 })));
    sandbox.inject_token_fault(Fault::Gzip);
    let reply = json!({ "status": 503, "headers": { "content-type": "application/json" }, "body": { "a": 1 } });
    assert_eq!(
        ask(&sandbox, "faults").await,
        json!([
            { "operation": "saveMessages", "pass": 2, "times": 3, "fault": { "setAt": ["/data", null] } },
            { "matching": "a condition in Rust", "times": 1, "fault": { "respondBefore": reply } },
            { "operation": "requestAccessToken", "times": 1, "fault": "gzip" },
        ])
    );
}

#[tokio::test]
async fn the_response_of_an_ordered_fault_is_the_changed_one() {
    let sandbox = obedient().await;
    let faults = json!([{ "setAt": ["/data/0/data/status", "ON_HOLD"] }, { "setStatus": 207 }]);
    ordered(&sandbox, json!({ "fault": { "several": faults } })).await;
    let save = request(&sandbox, Method::POST, MESSAGES).json(&json!({ "data": [message("Hi")] }));
    let answer = send_unchecked(save).await;
    assert_eq!(
        (
            answer.status.as_u16(),
            &answer.body["data"][0]["data"]["status"]
        ),
        (207, &json!("ON_HOLD"))
    );
    save_is_as_ever(&sandbox).await;
}

async fn save_is_as_ever(sandbox: &Sandbox) {
    let answer = save(sandbox, json!([message("Ho")])).await;
    assert_eq!(answer.body["data"][0]["data"]["status"], "ACTIVE");
}

#[tokio::test]
async fn wrong_orders_are_refused_with_the_place_and_what_may_have_been_meant() {
    let sandbox = obedient().await;
    let with = |field: &str, value: Value| {
        let mut order = json!({ "fault": "dropAfter" });
        order[field] = value;
        order
    };
    let reply = |reply: Value| json!({ "fault": { "respondBefore": reply } });
    let mut wrong = Vec::new();
    for (order, at, message) in [
        (json!([]), "", "must be an object, but is an array"),
        (json!({}), "", "the field `fault` is missing"),
        (
            with("opration", json!("x")),
            "/opration",
            "there is no field `opration`; similar ones are: operation, pass, always",
        ),
        (
            with("operation", json!("saveMesages")),
            "/operation",
            "there is no operation `saveMesages`; similar ones are: saveMessages, saveMileage, saveFiles",
        ),
        (
            with("pass", json!(-1)),
            "/pass",
            "must be a whole number of 0 or more, but is -1",
        ),
        (
            with("times", json!(0)),
            "/times",
            "nothing fails 0 times: use 1 or more",
        ),
        (
            with("always", json!(false)),
            "/always",
            "must be true, or left out",
        ),
        (
            json!({ "always": true, "times": 2, "fault": "dropAfter" }),
            "/always",
            "`times` and `always` cannot both be given",
        ),
        (
            with("probability", json!(0.5)),
            "/probability",
            "give a `seed`, too: with it, the same requests fail in every run",
        ),
        (
            with("seed", json!(1)),
            "/seed",
            "a seed needs a `probability`",
        ),
        (
            json!({ "probability": 5, "seed": 1, "fault": "gzip" }),
            "/probability",
            "is not a probability: use 0.0 to 1.0",
        ),
        (
            with("matching", json!({ "body": 1, "header": {} })),
            "/matching/header",
            "there is no field `header`; similar ones are: headers, user, body",
        ),
        (
            with("matching", json!({ "headers": { "x/y": 1 } })),
            "/matching/headers/x~1y",
            "must be a string, but is 1",
        ),
        (
            with("matching", json!({ "path": "/v6/messages/{id}" })),
            "/matching/path",
            "must be the path of a request, such as `/path/to/id_1`, without a query or parameters in braces",
        ),
        (
            json!({ "fault": "dropAftr" }),
            "/fault",
            "there is no fault `dropAftr`; similar ones are: dropAfter, dropBefore, drip",
        ),
        (
            json!({ "fault": "truncate" }),
            "/fault",
            "`truncate` needs more than its name: write {\"truncate\": …}",
        ),
        (
            json!({ "fault": { "gzip": 1 } }),
            "/fault/gzip",
            "`gzip` has no details: write \"gzip\"",
        ),
        (
            json!({ "fault": { "truncate": 1, "gzip": 1 } }),
            "/fault",
            "must be the name of a fault, or an object with one member: its name",
        ),
        (
            json!({ "fault": { "setAt": ["data", 1] } }),
            "/fault/setAt/0",
            "is not a JSON pointer: write `/data/0/id`",
        ),
        (
            json!({ "fault": { "setAt": ["/data"] } }),
            "/fault/setAt",
            "must be an array of a JSON pointer and a value, but is an array",
        ),
        (
            json!({ "fault": { "several": ["gzip", { "setStatus": 99 }] } }),
            "/fault/several/1/setStatus",
            "is not the status of a final response: use 200 to 999",
        ),
        (
            reply(json!({ "status": 100 })),
            "/fault/respondBefore/status",
            "is not the status of a final response: use 200 to 999",
        ),
        (
            reply(json!({ "status": 200, "headers": { "a b": "c" } })),
            "/fault/respondBefore/headers/a b",
            "`a b` is not a valid header name",
        ),
        (
            reply(json!({ "status": 200, "headers": { "Connection": "close" } })),
            "/fault/respondBefore/headers/Connection",
            "the sandbox sets this header itself",
        ),
        (
            reply(json!({ "status": 200, "headers": { "a": ["b\n"] } })),
            "/fault/respondBefore/headers/a/0",
            "is not a valid header value",
        ),
        (
            reply(json!({ "status": 200, "body": 1, "bodyBase64": "" })),
            "/fault/respondBefore/bodyBase64",
            "`body` and `bodyBase64` cannot both be given",
        ),
    ] {
        let (at_found, message_found) = refused(&sandbox, "faults", &order).await;
        if (&*at_found, &*message_found) != (at, message) {
            wrong.push(format!("{order}: {at_found}: {message_found}"));
        }
    }
    assert_eq!(wrong, [""; 0]);
    assert_eq!(ask(&sandbox, "faults").await, json!([]));
}
