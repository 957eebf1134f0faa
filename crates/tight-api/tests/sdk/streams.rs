//! Any number of messages, in bounded memory.

use std::sync::atomic::{AtomicUsize, Ordering};

use futures_util::{StreamExt, stream};
use tight_api::ItemState;
use tight_api::types::NewMessage;

use crate::server::{Reply, Server};

const SAVED: &str = r#"{"result":"SUCCESS","data":{"id":"msg_1"}}"#;

fn two() -> Reply {
    Reply::json("200 OK", &format!(r#"{{"data":[{SAVED},{SAVED}]}}"#))
}

#[tokio::test]
async fn items_are_taken_as_they_are_sent_and_come_back_in_order() {
    let server = Server::replying([two(), two()]).await;
    let client = server.client();
    let taken = AtomicUsize::new(0);
    let items = stream::iter(0..4).map(|index| {
        taken.fetch_add(1, Ordering::Relaxed);
        NewMessage::new(format!("con_{index}"))
    });
    let outcomes = client
        .messages()
        .save_stream(items)
        .request_size(2)
        .outcomes();
    assert!(
        server.requests().is_empty(),
        "nothing happens until it is polled"
    );
    let mut outcomes = std::pin::pin!(outcomes);
    for index in 0..4 {
        let outcome = outcomes.next().await.unwrap();
        assert_eq!(
            (outcome.index, outcome.item.conversation_id),
            (index, format!("con_{index}"))
        );
        assert!(matches!(outcome.state, ItemState::Saved(_)));
        assert_eq!(
            taken.load(Ordering::Relaxed),
            if index < 2 { 2 } else { 4 },
            "one request is in memory at a time"
        );
    }
    assert!(outcomes.next().await.is_none());
}

#[tokio::test]
async fn a_stream_gives_back_every_item_that_it_took_even_if_nothing_can_be_sent() {
    let server = Server::replying([Reply::new("403 Forbidden", "text/plain", "")]).await;
    let client = server.client();
    let items = stream::iter(0..3).map(|index| NewMessage::new(format!("con_{index}")));
    let states: Vec<_> = client
        .messages()
        .save_stream(items)
        .request_size(1)
        .outcomes()
        .map(|outcome| outcome.state)
        .collect()
        .await;
    assert!(
        matches!(states.as_slice(), [ItemState::NotSaved(_)]),
        "what was not taken stays in the source: {states:?}"
    );
    assert_eq!(server.requests().len(), 1);
}

#[tokio::test]
async fn a_stream_can_be_spawned() {
    let server = Server::replying([two()]).await;
    let client = server.client();
    let items = stream::iter(["con_1", "con_2"].map(NewMessage::new));
    let saved = tokio::spawn(async move {
        client
            .messages()
            .save_stream(items)
            .outcomes()
            .count()
            .await
    });
    assert_eq!(saved.await.unwrap(), 2);
}

#[tokio::test]
async fn calls_can_be_made_side_by_side() {
    let server = Server::replying([two(), two()]).await;
    let client = server.client();
    let save = || {
        client
            .messages()
            .save(["con_1", "con_2"].map(NewMessage::new))
    };
    let (one, other) = tokio::join!(
        save(),
        client
            .messages()
            .save(["con_1", "con_2"].map(NewMessage::new))
    );
    assert!(one.is_complete() && other.is_complete());
}
