//! What a test can see: the requests that came, and what is stored.

use std::panic::{AssertUnwindSafe, catch_unwind};

use reqwest::Method;
use serde_json::{Value, json};
use tight_sandbox::{Fault, Sandbox};

use crate::support::{
    MESSAGES, TOKEN, anonymous, as_client, get, noon, save, send_unchecked, token_for,
    token_request,
};

fn message(text: &str) -> Value {
    json!({ "conversationId": "con_1", "text": text })
}

/// What `check` panics with.
fn complaint(check: impl FnOnce()) -> String {
    let error = catch_unwind(AssertUnwindSafe(check)).unwrap_err();
    error.downcast_ref::<String>().unwrap().clone()
}

#[tokio::test]
async fn requests_can_be_looked_at_whatever_became_of_them() {
    let sandbox = Sandbox::start().await.unwrap();
    save(&sandbox, json!([message("Hi")])).await;
    let stranger = anonymous(&sandbox, Method::POST, MESSAGES).json(&json!({ "data": [] }));
    assert_eq!(send_unchecked(stranger).await.status, 401);
    sandbox.next("saveMessages").fails(Fault::DropBefore);
    let token = token_for(&sandbox, "user_1").await;
    let dropped = anonymous(&sandbox, Method::POST, MESSAGES).bearer_auth(&token);
    assert!(
        dropped
            .header("X-Trace", "7")
            .json(&json!({ "data": [message("Ho")] }))
            .send()
            .await
            .is_err()
    );
    get(&sandbox, "/v6/conversations/con_1/messages?limit=1").await;
    get(&sandbox, "/v6/nowhere").await;

    sandbox.assert_received(&[
        "saveMessages",
        "saveMessages",
        "requestAccessToken",
        "saveMessages",
        "getConversationMessages",
        "",
    ]);
    let saves = sandbox.received("saveMessages");
    assert_eq!(saves.len(), 3);
    assert_eq!(
        (&*saves[2].method, &*saves[2].path, &*saves[2].query),
        ("POST", MESSAGES, "")
    );
    assert_eq!(saves[2].json()["data"][0]["text"], "Ho");
    assert_eq!(saves[2].header("x-TRACE"), Some("7"));
    assert_eq!(saves[2].user.as_deref(), Some("user_1"));
    assert_eq!(
        (saves[0].user.as_deref(), saves[1].user.as_deref()),
        (None, None)
    );
    assert_eq!(
        sandbox.received("getConversationMessages")[0].query,
        "limit=1"
    );
}

#[tokio::test]
async fn what_is_kept_of_a_request_has_no_secret() {
    let sandbox = Sandbox::start().await.unwrap();
    save(&sandbox, json!([message("Hi")])).await;
    token_request(&sandbox, &[]).send().await.unwrap();
    let in_body = [
        ("client_id", sandbox.client_id()),
        ("client_secret", sandbox.client_secret()),
    ];
    anonymous(&sandbox, Method::POST, TOKEN)
        .form(&in_body)
        .send()
        .await
        .unwrap();
    as_client(&sandbox, Method::POST, TOKEN)
        .json(&json!({ "client_secret": sandbox.client_secret() }))
        .send()
        .await
        .unwrap();

    let shown = format!("{:?}", sandbox.received_requests());
    assert_eq!(
        sandbox.received_requests()[0].header("authorization"),
        Some("Bearer [secret]")
    );
    for secret in [
        sandbox.access_token(),
        sandbox.client_secret(),
        "c2FuZGJveC1jbGllbnQ",
    ] {
        assert!(!shown.contains(secret), "{shown}");
    }
}

#[tokio::test]
async fn as_many_requests_are_kept_as_a_test_wants() {
    let sandbox = Sandbox::builder().keep_requests(2).start().await.unwrap();
    for id in ["msg_1", "msg_2", "msg_3"] {
        get(&sandbox, &format!("{MESSAGES}/{id}")).await;
    }
    let kept = sandbox.received_requests();
    let paths: Vec<_> = kept.iter().map(|request| &*request.path).collect();
    assert_eq!(paths, ["/v6/messages/msg_2", "/v6/messages/msg_3"]);
    assert_eq!(sandbox.requests(), 3);
}

#[tokio::test]
async fn what_is_not_as_expected_is_told_place_by_place() {
    let sandbox = Sandbox::start().await.unwrap();
    save(&sandbox, json!([message("Hi"), message("Ho")])).await;

    sandbox.assert_stored("messages", &json!([{ "text": "Hi" }, { "id": "msg_2" }]));
    let check = || sandbox.assert_stored("messages", &json!([{ "a/b": 1, "text": "Ho" }]));
    assert_eq!(
        complaint(check),
        "`messages` is not as expected:\n  /0/a~1b: expected 1, but there is no such field\n  /0/text: expected \"Ho\", \
         found \"Hi\"\n  (the whole): expected 1 items, found 2"
    );

    let request = &sandbox.received("saveMessages")[0];
    request.assert_body_has(&json!({ "data": [{ "text": "Hi" }, {}] }));
    let check = || request.assert_body_has(&json!({ "data": [{ "text": null }, 5] }));
    assert_eq!(
        complaint(check),
        "the body of POST /v6/messages is not as expected:\n  /data/0/text: expected null, found \"Hi\"\n  /data/1: \
         expected 5, found {\"conversationId\":\"con_1\",\"text\":\"Ho\"}"
    );

    assert_eq!(
        complaint(|| sandbox.assert_received(&["getMessage"])),
        "the sandbox received other requests than expected:\n  expected [\"getMessage\"]\n  received [\"saveMessages\"]"
    );
}

#[tokio::test]
async fn the_same_calls_make_the_same_snapshot() {
    let run = async || {
        let sandbox = Sandbox::builder().clock(noon).start().await.unwrap();
        save(&sandbox, json!([message("Hi")])).await;
        sandbox.store("invoicing/invoices", json!({ "id": "inv_1" }));
        sandbox.snapshot()
    };
    let snapshot = run().await;
    assert_eq!(run().await.to_string(), snapshot.to_string());
    let names: Vec<_> = snapshot.as_object().unwrap().keys().collect();
    assert_eq!(names, ["auditTrail", "invoicing/invoices", "messages"]);
    assert_eq!(snapshot["messages"][0]["id"], "msg_1");
    assert_eq!(Sandbox::start().await.unwrap().snapshot(), json!({}));
}
