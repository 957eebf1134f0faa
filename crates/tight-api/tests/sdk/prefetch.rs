//! Lists of which the next page is fetched while this one is used.

use futures_util::TryStreamExt;
use serde_json::{Value, json};
use tight_api::types::Message;
use tight_api::{Attempt, Call, CallEnd, Client, ErrorKind, Items, Listing, Observer, RetryPolicy};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};

use crate::server::{Reply, Server};

/// What happened to a call.
#[derive(Debug, PartialEq)]
enum Event {
    Started,
    Ended,
    Dropped,
}

struct Events(UnboundedSender<Event>);

impl Observer for Events {
    fn attempt_started(&self, _: &Attempt) {
        let _ = self.0.send(Event::Started);
    }

    fn call_ended(&self, _: &Call, end: &CallEnd) {
        let _ = self.0.send(if end.was_dropped {
            Event::Dropped
        } else {
            Event::Ended
        });
    }
}

/// The messages of a server with these replies, in prefetched pages, and what happens to the calls.
async fn messages(
    replies: impl IntoIterator<Item = Reply>,
) -> (Server, Listing<Message>, UnboundedReceiver<Event>) {
    let server = Server::replying(replies).await;
    let (sender, events) = unbounded_channel();
    let client: Client = server
        .client_builder()
        .observer(Events(sender))
        .retry(RetryPolicy::never())
        .build()
        .unwrap();
    let listing = client.conversations().messages("con_1").prefetch();
    (server, listing, events)
}

fn page(ids: &[&str], after: Value) -> Reply {
    let data: Vec<_> = ids.iter().map(|id| json!({ "id": id })).collect();
    let body = json!({ "result": "SUCCESS", "data": data, "cursor": { "after": after } });
    Reply::json("200 OK", &body.to_string())
}

async fn next(items: &mut Items<Message>) -> tight_api::Result<Option<String>> {
    let message = items.try_next().await?;
    Ok(message.and_then(|message| message.id))
}

#[tokio::test]
async fn one_page_is_fetched_ahead_while_the_one_before_is_used() {
    let (server, listing, mut events) = messages([
        page(&["a", "b"], json!("2")),
        page(&["c"], json!("3")),
        page(&["d"], json!(null)),
    ])
    .await;
    let mut items = listing.items();
    assert_eq!(
        server.requests().len(),
        0,
        "nothing is sent before the stream is polled"
    );
    assert_eq!(next(&mut items).await.unwrap().as_deref(), Some("a"));
    // The second page comes although nobody polls the stream, and no third.
    for event in [Event::Started, Event::Ended, Event::Started, Event::Ended] {
        assert_eq!(events.recv().await, Some(event));
    }
    assert_eq!(items.cursor(), None, "the item is on the first page");
    assert_eq!(next(&mut items).await.unwrap().as_deref(), Some("b"));
    assert_eq!(items.cursor(), Some("2"));
    assert_eq!(server.requests().len(), 2);

    assert_eq!(next(&mut items).await.unwrap().as_deref(), Some("c"));
    for event in [Event::Started, Event::Ended] {
        assert_eq!(events.recv().await, Some(event));
    }
    assert_eq!(next(&mut items).await.unwrap().as_deref(), Some("d"));
    assert_eq!(next(&mut items).await.unwrap(), None);
    assert!(items.is_done());
    assert_eq!(server.requests().len(), 3);
}

#[tokio::test]
async fn an_error_of_the_next_page_comes_after_all_items_before_it() {
    let (server, listing, mut events) = messages([
        page(&["a", "b"], json!("2")),
        Reply::json("503 Service Unavailable", "{}"),
    ])
    .await;
    let mut items = listing.items();
    assert_eq!(next(&mut items).await.unwrap().as_deref(), Some("a"));
    for event in [Event::Started, Event::Ended, Event::Started, Event::Ended] {
        assert_eq!(events.recv().await, Some(event));
    }
    assert_eq!(next(&mut items).await.unwrap().as_deref(), Some("b"));
    let error = next(&mut items).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Status);
    assert_eq!(items.cursor(), Some("2"), "where to resume");
    assert_eq!(next(&mut items).await.unwrap(), None);
    assert_eq!(server.requests().len(), 2);
}

#[tokio::test]
async fn dropping_the_stream_stops_the_page_that_is_fetched_ahead() {
    let (_server, listing, mut events) = messages([page(&["a"], json!("2")), Reply::Stall]).await;
    let mut items = listing.items();
    assert_eq!(next(&mut items).await.unwrap().as_deref(), Some("a"));
    for event in [Event::Started, Event::Ended, Event::Started] {
        assert_eq!(events.recv().await, Some(event));
    }
    drop(items);
    assert_eq!(events.recv().await, Some(Event::Dropped));
}

#[tokio::test]
async fn a_repeated_cursor_is_not_followed_ahead() {
    let (server, listing, _events) =
        messages([page(&["a"], json!("2")), page(&["b"], json!("2"))]).await;
    let error = listing.all().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Decode);
    assert_eq!(server.requests().len(), 2);
}

#[tokio::test]
async fn pages_are_those_of_a_listing_that_fetches_none_ahead() {
    let (_server, listing, _events) = messages([
        page(&["a", "b"], json!("2")),
        page(&[], json!("3")),
        page(&["c"], json!(null)),
    ])
    .await;
    let pages: Vec<_> = listing.pages().try_collect().await.unwrap();
    let lengths: Vec<_> = pages.iter().map(|page| page.items().len()).collect();
    assert_eq!(lengths, [2, 0, 1]);
}
