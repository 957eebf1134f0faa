//! What is stored, received and issued, and the clock.

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use tight_sandbox::{Fault, Sandbox};

use super::{ask, delete, obedient, order, post, refused, sent};
use crate::support::{
    MESSAGES, anonymous, get, noon, request, save, send, send_unchecked, token_for,
};

fn message(text: &str) -> Value {
    json!({ "conversationId": "con_1", "text": text })
}

#[tokio::test]
async fn what_is_stored_is_taken_given_and_emptied() {
    let sandbox = obedient().await;
    save(&sandbox, json!([message("Hi"), message("Ho")])).await;
    let state = ask(&sandbox, "state").await;
    assert_eq!(state, sandbox.snapshot());
    let messages = ask(&sandbox, "state?collection=messages").await;
    assert_eq!(messages, json!({ "messages": state["messages"] }));

    let latest = ask(&sandbox, "state?limit=1").await;
    assert_eq!(latest["auditTrail"].as_array().unwrap().len(), 1);
    assert_eq!(
        latest["auditTrail"][0],
        state["auditTrail"]
            .as_array()
            .unwrap()
            .last()
            .unwrap()
            .clone()
    );

    sandbox.inject(Fault::DropBefore);
    delete(&sandbox, "state").await;
    assert_eq!(ask(&sandbox, "state").await, json!({}));
    assert_eq!(ask(&sandbox, "requests").await, json!([]));
    assert_eq!(ask(&sandbox, "faults").await, json!([]));

    assert_eq!(
        post(&sandbox, "state", &state).await.0,
        StatusCode::NO_CONTENT
    );
    assert_eq!(sandbox.snapshot(), state);
    let (at, message) = refused(&sandbox, "state", &json!({ "messages": [{}, []] })).await;
    assert_eq!(
        (&*at, &*message),
        ("/messages/1", "must be an object, but is an array")
    );
    let (_, answer) = sent(order(&sandbox, Method::GET, "state?collection=mesages")).await;
    assert_eq!(
        answer["error"],
        json!({
            "at": "?collection",
            "message": "there is no collection `mesages`; similar ones are: messages, mileage, files",
        })
    );
}

#[tokio::test]
async fn requests_are_shown_with_what_became_of_them_and_without_secrets() {
    let sandbox = Sandbox::builder()
        .orders_over_http()
        .time(noon())
        .start()
        .await
        .unwrap();
    save(&sandbox, json!([message("Hi")])).await;
    let token = token_for(&sandbox, "anna").await;
    sandbox.inject(Fault::DropAfter);
    let dropped = anonymous(&sandbox, Method::POST, &format!("{MESSAGES}?x=1")).bearer_auth(token);
    assert!(dropped.body("not JSON").send().await.is_err());
    get(&sandbox, "/v6/messages/msg_7").await;
    assert_eq!(get(&sandbox, "/v6/nowhere").await.status, 404);

    let requests = ask(&sandbox, "requests").await;
    let shown = |name: &str| {
        let all = requests.as_array().unwrap().iter();
        all.map(|request| request[name].clone()).collect::<Vec<_>>()
    };
    assert_eq!(
        shown("operation"),
        [
            "saveMessages",
            "requestAccessToken",
            "saveMessages",
            "getMessage",
            ""
        ]
    );
    assert_eq!(
        shown("status"),
        [json!(200), json!(200), Value::Null, json!(404), json!(404)]
    );
    assert_eq!(shown("number"), [1, 2, 3, 4, 5]);
    assert_eq!(requests[0]["body"], json!({ "data": [message("Hi")] }));
    let dropped = &requests[2];
    assert_eq!(
        (
            &dropped["body"],
            &dropped["user"],
            &dropped["query"],
            &dropped["path"],
            &dropped["method"]
        ),
        (
            &json!("not JSON"),
            &json!("anna"),
            &json!("x=1"),
            &json!(MESSAGES),
            &json!("POST")
        )
    );
    assert_eq!(dropped["time"], "2024-02-29T12:34:56Z");
    assert!(
        dropped["headers"]
            .as_array()
            .unwrap()
            .contains(&json!(["authorization", "Bearer [secret]"]))
    );
    for secret in [sandbox.access_token(), sandbox.client_secret()] {
        assert!(!requests.to_string().contains(secret));
    }
    let statuses: Vec<_> = sandbox
        .received_requests()
        .iter()
        .map(|request| request.status)
        .collect();
    assert_eq!(statuses, [Some(200), Some(200), None, Some(404), Some(404)]);

    let saves = ask(&sandbox, "requests?operation=saveMessages&limit=1").await;
    assert_eq!(saves, json!([requests[2]]));
    for (query, at) in [
        ("operation=saveMesages", "?operation"),
        ("limit=-1", "?limit"),
        ("page=2", "?page"),
    ] {
        let (status, answer) =
            sent(order(&sandbox, Method::GET, &format!("requests?{query}"))).await;
        assert_eq!(
            (status, &answer["error"]["at"]),
            (StatusCode::BAD_REQUEST, &json!(at))
        );
    }
}

