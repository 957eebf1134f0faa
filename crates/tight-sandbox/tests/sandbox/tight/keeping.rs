//! Entities after they have been saved: updated, asked for and deleted.

use reqwest::StatusCode;
use serde_json::{Value, json};
use tight_sandbox::Sandbox;

use crate::support::{
    Clock, FILES, anonymous, assert_failed, delete, get, noon, post_to, saved, send,
};

fn invoice() -> Value {
    json!({
        "description": "Invoice",
        "entityId": "btxn_1",
        "date": "2024-01-15",
        "amount": 15000,
        "customData": { "key": { "deep": [1, null] } },
    })
}

#[tokio::test]
async fn a_saved_file_keeps_what_was_sent_where_the_document_has_it() {
    let sandbox = Sandbox::builder().clock(noon).start().await.unwrap();

    let file = saved(&sandbox, FILES, invoice()).await;

    assert_eq!(
        file,
        json!({
            "id": "fil_1",
            "entity": { "id": "btxn_1" },
            "description": "Invoice",
            "url": "https://cdn.sandbox.tight.com/files/fil_1.pdf",
            "date": "2024-01-15",
            "amount": 15000,
            "status": "ACTIVE",
            "customData": { "key": { "deep": [1, null] } },
        })
    );
    assert_eq!(sandbox.stored("files"), std::slice::from_ref(&file));
    assert_eq!(get(&sandbox, "/v6/files/fil_1").await.body["data"], file);
}

#[tokio::test]
async fn an_update_replaces_what_is_sent_and_nothing_else() {
    let sandbox = Sandbox::start().await.unwrap();
    let mut file = saved(&sandbox, FILES, invoice()).await;
    saved(&sandbox, FILES, json!({ "description": "Other" })).await;

    let item = json!({ "id": "fil_1", "notes": "New", "entityId": "btxn_2", "customData": {} });
    let updated = saved(&sandbox, FILES, item).await;

    file["notes"] = json!("New");
    file["entity"] = json!({ "id": "btxn_2" });
    file["customData"] = json!({});
    assert_eq!(updated, file);
    assert_eq!(sandbox.stored("files")[0], file);
    assert_eq!(sandbox.stored("files").len(), 2);
}

#[tokio::test]
async fn an_update_moves_the_time_of_the_last_update_and_not_that_of_creation() {
    let clock = Clock::default();
    let sandbox = clock.settle(Sandbox::builder()).start().await.unwrap();
    let item = json!({ "subject": "Review", "message": { "text": "Hi" } });
    let path = "/v6/conversations";
    let created = saved(&sandbox, path, item).await;
    clock.set(5);

    let updated = saved(&sandbox, path, json!({ "id": "con_1", "subject": "Done" })).await;

    let times = |entity: &Value| {
        [
            entity["createdDateTime"].clone(),
            entity["lastUpdatedDateTime"].clone(),
        ]
    };
    assert_eq!(
        times(&created),
        ["2024-02-29T12:34:56Z", "2024-02-29T12:34:56Z"]
    );
    assert_eq!(
        times(&updated),
        ["2024-02-29T12:34:56Z", "2024-02-29T12:35:01Z"]
    );
    assert_eq!(updated["latestMessage"], created["latestMessage"]);
}

#[tokio::test]
async fn an_item_with_an_unknown_id_is_rejected_alone() {
    let sandbox = Sandbox::start().await.unwrap();
    let unknown = || json!({ "id": "fil_9", "notes": "New" });

    let alone = post_to(&sandbox, FILES, json!({ "data": [unknown()] })).await;
    let both = post_to(&sandbox, FILES, json!({ "data": [unknown(), invoice()] })).await;

    assert_eq!(alone.status, StatusCode::BAD_REQUEST);
    assert_eq!(both.status, StatusCode::MULTI_STATUS);
    for answer in [alone, both] {
        assert_eq!(
            answer.body["data"][0],
            json!({ "result": "FAILURE", "statusCode": 404, "data": null, "error": [{
                "type": "INVALID_VALUE", "message": "id does not exist in files", "param": "id",
            }] })
        );
    }
    assert_eq!(sandbox.stored("files").len(), 1);
}

