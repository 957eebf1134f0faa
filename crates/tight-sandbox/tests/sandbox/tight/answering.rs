//! What is saved, and how the sandbox tells.

use std::time::{Duration, SystemTime};

use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use tight_sandbox::Sandbox;

use crate::support::{MESSAGES, noon, post, request, save, send};

fn ids(results: &Value) -> Vec<&str> {
    results
        .as_array()
        .unwrap()
        .iter()
        .filter_map(|result| result["data"]["id"].as_str())
        .collect()
}

#[tokio::test]
async fn a_saved_message_keeps_what_was_sent_and_gains_what_the_document_promises() {
    let sandbox = Sandbox::builder().clock(noon).start().await.unwrap();

    let answer = save(
        &sandbox,
        json!([{ "conversationId": "con_1", "text": "Receipt", "attachmentIds": ["fil_7", "fil_8"] }]),
    )
    .await;

    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(answer.body["result"], "SUCCESS");
    let result = &answer.body["data"][0];
    assert_eq!(
        (&result["result"], &result["statusCode"]),
        (&json!("SUCCESS"), &json!(200))
    );
    // What was sent, and what only a server knows. The other fields are the document's, whatever it says of them today;
    // that they are as it says is checked for every answer.
    let message = &result["data"];
    assert_eq!(
        (&message["id"], &message["conversationId"]),
        (&json!("msg_1"), &json!("con_1"))
    );
    assert_eq!(
        (&message["text"], &message["status"]),
        (&json!("Receipt"), &json!("ACTIVE"))
    );
    assert_eq!(message["createdDateTime"], "2024-02-29T12:34:56Z");
    let attached: Vec<_> = message["attachments"]
        .as_array()
        .unwrap()
        .iter()
        .map(|file| &file["id"])
        .collect();
    assert_eq!(attached, ["fil_7", "fil_8"]);
    assert_eq!(sandbox.stored("messages"), std::slice::from_ref(message));
}

#[tokio::test]
async fn what_was_not_sent_is_empty_and_not_the_documented_example() {
    let sandbox = Sandbox::start().await.unwrap();

    let bare = json!({ "conversationId": "con_1", "attachmentIds": [] });
    let answer = save(
        &sandbox,
        json!([bare, { "conversationId": "con_1", "text": "Hi" }]),
    )
    .await;

    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(answer.body["data"][0]["data"]["text"], Value::Null);
    assert_eq!(answer.body["data"][0]["data"]["attachments"], json!([]));
    assert_eq!(answer.body["data"][1]["data"]["attachments"], json!([]));
}

#[tokio::test]
async fn fields_that_the_document_does_not_know_are_not_saved() {
    let sandbox = Sandbox::start().await.unwrap();

    let mut item = json!({ "conversationId": "con_1", "text": "Hi" });
    item["id"] = json!("mine");
    item["status"] = json!(7);
    item["colour"] = json!("red");
    let answer = save(&sandbox, json!([item])).await;

    assert_eq!(answer.status, StatusCode::OK);
    let message = &answer.body["data"][0]["data"];
    assert_eq!(
        (&message["id"], &message["status"], message.get("colour")),
        (&json!("msg_1"), &json!("ACTIVE"), None)
    );
}

#[tokio::test]
async fn a_batch_is_207_if_some_items_fail_and_its_results_keep_the_order() {
    let sandbox = Sandbox::start().await.unwrap();

    let answer = save(
        &sandbox,
        json!([
            { "conversationId": "con_1", "text": "first" },
            { "conversationId": "con_1" },
            { "conversationId": "con_2", "text": "third" },
        ]),
    )
    .await;

    assert_eq!(answer.status, StatusCode::MULTI_STATUS);
    assert_eq!(answer.body["result"], "SUCCESS");
    let results = answer.body["data"].as_array().unwrap();
    let verdicts: Vec<_> = results
        .iter()
        .map(|item| (item["result"].as_str(), item["statusCode"].as_u64()))
        .collect();
    assert_eq!(
        verdicts,
        [
            (Some("SUCCESS"), Some(200)),
            (Some("FAILURE"), Some(400)),
            (Some("SUCCESS"), Some(200))
        ]
    );
    assert_eq!(ids(&answer.body["data"]), ["msg_1", "msg_2"]);
    assert_eq!(
        results[1],
        json!({
            "result": "FAILURE",
            "statusCode": 400,
            "data": null,
            "error": [{ "type": "REQUIRED", "message": "text or attachmentIds is required", "param": "text" }],
        })
    );
    let stored = sandbox.stored("messages");
    let texts: Vec<_> = stored.iter().map(|message| &message["text"]).collect();
    assert_eq!(texts, ["first", "third"]);
}

