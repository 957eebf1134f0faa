//! What is done to one entity, or to none that the document names.

use serde_json::{Value, json};

use super::{answer, assert_told, batch_save, document, object, operation, post, serve, string};

fn letters() -> Value {
    let letter = object(json!({
        "id": { "type": "string", "example": "let_7" },
        "text": string(),
    }));
    let sent = object(json!({
        "id": string(),
        "text": string(),
        "stamp": { "type": "string", "example": "AIR" },
        "weight": { "type": "integer" },
    }));
    let kind = json!({ "is": "action", "collection": "letters", "id": "id" });
    let body = object(json!({ "stamp": string(), "text": string(), "weight": string() }));
    document(json!({
        "/invented/letters": { "post": batch_save("letters", letter.clone(), letter) },
        "/invented/letters/{id}/send": { "post": operation(kind, Some(body), answer(sent, json!({}))) },
        "/invented/letters/hello": { "post": operation(
            json!({ "is": "action" }),
            Some(object(json!({ "name": string() }))),
            answer(object(json!({ "name": string(), "at": { "type": "string", "format": "date-time" } })), json!({})),
        ) },
        "/invented/letters/invite": { "post": operation(
            json!({ "is": "action" }),
            None,
            answer(json!({ "type": "object" }), json!({})),
        ) },
    }))
}

#[tokio::test]
async fn the_answer_shows_the_entity_what_was_sent_and_what_is_documented() {
    let sandbox = serve(&letters()).await;
    post(
        &sandbox,
        "/invented/letters",
        json!({ "data": [{ "text": "Hi" }] }),
    )
    .await;
    let path = "/invented/letters/let_1/send";

    let plain = post(&sandbox, path, json!({})).await;
    assert_eq!(
        plain.body["data"],
        json!({ "id": "let_1", "text": "Hi", "stamp": "AIR", "weight": 0 })
    );
    let sent = json!({ "stamp": "SEA", "text": "other", "weight": "much", "colour": 1 });
    let with_more = post(&sandbox, path, sent).await;
    assert_eq!(
        with_more.body["data"],
        json!({ "id": "let_1", "text": "Hi", "stamp": "SEA", "weight": 0 })
    );
    // What it does beyond that is nothing that the sandbox knows.
    assert_eq!(
        sandbox.stored("letters"),
        [json!({ "id": "let_1", "text": "Hi" })]
    );
}

#[tokio::test]
async fn the_entity_must_be_there() {
    let sandbox = serve(&letters()).await;
    let answer = post(&sandbox, "/invented/letters/let_1/send", json!({})).await;
    assert_told(&answer, 404, "id", "id does not exist in letters");
    let answer = post(
        &sandbox,
        "/invented/letters/let_1/send",
        json!({ "stamp": 1 }),
    )
    .await;
    assert_told(&answer, 400, "stamp", "stamp must be a string");
}

#[tokio::test]
async fn an_action_may_be_about_no_entity() {
    let sandbox = serve(&letters()).await;
    let hello = post(
        &sandbox,
        "/invented/letters/hello",
        json!({ "name": "Ada" }),
    )
    .await;
    let expected = json!({ "name": "Ada", "at": "2024-02-29T12:34:56Z" });
    assert_eq!(hello.body["data"], expected);
    let invite = post(&sandbox, "/invented/letters/invite", json!({})).await;
    assert_eq!(invite.body["data"], json!({}));
}