#[tokio::test]
async fn the_items_of_a_batch_take_effect_one_after_another() {
    let sandbox = Sandbox::start().await.unwrap();

    let items = json!([
        { "description": "first" },
        { "id": "fil_1", "notes": "one" },
        { "id": "fil_1", "amount": 2 },
        { "id": "fil_1", "date": "2024-02-30" },
    ]);
    let answer = post_to(&sandbox, FILES, json!({ "data": items })).await;

    assert_eq!(answer.status, StatusCode::MULTI_STATUS);
    assert_eq!(
        answer.body["data"][3]["error"],
        json!([{ "type": "INVALID_FORMAT", "message": "date must be a valid date", "param": "date" }])
    );
    let [file] = &sandbox.stored("files")[..] else {
        panic!()
    };
    assert_eq!(
        (&file["description"], &file["notes"]),
        (&json!("first"), &json!("one"))
    );
    assert_eq!((&file["amount"], &file["date"]), (&json!(2), &Value::Null));
}

#[tokio::test]
async fn what_a_new_entity_needs_an_update_does_not() {
    let sandbox = Sandbox::start().await.unwrap();
    let answer = post_to(&sandbox, FILES, json!({ "data": [{ "notes": "New" }] })).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    assert_eq!(
        answer.body["data"][0]["error"][0]["message"],
        "id or description is required"
    );
}

#[tokio::test]
async fn states_that_the_document_does_not_list_are_accepted() {
    let sandbox = Sandbox::start().await.unwrap();
    let path = "/v6/conversations";
    let mut item = json!({ "subject": "Review", "message": { "text": "Hi" } });

    let plain = saved(&sandbox, path, item.clone()).await;
    item["resolutionStatus"] = json!("POSTPONED");
    item["readStatus"] = json!("READ");
    let told = saved(&sandbox, path, item).await;

    let states = |entity: &Value| {
        ["status", "readStatus", "resolutionStatus"].map(|name| entity[name].clone())
    };
    assert_eq!(states(&plain), ["ACTIVE", "UNREAD", "OPEN"]);
    assert_eq!(states(&told), ["ACTIVE", "READ", "POSTPONED"]);
}

#[tokio::test]
async fn a_deleted_entity_is_answered_once_more_and_then_gone() {
    let sandbox = Sandbox::start().await.unwrap();
    let first = saved(&sandbox, FILES, invoice()).await;
    let second = saved(&sandbox, FILES, invoice()).await;

    let deleted = delete(&sandbox, "/v6/files/fil_1").await;

    assert_eq!(deleted.status, StatusCode::OK);
    assert_eq!(
        deleted.body,
        json!({ "result": "SUCCESS", "data": first, "error": [] })
    );
    assert_eq!(sandbox.stored("files"), [second]);
    let listed = post_to(&sandbox, "/v6/files/query", json!({})).await;
    assert_eq!(listed.body["data"].as_array().unwrap().len(), 1);
    for again in [
        get(&sandbox, "/v6/files/fil_1").await,
        delete(&sandbox, "/v6/files/fil_1").await,
    ] {
        assert_failed(
            &again,
            404,
            "INVALID_VALUE",
            "id",
            "id does not exist in files",
        );
    }
    let update = post_to(&sandbox, FILES, json!({ "data": [{ "id": "fil_1" }] })).await;
    assert_eq!(update.body["data"][0]["statusCode"], 404);
    assert_eq!(saved(&sandbox, FILES, invoice()).await["id"], "fil_3");
}

#[tokio::test]
async fn an_id_may_be_encoded_in_a_path() {
    let sandbox = Sandbox::start().await.unwrap();
    saved(&sandbox, FILES, invoice()).await;
    assert_eq!(
        get(&sandbox, "/v6/files/%66il%5F1").await.status,
        StatusCode::OK
    );
    for unknown in ["fil_1%20", "fil%2F1", "%FF", "FIL_1"] {
        let answer = get(&sandbox, &format!("/v6/files/{unknown}")).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{unknown}");
    }
}

#[tokio::test]
async fn entities_are_for_those_with_a_token() {
    let sandbox = Sandbox::start().await.unwrap();
    saved(&sandbox, FILES, invoice()).await;
    for method in [reqwest::Method::GET, reqwest::Method::DELETE] {
        let request = anonymous(&sandbox, method, "/v6/files/fil_1");
        assert_eq!(send(request).await.status, StatusCode::UNAUTHORIZED);
    }
    assert_eq!(sandbox.stored("files").len(), 1);
}