#[tokio::test]
async fn orders_and_the_page_count_nowhere() {
    let sandbox = obedient().await;
    for path in [
        "/",
        "/favicon.ico",
        "/openapi.json",
        "/sandbox",
        "/sandbox/",
        "/sandbox/state",
        "/sandbox/nothing",
    ] {
        anonymous(&sandbox, Method::GET, path).send().await.unwrap();
    }
    assert_eq!(
        (sandbox.requests(), sandbox.received_requests()),
        (0, Vec::new())
    );
    assert_eq!(ask(&sandbox, "summary").await["requests"], 0);
    let home = anonymous(&sandbox, Method::GET, "/").send().await.unwrap();
    assert_eq!(
        (home.status().as_u16(), &home.headers()["location"]),
        (307, &"/sandbox/".parse().unwrap())
    );
    let document = anonymous(&sandbox, Method::GET, "/openapi.json")
        .send()
        .await
        .unwrap();
    assert_eq!(document.text().await.unwrap(), crate::support::DOCUMENT);
}

#[tokio::test]
async fn a_sandbox_that_takes_no_orders_has_nothing_beside_the_api() {
    let sandbox = Sandbox::start().await.unwrap();
    for path in ["/", "/sandbox/", "/sandbox/state", "/openapi.json"] {
        let answer = send_unchecked(request(&sandbox, Method::GET, path)).await;
        assert_eq!(
            (answer.status.as_u16(), &answer.body["result"]),
            (404, &json!("FAILURE"))
        );
    }
}

#[tokio::test]
async fn tokens_are_issued_for_users_and_scopes() {
    let sandbox = obedient().await;
    let issue = async |order: Value| post(&sandbox, "tokens", &order).await.1;
    let anna = issue(json!({ "user": "anna" })).await;
    assert_eq!(
        anna,
        json!({ "accessToken": "sandbox-access-token-anna", "user": "anna" })
    );
    let reader = issue(json!({ "user": "anna", "scope": "read" })).await;
    let partner = issue(json!({})).await;
    assert_eq!(partner["accessToken"], sandbox.access_token());
    assert_eq!(
        ask(&sandbox, "tokens").await,
        json!([partner, anna, reader])
    );
    assert_eq!(sandbox.stored("company").len(), 1);

    let status = async |token: &Value| {
        let request = anonymous(&sandbox, Method::POST, MESSAGES);
        let request = request.bearer_auth(token["accessToken"].as_str().unwrap());
        send(request.json(&json!({ "data": [message("Hi")] })))
            .await
            .status
            .as_u16()
    };
    assert_eq!(
        (
            status(&anna).await,
            status(&reader).await,
            status(&partner).await
        ),
        (200, 403, 200)
    );
    delete(&sandbox, "tokens").await;
    assert_eq!(
        (
            status(&anna).await,
            status(&reader).await,
            status(&partner).await
        ),
        (401, 401, 200)
    );
    assert_eq!(ask(&sandbox, "tokens").await, json!([partner]));
    assert_eq!(
        refused(&sandbox, "tokens", &json!({ "scope": "write" })).await,
        (
            "/scope".to_owned(),
            "there is no scope `write`; similar ones are: read".to_owned()
        )
    );
}

#[tokio::test]
async fn the_clock_is_moved_forward() {
    let sandbox = Sandbox::builder()
        .orders_over_http()
        .time(noon())
        .start()
        .await
        .unwrap();
    let token = token_for(&sandbox, "anna").await;
    let (_, clock) = post(&sandbox, "clock", &json!({ "advanceSeconds": 3600 })).await;
    assert_eq!(clock, json!({ "time": "2024-02-29T13:34:56Z" }));
    assert_eq!(ask(&sandbox, "clock").await, clock);
    let request = anonymous(&sandbox, Method::GET, "/v6/messages/msg_1").bearer_auth(token);
    assert_eq!(send(request).await.status, 401);
    for wrong in [
        json!({}),
        json!({ "advanceSeconds": -1 }),
        json!({ "advanceSeconds": 1.5 }),
    ] {
        refused(&sandbox, "clock", &wrong).await;
    }
}
