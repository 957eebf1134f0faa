//! Items that are not saved, and why.

use reqwest::StatusCode;
use serde_json::{Value, json};
use tight_sandbox::Sandbox;

use crate::support::save;

/// Type, param and message of each flaw of `item`.
async fn flaws(item: Value) -> Vec<(String, String, String)> {
    let sandbox = Sandbox::start().await.unwrap();
    let answer = save(&sandbox, json!([item])).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    let text = |value: &Value| value.as_str().unwrap_or("-").to_owned();
    let flaws = answer.body["data"][0]["error"].as_array().unwrap();
    flaws
        .iter()
        .map(|flaw| {
            (
                text(&flaw["type"]),
                text(&flaw["param"]),
                text(&flaw["message"]),
            )
        })
        .collect()
}

fn flaw(kind: &str, param: &str, message: &str) -> (String, String, String) {
    (kind.to_owned(), param.to_owned(), message.to_owned())
}

#[tokio::test]
async fn a_missing_field_is_required() {
    assert_eq!(
        flaws(json!({ "text": "Hi" })).await,
        [flaw(
            "REQUIRED",
            "conversationId",
            "conversationId is required"
        )]
    );
}

#[tokio::test]
async fn an_empty_required_field_is_as_good_as_missing() {
    assert_eq!(
        flaws(json!({ "conversationId": "", "text": "Hi" })).await,
        [flaw(
            "REQUIRED",
            "conversationId",
            "conversationId is required"
        )]
    );
}

#[tokio::test]
async fn all_flaws_are_told_at_once_in_the_order_of_the_document() {
    assert_eq!(
        flaws(json!({ "attachmentIds": ["att_1", 2, null], "text": false })).await,
        [
            flaw("REQUIRED", "conversationId", "conversationId is required"),
            flaw("INVALID_VALUE", "text", "text must be a string"),
            flaw(
                "INVALID_VALUE",
                "attachmentIds[1]",
                "attachmentIds[1] must be a string"
            ),
            flaw(
                "INVALID_VALUE",
                "attachmentIds[2]",
                "attachmentIds[2] must be a string"
            ),
        ]
    );
    assert_eq!(
        flaws(json!({})).await,
        [
            flaw("REQUIRED", "conversationId", "conversationId is required"),
            flaw("REQUIRED", "text", "text or attachmentIds is required"),
        ]
    );
}

#[tokio::test]
async fn null_is_not_a_value() {
    assert_eq!(
        flaws(json!({ "conversationId": null, "text": null, "attachmentIds": null })).await,
        [
            flaw(
                "INVALID_VALUE",
                "conversationId",
                "conversationId must be a string"
            ),
            flaw("INVALID_VALUE", "text", "text must be a string"),
            flaw(
                "INVALID_VALUE",
                "attachmentIds",
                "attachmentIds must be an array"
            ),
        ]
    );
}

#[tokio::test]
async fn an_item_that_is_no_object_has_no_param() {
    for item in [json!(null), json!("secret"), json!([{}])] {
        assert_eq!(
            flaws(item).await,
            [flaw("INVALID_VALUE", "-", "The item must be an object")]
        );
    }
}

#[tokio::test]
async fn messages_do_not_repeat_what_was_sent() {
    let secret = json!({ "secret": "secret" });
    let item = json!({ "conversationId": secret, "text": [secret], "attachmentIds": "secret" });
    let told = flaws(item).await;

    assert_eq!(told.len(), 3);
    assert!(!format!("{told:?}").contains("secret"), "{told:?}");
}
