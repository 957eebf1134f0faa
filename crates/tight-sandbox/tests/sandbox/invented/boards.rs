//! Boards that hold cards, as conversations hold messages.

use reqwest::StatusCode;
use serde_json::{Value, json};
use tight_sandbox::Sandbox;

use super::{
    answer, batch_save, delete, document, object, operation, post, serve, string, unserved,
};

/// Boards, and the cards on them.
fn boards() -> Value {
    let card = object(json!({
        "id": { "type": "string", "example": "card_5" },
        "boardId": string(),
        "title": string(),
        "by": object(json!({ "userId": string() })),
    }));
    let new_card = object(json!({ "id": string(), "boardId": string(), "title": string() }));
    let board = object(json!({
        "id": { "type": "string", "example": "brd_5" },
        "name": string(),
        "latestCard": object(json!({ "id": string(), "title": string() })),
    }));
    let new_board = object(json!({
        "name": string(),
        "card": object(json!({ "title": string() })),
    }));
    let removed = json!({ "is": "entity", "does": "delete", "collection": "cards", "id": "id" });
    let mut all = document(json!({
        "/invented/boards": { "post": batch_save("boards", new_board, board) },
        "/invented/cards": { "post": batch_save("cards", new_card, card.clone()) },
        "/invented/cards/{id}": { "delete": operation(removed, None, answer(card, json!({}))) },
    }));
    all["x-domain"] = json!({ "userField": "userId", "threads": [{
        "holder": "boards",
        "held": "cards",
        "link": "boardId",
        "embedded": "card",
        "latest": "latestCard",
    }] });
    all
}

async fn post_ok(sandbox: &Sandbox, path: &str, body: Value) -> super::Answer {
    let answer = post(sandbox, path, body).await;
    assert_eq!(answer.status, StatusCode::OK, "{:#}", answer.body);
    answer
}

#[tokio::test]
async fn an_invented_thread_shows_its_latest() {
    let sandbox = serve(&boards()).await;
    let latest = |number: usize| sandbox.stored("boards")[number].get("latestCard").cloned();
    let boards = json!([{ "name": "empty" }, { "name": "full", "card": { "title": "first" } }]);

    let saved = post_ok(&sandbox, "/invented/boards", json!({ "data": boards })).await;
    assert_eq!(saved.body["data"][0]["data"].get("latestCard"), None);
    assert_eq!(
        saved.body["data"][1]["data"]["latestCard"],
        json!({ "id": "card_1", "title": "first" })
    );
    assert_eq!(sandbox.stored("cards")[0]["boardId"], "brd_2");

    let cards = json!([{ "boardId": "brd_1", "title": "second" }, { "boardId": "brd_2", "title": "third" }]);
    post_ok(&sandbox, "/invented/cards", json!({ "data": cards })).await;
    assert_eq!(
        latest(0),
        Some(json!({ "id": "card_2", "title": "second" }))
    );
    assert_eq!(latest(1), Some(json!({ "id": "card_3", "title": "third" })));

    let renamed = json!({ "id": "card_3", "title": "renamed" });
    post_ok(&sandbox, "/invented/cards", json!({ "data": [renamed] })).await;
    assert_eq!(
        latest(1),
        Some(json!({ "id": "card_3", "title": "renamed" }))
    );
    let moved = json!({ "id": "card_3", "boardId": "brd_1" });
    post_ok(&sandbox, "/invented/cards", json!({ "data": [moved] })).await;
    assert_eq!(
        latest(0),
        Some(json!({ "id": "card_3", "title": "renamed" }))
    );
    assert_eq!(latest(1), Some(json!({ "id": "card_1", "title": "first" })));

    for card in ["card_1", "card_3"] {
        delete(&sandbox, &format!("/invented/cards/{card}")).await;
    }
    assert_eq!(
        latest(0),
        Some(json!({ "id": "card_2", "title": "second" }))
    );
    assert_eq!(latest(1), None);
}

#[tokio::test]
async fn a_rule_that_the_document_contradicts_is_in_the_way_of_what_it_is_about() {
    for (key, value, reason) in [
        (
            "link",
            "deskId",
            "entities in `cards` have no field `deskId` of the right type",
        ),
        (
            "latest",
            "name",
            "entities in `boards` have no field `name` of the right type",
        ),
        (
            "embedded",
            "name",
            "nothing that is sent to `boards` has the field `name`",
        ),
    ] {
        let mut boards = boards();
        boards["x-domain"]["threads"][0][key] = json!(value);
        let reason = format!("`x-domain.threads`: {reason}");
        let mut told = unserved(&boards).await;
        told.sort();
        assert_eq!(
            told,
            [
                ("POST /invented/boards".to_owned(), reason.clone()),
                ("POST /invented/cards".to_owned(), reason),
            ]
        );
    }
    let mut boards = boards();
    boards["x-domain"]["updateTimes"] = json!([7]);
    let told = unserved(&boards).await;
    assert_eq!(told[0].0, "x-domain");
    assert_eq!(told.len(), 1);
}

#[tokio::test]
async fn a_rule_about_what_the_document_does_not_have_asks_for_nothing() {
    let mut boards = boards();
    boards["x-domain"]["threads"][0]["held"] = json!("papers");
    boards["x-domain"]["reactions"] =
        json!({ "collection": "papers", "list": "l", "code": "c", "people": "p", "removal": "r" });
    boards["x-domain"]["auditTrail"] =
        json!({ "collection": "trail", "action": "a", "revisions": "r" });
    boards["x-domain"]["filters"] = json!([{ "collection": "papers", "asks": "x" }]);
    assert_eq!(unserved(&boards).await, []);
}
