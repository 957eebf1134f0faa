//! Filters: which entities a query asks for.

use reqwest::StatusCode;
use serde_json::{Value, json};
use tight_sandbox::Sandbox;

use crate::support::{CONVERSATIONS, FILES, each, post_to, saved, saved_with, token_for};

/// The ids of what `filter` finds.
async fn found(sandbox: &Sandbox, path: &str, filter: Value) -> Vec<String> {
    let answer = post_to(sandbox, path, json!({ "filter": filter })).await;
    assert_eq!(answer.status, StatusCode::OK, "{:#}", answer.body);
    let ids = each(&answer.body["data"], "id").into_iter();
    ids.map(|id| id.as_str().unwrap().to_owned()).collect()
}

#[tokio::test]
async fn every_operator_compares_as_its_name_says() {
    let sandbox = Sandbox::start().await.unwrap();
    for item in [
        json!({ "description": "apple", "amount": 9, "date": "2024-01-09" }),
        json!({ "description": "Banana", "amount": 10, "date": "2024-01-10" }),
        json!({ "description": "banana", "amount": 11, "date": "2024-01-11", "notes": "n" }),
    ] {
        saved(&sandbox, FILES, item).await;
    }
    let all: &[&str] = &["fil_1", "fil_2", "fil_3"];
    for (filter, expected) in [
        (json!({}), all),
        (json!({ "amount": {} }), all),
        (json!({ "amount": { "equal": 10 } }), &["fil_2"]),
        (json!({ "amount": { "notEqual": 10 } }), &["fil_1", "fil_3"]),
        (
            json!({ "amount": { "greaterThan": 9 } }),
            &["fil_2", "fil_3"],
        ),
        (
            json!({ "amount": { "greaterThanEqual": 10 } }),
            &["fil_2", "fil_3"],
        ),
        (json!({ "amount": { "lessThan": 10 } }), &["fil_1"]),
        (
            json!({ "amount": { "lessThanEqual": 10 } }),
            &["fil_1", "fil_2"],
        ),
        (
            json!({ "amount": { "greaterThan": 9, "lessThan": 11 } }),
            &["fil_2"],
        ),
        (json!({ "date": { "equal": "2024-01-09" } }), &["fil_1"]),
        (
            json!({ "date": { "greaterThan": "2024-01-09" } }),
            &["fil_2", "fil_3"],
        ),
        (json!({ "date": { "lessThanEqual": "2024-01-08" } }), &[]),
        (json!({ "description": { "equal": "banana" } }), &["fil_3"]),
        (
            json!({ "description": { "contain": "anan" } }),
            &["fil_2", "fil_3"],
        ),
        (json!({ "description": { "contain": "" } }), all),
        (
            json!({ "description": { "greaterThan": "apple" } }),
            &["fil_3"],
        ),
        // What has no value is equal to nothing, and neither greater nor less.
        (json!({ "notes": { "equal": "n" } }), &["fil_3"]),
        (json!({ "notes": { "notEqual": "n" } }), &["fil_1", "fil_2"]),
        (json!({ "notes": { "lessThanEqual": "z" } }), &["fil_3"]),
        (json!({ "notes": { "contain": "" } }), &["fil_3"]),
        // All conditions together.
        (
            json!({ "description": { "contain": "anana" }, "amount": { "lessThan": 11 } }),
            &["fil_2"],
        ),
    ] {
        let shown = filter.to_string();
        assert_eq!(
            found(&sandbox, "/v6/files/query", filter).await,
            expected,
            "{shown}"
        );
    }
}

#[tokio::test]
async fn the_fields_of_a_filter_are_found_under_the_names_that_entities_have_for_them() {
    let sandbox = Sandbox::start().await.unwrap();
    let ada = token_for(&sandbox, "ada").await;
    let conversation = |subject: &str, more: Value| {
        let mut item = json!({ "subject": subject, "message": { "text": "Hi" } });
        item.as_object_mut()
            .unwrap()
            .extend(more.as_object().unwrap().clone());
        item
    };
    let first = conversation(
        "first",
        json!({ "attachedEntityId": "btxn_1", "readStatus": "READ" }),
    );
    saved_with(&sandbox, &ada, CONVERSATIONS, first).await;
    let second = conversation("second", json!({ "readStatus": "UNREAD" }));
    saved(&sandbox, CONVERSATIONS, second).await;

    let both: &[&str] = &["con_1", "con_2"];
    for (filter, expected) in [
        (
            json!({ "subject": { "equal": "first" } }),
            &["con_1"] as &[_],
        ),
        (
            json!({ "attachedEntity": { "id": { "in": ["btxn_1", "btxn_2"] } } }),
            &["con_1"],
        ),
        (json!({ "attachedEntity": { "id": { "in": [] } } }), &[]),
        (json!({ "attachedEntity": {} }), both),
        (json!({ "readStatus": { "in": ["READ"] } }), &["con_1"]),
        (json!({ "readStatus": { "notIn": ["READ"] } }), &["con_2"]),
        (json!({ "readStatus": { "in": ["READ", "UNREAD"] } }), both),
        (
            json!({ "readStatus": { "in": ["READ", "UNREAD"], "notIn": ["READ"] } }),
            &["con_2"],
        ),
        (json!({ "resolutionStatus": { "in": ["OPEN"] } }), both),
        (json!({ "authorUserId": { "equal": "ada" } }), &["con_1"]),
        (json!({ "authorUserId": { "notEqual": "ada" } }), &["con_2"]),
        (json!({ "authorEmail": { "contain": "@" } }), both),
    ] {
        let shown = filter.to_string();
        let ids = found(&sandbox, "/v6/conversations/query", filter).await;
        assert_eq!(ids, expected, "{shown}");
    }
}

#[tokio::test]
async fn pages_are_cut_from_what_the_filter_leaves() {
    let sandbox = Sandbox::start().await.unwrap();
    for amount in 1..=6 {
        saved(
            &sandbox,
            FILES,
            json!({ "description": "Invoice", "amount": amount % 2 }),
        )
        .await;
    }
    let query = |cursor: Value| json!({ "limit": 2, "cursor": cursor, "filter": { "amount": { "equal": 1 } } });
    let first = post_to(&sandbox, "/v6/files/query", query(Value::Null)).await;
    let after = first.body["cursor"]["after"].clone();
    let second = post_to(&sandbox, "/v6/files/query", query(after)).await;
    assert_eq!(each(&first.body["data"], "id"), ["fil_1", "fil_3"]);
    assert_eq!(each(&second.body["data"], "id"), ["fil_5"]);
    assert_eq!(second.body["cursor"]["after"], Value::Null);
}