#[tokio::test]
async fn a_batch_is_400_with_its_results_if_all_items_fail() {
    let sandbox = Sandbox::start().await.unwrap();

    let answer = save(
        &sandbox,
        json!([{ "text": "Hi" }, { "conversationId": "con_1" }]),
    )
    .await;

    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    assert_eq!(answer.body["result"], "FAILURE");
    let params: Vec<_> = answer.body["data"]
        .as_array()
        .unwrap()
        .iter()
        .map(|result| &result["error"][0]["param"])
        .collect();
    assert_eq!(params, ["conversationId", "text"]);
    assert!(sandbox.stored("messages").is_empty());
}

#[tokio::test]
async fn an_empty_batch_succeeds() {
    let sandbox = Sandbox::start().await.unwrap();

    let answer = save(&sandbox, json!([])).await;

    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(
        answer.body,
        json!({ "result": "SUCCESS", "data": [], "error": [] })
    );
}

#[tokio::test]
async fn ids_go_on_from_request_to_request_and_failed_items_use_none() {
    let sandbox = Sandbox::start().await.unwrap();
    let good = json!({ "conversationId": "con_1", "text": "Hi" });

    let first = save(&sandbox, json!([good, {}, good])).await;
    let second = save(&sandbox, json!([good])).await;

    assert_eq!(ids(&first.body["data"]), ["msg_1", "msg_2"]);
    assert_eq!(ids(&second.body["data"]), ["msg_3"]);
    assert_eq!(sandbox.stored("messages").len(), 3);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn batches_that_arrive_together_do_not_mix() {
    // Long enough for the batches to overlap.
    const LENGTH: usize = 2_000;
    let sandbox = Sandbox::start().await.unwrap();
    let batch = |name: &str| {
        let items: Vec<_> = (0..LENGTH)
            .map(|_| json!({ "conversationId": name, "text": "Hi" }))
            .collect();
        tokio::spawn(send(
            request(&sandbox, Method::POST, MESSAGES).json(&json!({ "data": items })),
        ))
    };

    let batches: Vec<_> = (0..4)
        .map(|number| batch(&format!("con_{number}")))
        .collect();
    for batch in batches {
        assert_eq!(batch.await.unwrap().status, StatusCode::OK);
    }

    let stored = sandbox.stored("messages");
    assert_eq!(stored.len(), 4 * LENGTH);
    for (index, message) in stored.iter().enumerate() {
        assert_eq!(message["id"], format!("msg_{}", index + 1));
        assert_eq!(
            message["conversationId"],
            stored[index - index % LENGTH]["conversationId"]
        );
    }
}

#[tokio::test]
async fn the_same_requests_at_the_same_time_get_the_same_answers() {
    let good = json!({ "conversationId": "con_1", "text": "Hi", "attachmentIds": ["att_1"] });
    let body = json!({ "data": [good, { "text": 1 }] });

    let first = post(
        &Sandbox::builder().clock(noon).start().await.unwrap(),
        body.clone(),
    )
    .await;
    let second = post(&Sandbox::builder().clock(noon).start().await.unwrap(), body).await;

    assert_eq!(first.body.to_string(), second.body.to_string());
}

#[tokio::test]
async fn a_clock_beyond_what_the_api_can_write_is_brought_into_range() {
    let early = SystemTime::UNIX_EPOCH - Duration::from_secs(1);
    let late = SystemTime::UNIX_EPOCH + Duration::from_secs(300_000_000_000);
    for (now, written) in [
        (early, "1970-01-01T00:00:00Z"),
        (late, "9999-12-31T23:59:59Z"),
    ] {
        let sandbox = Sandbox::builder().clock(move || now).start().await.unwrap();

        let answer = save(
            &sandbox,
            json!([{ "conversationId": "con_1", "text": "Hi" }]),
        )
        .await;

        assert_eq!(answer.body["data"][0]["data"]["createdDateTime"], written);
    }
}
