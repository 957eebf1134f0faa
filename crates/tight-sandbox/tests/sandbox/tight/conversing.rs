//! Conversations and the messages they hold, and who says what.

use serde_json::{Value, json};
use tight_sandbox::Sandbox;

use crate::support::{
    CONVERSATIONS, Clock, MESSAGES, each, get, post_to, saved, saved_with, token_for,
};

fn review() -> Value {
    json!({ "subject": "Review", "message": { "text": "Please look", "attachmentIds": ["fil_7"] } })
}

#[tokio::test]
async fn a_new_conversation_begins_with_its_message() {
    let sandbox = Sandbox::start().await.unwrap();

    let conversation = saved(&sandbox, CONVERSATIONS, review()).await;

    let [message] = &sandbox.stored("messages")[..] else {
        panic!()
    };
    assert_eq!(message["conversationId"], conversation["id"]);
    assert_eq!(message["text"], "Please look");
    assert_eq!(each(&message["attachments"], "id"), ["fil_7"]);
    assert_eq!(
        conversation["latestMessage"],
        json!({ "id": "msg_1", "author": message["author"], "text": "Please look" })
    );
    assert_eq!(sandbox.stored("conversations"), [conversation]);
    let listed = get(&sandbox, "/v6/conversations/con_1/messages").await;
    assert_eq!(listed.body["data"], json!([message]));
}

#[tokio::test]
async fn a_conversation_shows_the_latest_message() {
    let clock = Clock::default();
    let sandbox = clock.settle(Sandbox::builder()).start().await.unwrap();
    saved(&sandbox, CONVERSATIONS, review()).await;
    saved(&sandbox, CONVERSATIONS, review()).await;
    clock.set(4);

    saved(
        &sandbox,
        MESSAGES,
        json!({ "conversationId": "con_1", "text": "Done" }),
    )
    .await;

    let conversations = sandbox.stored("conversations");
    assert_eq!(conversations[0]["latestMessage"]["id"], "msg_3");
    assert_eq!(conversations[0]["latestMessage"]["text"], "Done");
    assert_eq!(conversations[0]["createdDateTime"], "2024-02-29T12:34:56Z");
    assert_eq!(
        conversations[0]["lastUpdatedDateTime"],
        "2024-02-29T12:35:00Z"
    );
    assert_eq!(conversations[1]["latestMessage"]["id"], "msg_2");
    assert_eq!(
        conversations[1]["lastUpdatedDateTime"],
        "2024-02-29T12:34:56Z"
    );
    let got = get(&sandbox, "/v6/conversations/con_1").await;
    assert_eq!(got.body["data"], conversations[0]);
}

#[tokio::test]
async fn an_update_may_carry_another_message() {
    let sandbox = Sandbox::start().await.unwrap();
    saved(&sandbox, CONVERSATIONS, review()).await;

    let item = json!({ "id": "con_1", "readStatus": "READ", "message": { "text": "Again" } });
    let updated = saved(&sandbox, CONVERSATIONS, item).await;

    assert_eq!(updated["latestMessage"]["id"], "msg_2");
    assert_eq!(
        (&updated["subject"], &updated["readStatus"]),
        (&json!("Review"), &json!("READ"))
    );
    let messages = sandbox.stored("messages");
    assert_eq!(messages[1]["text"], "Again");
    assert_eq!(messages[1]["conversationId"], "con_1");
}

#[tokio::test]
async fn a_message_may_belong_to_a_conversation_that_is_not_known() {
    let sandbox = Sandbox::start().await.unwrap();
    let message = saved(
        &sandbox,
        MESSAGES,
        json!({ "conversationId": "con_9", "text": "Hi" }),
    )
    .await;

    let listed = get(&sandbox, "/v6/conversations/con_9/messages").await;

    assert_eq!(listed.body["data"], json!([message]));
    assert!(sandbox.stored("conversations").is_empty());
    assert_eq!(get(&sandbox, "/v6/conversations/con_9").await.status, 404);
}

#[tokio::test]
async fn a_rejected_conversation_leaves_no_message() {
    let sandbox = Sandbox::start().await.unwrap();
    let items = json!([
        { "message": { "text": "Hi" } },
        { "subject": "Review", "message": {} },
        { "id": "con_9", "message": { "text": "Hi" } },
    ]);
    let answer = post_to(&sandbox, CONVERSATIONS, json!({ "data": items })).await;
    assert_eq!(answer.status, 400);
    assert_eq!(each(&answer.body["data"], "statusCode"), [400, 400, 404]);
    assert!(sandbox.stored("messages").is_empty());
}

#[tokio::test]
async fn the_author_is_whom_the_token_is_for() {
    let sandbox = Sandbox::start().await.unwrap();
    let ada = token_for(&sandbox, "user 1&é").await;
    let nobody = token_for(&sandbox, "").await;

    let conversation = saved_with(&sandbox, &ada, CONVERSATIONS, review()).await;
    assert_eq!(conversation["author"]["userId"], "user 1&é");
    assert_eq!(
        conversation["latestMessage"]["author"]["userId"],
        "user 1&é"
    );

    let reply = json!({ "conversationId": "con_1", "text": "Hi" });
    for token in [&nobody, sandbox.access_token()] {
        let message = saved_with(&sandbox, token, MESSAGES, reply.clone()).await;
        assert_eq!(message["author"]["userId"], "user_sandbox");
    }
    // Who began a conversation stays its author, whoever goes on with it.
    let conversations = sandbox.stored("conversations");
    assert_eq!(conversations[0]["author"]["userId"], "user 1&é");
    assert_eq!(
        conversations[0]["latestMessage"]["author"]["userId"],
        "user_sandbox"
    );
    let renamed = json!({ "id": "con_1", "subject": "Other" });
    let renamed = saved(&sandbox, CONVERSATIONS, renamed).await;
    assert_eq!(renamed["author"]["userId"], "user 1&é");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn the_latest_message_is_the_latest_whoever_comes_first() {
    let sandbox = std::sync::Arc::new(Sandbox::start().await.unwrap());
    saved(&sandbox, CONVERSATIONS, review()).await;
    let replies: Vec<_> = (0..40)
        .map(|number| {
            let sandbox = std::sync::Arc::clone(&sandbox);
            tokio::spawn(async move {
                let text = format!("{number}");
                saved(
                    &sandbox,
                    MESSAGES,
                    json!({ "conversationId": "con_1", "text": text }),
                )
                .await
            })
        })
        .collect();
    for reply in replies {
        reply.await.unwrap();
    }

    let messages = sandbox.stored("messages");
    let latest = &sandbox.stored("conversations")[0]["latestMessage"];
    assert_eq!(latest["id"], "msg_41");
    assert_eq!(latest["text"], messages[40]["text"]);
}
