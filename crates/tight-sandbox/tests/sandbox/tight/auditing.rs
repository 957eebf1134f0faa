//! The audit trail: what it tells of the changes of all entities.

use serde_json::{Value, json};
use tight_sandbox::Sandbox;

use crate::support::{
    CONVERSATIONS, Clock, FILES, MESSAGES, anonymous, delete, each, get, noon, post_to, saved,
    saved_with, send, token_for,
};

const QUERY: &str = "/v6/auditTrail/query";

#[tokio::test]
async fn every_change_of_an_entity_is_an_entry() {
    let clock = Clock::default();
    let sandbox = clock.settle(Sandbox::builder()).start().await.unwrap();
    let ada = token_for(&sandbox, "ada").await;
    let created = saved(&sandbox, FILES, json!({ "description": "Invoice" })).await;
    clock.set(1);
    let item = json!({ "id": "fil_1", "description": "Invoice", "notes": "Paid" });
    saved_with(&sandbox, &ada, FILES, item).await;
    clock.set(2);
    delete(&sandbox, "/v6/files/fil_1").await;

    let trail = get(&sandbox, "/v6/auditTrail/fil_1").await.body["data"].clone();

    assert_eq!(each(&trail, "id"), ["aud_1", "aud_2", "aud_3"]);
    assert_eq!(each(&trail, "action"), ["CREATE", "UPDATE", "DELETE"]);
    assert_eq!(
        each(&trail, "revisions"),
        [&json!([created]), &json!([{ "notes": "Paid" }]), &json!([])]
    );
    assert_eq!(
        trail[1],
        json!({
            "id": "aud_2",
            "company": { "id": "co_28868401", "name": "Acme Corp" },
            "editor": { "id": "emp_28868401", "userId": "ada", "email": "editor@example.com" },
            "action": "UPDATE",
            "datetime": "2024-02-29T12:34:57Z",
            "revisions": [{ "notes": "Paid" }],
            "revision": null,
        })
    );
    assert_eq!(trail[0]["editor"]["userId"], "user_sandbox");
    assert_eq!(Value::Array(sandbox.stored("auditTrail")), trail);
}

#[tokio::test]
async fn what_follows_from_a_change_is_told_as_well() {
    let sandbox = Sandbox::builder().clock(noon).start().await.unwrap();
    let item = json!({ "subject": "Review", "message": { "text": "Hi" } });
    let conversation = saved(&sandbox, CONVERSATIONS, item).await;
    let message = saved(
        &sandbox,
        MESSAGES,
        json!({ "conversationId": "con_1", "text": "Yes" }),
    )
    .await;
    sandbox.react("msg_2", "eyes", "ada");

    let all = post_to(&sandbox, QUERY, json!({})).await.body["data"].clone();
    assert_eq!(
        each(&all, "action"),
        ["CREATE", "CREATE", "CREATE", "UPDATE", "UPDATE"]
    );
    let latest = json!({ "id": "msg_2", "author": message["author"], "text": "Yes" });
    let of = |id: &str| {
        let path = format!("/v6/auditTrail/{id}");
        let sandbox = &sandbox;
        async move { get(sandbox, &path).await.body["data"].clone() }
    };
    assert_eq!(
        each(&of("con_1").await, "revisions"),
        [
            &json!([conversation]),
            &json!([{ "latestMessage": latest }])
        ]
    );
    let reacted = of("msg_2").await;
    assert_eq!(each(&reacted, "id"), ["aud_3", "aud_5"]);
    assert_eq!(reacted[1]["editor"]["userId"], "ada");
    assert_eq!(
        reacted[1]["revisions"][0]["reactions"][0]["emojiCode"],
        "eyes"
    );
}

#[tokio::test]
async fn what_changed_nothing_leaves_no_entry() {
    let sandbox = Sandbox::start().await.unwrap();
    saved(&sandbox, FILES, json!({ "description": "Invoice" })).await;
    post_to(&sandbox, FILES, json!({ "data": [{}, { "id": "fil_9" }] })).await;
    get(&sandbox, "/v6/files/fil_1").await;
    delete(&sandbox, "/v6/files/fil_2").await;
    assert_eq!(sandbox.stored("auditTrail").len(), 1);
}

#[tokio::test]
async fn the_trail_is_paged_in_the_order_of_the_changes() {
    let clock = Clock::default();
    let sandbox = clock.settle(Sandbox::builder()).start().await.unwrap();
    for number in 0..3 {
        clock.set(number);
        saved(&sandbox, FILES, json!({ "description": "Invoice" })).await;
    }
    saved(&sandbox, FILES, json!({ "id": "fil_1", "notes": "Paid" })).await;

    let first = get(&sandbox, "/v6/auditTrail/fil_1?limit=1").await;
    let after = first.body["cursor"]["after"].as_str().unwrap();
    let second = get(
        &sandbox,
        &format!("/v6/auditTrail/fil_1?limit=1&cursor={after}"),
    )
    .await;
    assert_eq!(each(&first.body["data"], "id"), ["aud_1"]);
    assert_eq!(each(&second.body["data"], "id"), ["aud_4"]);
    assert_eq!(second.body["cursor"]["after"], Value::Null);

    let newest_first = json!({ "sort": { "orderBy": "DATETIME", "direction": "DESC" } });
    let answer = post_to(&sandbox, QUERY, newest_first).await;
    assert_eq!(
        each(&answer.body["data"], "id"),
        ["aud_4", "aud_3", "aud_2", "aud_1"]
    );
}

#[tokio::test]
async fn an_entity_that_nobody_knows_has_an_empty_trail() {
    let sandbox = Sandbox::start().await.unwrap();
    saved(&sandbox, FILES, json!({ "description": "Invoice" })).await;
    let answer = get(&sandbox, "/v6/auditTrail/fil_9").await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.body["data"], json!([]));
}

#[tokio::test]
async fn the_trail_can_be_asked_for_an_editor_and_a_company() {
    let sandbox = Sandbox::start().await.unwrap();
    let ada = token_for(&sandbox, "ada").await;
    let item = json!({ "description": "Invoice" });
    saved(&sandbox, FILES, item.clone()).await;
    saved_with(&sandbox, &ada, FILES, item).await;

    let both: &[&str] = &["aud_1", "aud_2"];
    for (filter, expected) in [
        (
            json!({ "editor": { "userId": { "equal": "ada" } } }),
            &["aud_2"] as &[_],
        ),
        (json!({ "company": { "id": { "contain": "co_" } } }), both),
        (json!({ "company": { "id": { "equal": "co_1" } } }), &[]),
        // An entry does not show this id of the company, but it has one.
        (
            json!({ "company": { "apiCompanyId": { "equal": "apiCompany_sandbox" } } }),
            both,
        ),
        (
            json!({ "company": { "apiCompanyId": { "equal": "mine" } } }),
            &[],
        ),
    ] {
        let answer = post_to(&sandbox, QUERY, json!({ "filter": filter })).await;
        assert_eq!(each(&answer.body["data"], "id"), expected, "{filter}");
    }
}

#[tokio::test]
async fn the_trail_is_for_those_with_a_token() {
    let sandbox = Sandbox::start().await.unwrap();
    let request = anonymous(&sandbox, reqwest::Method::GET, "/v6/auditTrail/fil_1");
    assert_eq!(send(request).await.status, 401);
}
