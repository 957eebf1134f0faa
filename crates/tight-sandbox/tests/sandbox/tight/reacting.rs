//! Reactions: made by a test, taken back through the API.

use reqwest::Method;
use serde_json::{Value, json};
use tight_sandbox::Sandbox;

use crate::support::{
    Answer, Clock, MESSAGES, anonymous, assert_failed, delete, saved, send, token_for,
};

async fn with_message() -> Sandbox {
    let sandbox = Sandbox::start().await.unwrap();
    saved(
        &sandbox,
        MESSAGES,
        json!({ "conversationId": "con_1", "text": "Hi" }),
    )
    .await;
    sandbox
}

/// Each emoji, with the users who reacted with it.
fn reactions(sandbox: &Sandbox) -> Value {
    let message = &sandbox.stored("messages")[0];
    let groups = message["reactions"].as_array().unwrap();
    let users = |group: &Value| -> Value {
        let people = group["authorInfo"].as_array().unwrap();
        people
            .iter()
            .map(|person| person["userId"].clone())
            .collect()
    };
    groups
        .iter()
        .map(|group| json!([group["emojiCode"], users(group)]))
        .collect()
}

async fn take_back(sandbox: &Sandbox, token: &str, emoji: &str) -> Answer {
    let path = format!("/v6/messages/msg_1/reactions/{emoji}");
    send(anonymous(sandbox, Method::DELETE, &path).bearer_auth(token)).await
}

#[tokio::test]
async fn reactions_are_grouped_by_emoji() {
    let sandbox = with_message().await;
    assert_eq!(reactions(&sandbox), json!([]));
    for (emoji, user) in [
        ("eyes", "ada"),
        ("red_heart", "ada"),
        ("eyes", "bob"),
        ("eyes", "ada"),
        ("new", "ada"),
    ] {
        sandbox.react("msg_1", emoji, user);
    }
    assert_eq!(
        reactions(&sandbox),
        json!([
            ["eyes", ["ada", "bob"]],
            ["red_heart", ["ada"]],
            ["new", ["ada"]]
        ])
    );
}

#[tokio::test]
async fn a_user_takes_back_what_is_the_users_own() {
    let sandbox = with_message().await;
    let ada = token_for(&sandbox, "ada").await;
    for (emoji, user) in [("eyes", "ada"), ("eyes", "bob"), ("red_heart", "ada")] {
        sandbox.react("msg_1", emoji, user);
    }

    let first = take_back(&sandbox, &ada, "eyes").await;
    assert_eq!(
        first.body,
        json!({ "result": "SUCCESS", "error": [], "data": {
            "messageId": "msg_1",
            "author": { "userId": "ada", "email": "user@example.com" },
            "emojiCode": "eyes",
            "status": "ACTIVE",
        } })
    );
    assert_eq!(
        reactions(&sandbox),
        json!([["eyes", ["bob"]], ["red_heart", ["ada"]]])
    );
    take_back(&sandbox, &ada, "red_heart").await;
    assert_eq!(reactions(&sandbox), json!([["eyes", ["bob"]]]));

    for (token, emoji) in [
        (&*ada, "eyes"),
        (sandbox.access_token(), "eyes"),
        (&*ada, "thumbs_up"),
    ] {
        let answer = take_back(&sandbox, token, emoji).await;
        let message = "emojiCode is no reaction of this user";
        assert_failed(&answer, 404, "INVALID_VALUE", "emojiCode", message);
    }
    assert_eq!(reactions(&sandbox), json!([["eyes", ["bob"]]]));
}

#[tokio::test]
async fn a_reaction_changes_its_message() {
    let clock = Clock::default();
    let sandbox = clock.settle(Sandbox::builder()).start().await.unwrap();
    saved(
        &sandbox,
        MESSAGES,
        json!({ "conversationId": "con_1", "text": "Hi" }),
    )
    .await;
    let updated = || sandbox.stored("messages")[0]["lastUpdatedDateTime"].clone();

    clock.set(1);
    sandbox.react("msg_1", "eyes", "ada");
    assert_eq!(updated(), "2024-02-29T12:34:57Z");
    clock.set(2);
    sandbox.react("msg_1", "eyes", "ada");
    assert_eq!(updated(), "2024-02-29T12:34:57Z");
}

#[tokio::test]
async fn what_is_no_reaction_cannot_be_taken_back() {
    let sandbox = with_message().await;
    let answer = delete(&sandbox, "/v6/messages/msg_1/reactions/smile").await;
    let listed =
        "emojiCode must be thumbs_up or thumbs_down or eyes or red_heart or hundred_points";
    assert_failed(&answer, 400, "INVALID_VALUE", "emojiCode", listed);
    let answer = delete(&sandbox, "/v6/messages/msg_2/reactions/eyes").await;
    let unknown = "id does not exist in messages";
    assert_failed(&answer, 404, "INVALID_VALUE", "id", unknown);
}

#[tokio::test]
#[should_panic(expected = "the sandbox has no message `msg_2` to react to")]
async fn reacting_to_an_unknown_message_panics() {
    with_message().await.react("msg_2", "eyes", "ada");
}
