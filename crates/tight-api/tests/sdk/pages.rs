//! Lists in pages: fetched when they are needed, never for ever, and to be taken up again.

use futures_util::stream::FusedStream;
use futures_util::{StreamExt, TryStreamExt};
use serde_json::{Value, json};
use tight_api::filter::contains;
use tight_api::types::{ConversationOrder, ConversationQuery, Message, ReadStatus};
use tight_api::{CallOptions, ErrorKind, Items, Response, Result, RetryPolicy};

use crate::server::{Reply, Server};

/// A page of messages with these ids, and these cursors.
fn page(ids: &[&str], after: Value, before: Value) -> Reply {
    let data: Vec<_> = ids.iter().map(|id| json!({ "id": id })).collect();
    let body = json!({ "result": "SUCCESS", "data": data, "cursor": { "after": after, "before": before } });
    Reply::json("200 OK", &body.to_string())
}

fn answer(body: Value) -> Reply {
    Reply::json("200 OK", &body.to_string())
}

fn messages(server: &Server) -> tight_api::Listing<Message> {
    let client = server
        .client()
        .with(CallOptions::new().retry(RetryPolicy::never()));
    client.conversations().messages("con_1")
}

async fn take(items: &mut Items<Message>) -> Option<Result<String>> {
    let item = items.next().await?;
    Some(item.map(|message| message.id.unwrap()))
}

/// What is left of a stream, with errors as text.
async fn rest(mut items: Items<Message>) -> Vec<String> {
    let mut rest = Vec::new();
    while let Some(item) = take(&mut items).await {
        rest.push(item.unwrap_or_else(|error| format!("error: {error}")));
    }
    assert!(items.is_terminated());
    rest
}

/// The first line of each request.
fn lines(server: &Server) -> Vec<String> {
    let requests = server.requests();
    let lines = requests
        .iter()
        .map(|request| request.lines().next().unwrap());
    lines
        .map(|line| {
            line.trim_end_matches(" HTTP/1.1")
                .replace("GET /v6/conversations/con_1/messages", "")
        })
        .collect()
}

fn body(request: &str) -> Value {
    serde_json::from_str(request.split_once("\r\n\r\n").unwrap().1).unwrap()
}

#[tokio::test]
async fn a_page_is_fetched_when_it_is_needed() {
    let server = Server::replying([
        page(&["a", "b"], json!("2"), json!(null)),
        page(&["c"], json!(null), json!("1")),
    ])
    .await;
    let mut items = messages(&server).items();
    assert_eq!(server.requests().len(), 0, "nothing was asked for yet");
    assert_eq!(take(&mut items).await.unwrap().unwrap(), "a");
    assert_eq!(take(&mut items).await.unwrap().unwrap(), "b");
    assert_eq!(
        server.requests().len(),
        1,
        "nobody asked for what follows yet"
    );
    assert_eq!(take(&mut items).await.unwrap().unwrap(), "c");
    assert!(take(&mut items).await.is_none());
    assert!(take(&mut items).await.is_none(), "what has ended has ended");
    assert_eq!(lines(&server), ["", "?cursor=2"]);
}

#[tokio::test]
async fn a_list_ends_where_no_page_follows() {
    for cursor in [
        json!({ "after": null }),
        json!({ "before": "1" }),
        json!({ "after": "" }),
        json!({}),
        json!(null),
    ] {
        let last =
            answer(json!({ "result": "SUCCESS", "data": [{ "id": "a" }], "cursor": cursor }));
        let server = Server::replying([last]).await;
        assert_eq!(rest(messages(&server).items()).await, ["a"], "{cursor}");
    }
    let bare = answer(json!({ "data": [{ "id": "a" }] }));
    assert_eq!(
        rest(messages(&Server::replying([bare]).await).items()).await,
        ["a"]
    );
}

#[tokio::test]
async fn a_page_without_items_does_not_end_a_list() {
    let server = Server::replying([
        page(&[], json!("2"), json!(null)),
        answer(json!({ "result": "SUCCESS", "data": null, "cursor": { "after": "3" } })),
        page(&["a"], json!(null), json!(null)),
    ])
    .await;
    assert_eq!(rest(messages(&server).items()).await, ["a"]);
}

#[tokio::test]
async fn a_cursor_that_repeats_is_an_error_and_no_loop() {
    // At once, after a detour, and back to where the caller began.
    for (begin, cursors) in [
        (None, vec!["2", "2"]),
        (None, vec!["2", "3", "2"]),
        (Some("1"), vec!["2", "1"]),
    ] {
        let replies = cursors
            .iter()
            .map(|cursor| page(&["a"], json!(cursor), json!(null)));
        let server = Server::replying(replies).await;
        let mut listing = messages(&server);
        if let Some(cursor) = begin {
            listing = listing.cursor(cursor);
        }
        let items = rest(listing.items()).await;
        let (last, delivered) = items.split_last().unwrap();
        assert!(delivered.iter().all(|item| item == "a"));
        assert_eq!(delivered.len(), cursors.len());
        assert_eq!(
            last,
            "error: getConversationMessages: Tight returned a cursor that was followed before, so the list would never end \
             at cursor.after"
        );
        assert_eq!(server.requests().len(), cursors.len());
    }
}

#[tokio::test]
async fn a_limit_is_sent_with_every_page_and_refused_where_it_is_not_documented() {
    let server = Server::replying([
        page(&["a"], json!("2"), json!(null)),
        page(&["b"], json!(null), json!(null)),
    ])
    .await;
    assert_eq!(rest(messages(&server).limit(250).items()).await, ["a", "b"]);
    assert_eq!(lines(&server), ["?limit=250", "?cursor=2&limit=250"]);

    let server = Server::replying([]).await;
    for limit in [0, 251, u32::MAX] {
        let refused = messages(&server).limit(limit).page().await.unwrap_err();
        assert_eq!(refused.kind(), ErrorKind::InvalidRequest);
        assert_eq!(
            refused.to_string(),
            format!("getConversationMessages: a limit of {limit} is not between 1 and 250")
        );
        assert_eq!(rest(messages(&server).limit(limit).items()).await.len(), 1);
    }
    let all = server
        .client()
        .conversations()
        .query(ConversationQuery::new());
    assert_eq!(
        all.limit(251).page().await.unwrap_err().kind(),
        ErrorKind::InvalidRequest
    );
    assert!(server.requests().is_empty());
}

#[tokio::test]
async fn a_list_goes_on_from_a_saved_cursor() {
    let first = Server::replying([page(&["a", "b"], json!("2 & more"), json!(null))]).await;
    let page_one = messages(&first).page().await.unwrap();
    let saved = page_one.next_cursor().unwrap().unwrap().to_owned();
    assert_eq!(page_one.previous_cursor().unwrap(), None);

    let second = Server::replying([page(&["c"], json!(null), json!("1"))]).await;
    assert_eq!(rest(messages(&second).cursor(saved).items()).await, ["c"]);
    assert_eq!(lines(&second), ["?cursor=2+%26+more"]);
}

#[tokio::test]
async fn a_list_can_be_walked_backward() {
    let server = Server::replying([
        page(&["c", "d"], json!("3"), json!("1")),
        page(&["a", "b"], json!("2"), json!(null)),
    ])
    .await;
    let items = messages(&server).cursor("2").backward().items();
    assert_eq!(rest(items).await, ["c", "d", "a", "b"]);
    assert_eq!(lines(&server), ["?cursor=2", "?cursor=1"]);

    let refused = rest(messages(&server).backward().items()).await;
    assert_eq!(
        refused,
        [
            "error: getConversationMessages: going backward requires a cursor: set one with `Listing::cursor`"
        ]
    );
}

#[tokio::test]
async fn a_listing_can_be_asked_more_than_once() {
    let server = Server::replying([
        page(&["a"], json!("2"), json!(null)),
        page(&["b"], json!(null), json!(null)),
    ])
    .await;
    let listing = messages(&server).limit(1);
    let first = listing.page().await.unwrap();
    let cursor = first.next_cursor().unwrap().map(str::to_owned);
    assert_eq!(rest(listing.clone().resume(cursor).items()).await, ["b"]);
    assert_eq!(lines(&server), ["?limit=1", "?cursor=2&limit=1"]);
}

#[tokio::test]
async fn the_end_is_told_from_the_beginning() {
    let server = Server::replying([page(&["a"], json!(null), json!(null)), Reply::HangUp]).await;
    let mut items = messages(&server).items();
    assert!(!items.is_done() && items.cursor().is_none());
    assert_eq!(take(&mut items).await.unwrap().unwrap(), "a");
    assert!(items.is_done() && items.cursor().is_none());

    let mut items = messages(&server).items();
    assert!(take(&mut items).await.unwrap().is_err());
    assert!(
        items.is_terminated() && !items.is_done(),
        "an error is no end"
    );
}

#[tokio::test]
async fn what_is_said_beside_a_page_is_kept() {
    let body = json!({ "result": "SUCCESS", "data": [], "error": [{ "type": "UNKNOWN_ERROR", "message": "a part is missing" }] });
    let server = Server::replying([answer(body)]).await;
    let page = messages(&server).page().await.unwrap();
    assert_eq!(
        page.errors().to_string(),
        "UNKNOWN_ERROR: a part is missing"
    );
}

#[test]
fn what_users_hold_can_go_anywhere() {
    fn goes_anywhere<T: Send + Sync + Unpin + 'static>() {}
    goes_anywhere::<tight_api::Listing<Message>>();
    goes_anywhere::<tight_api::Pages<Message>>();
    goes_anywhere::<Items<Message>>();
    goes_anywhere::<tight_api::Page<Message>>();
    goes_anywhere::<Response<tight_api::Page<Message>>>();
    goes_anywhere::<tight_api::Upload>();
    goes_anywhere::<tight_api::Client>();
    goes_anywhere::<tight_api::Error>();
    goes_anywhere::<tight_api::BatchOutcome<Message, Message>>();
}

#[tokio::test]
async fn an_error_on_the_way_costs_nothing_that_was_delivered() {
    let server = Server::replying([
        page(&["a", "b"], json!("2"), json!(null)),
        Reply::json("500 Internal Server Error", "{}"),
    ])
    .await;
    let mut items = messages(&server).items();
    assert_eq!(items.cursor(), None);
    assert_eq!(take(&mut items).await.unwrap().unwrap(), "a");
    assert_eq!(items.cursor(), None, "b is on the first page");
    assert_eq!(take(&mut items).await.unwrap().unwrap(), "b");
    assert_eq!(items.cursor(), Some("2"), "the next item is on page two");
    let error = take(&mut items).await.unwrap().unwrap_err();
    assert_eq!(error.status().unwrap(), 500);
    assert_eq!(items.cursor(), Some("2"), "where to go on");
    assert!(take(&mut items).await.is_none());

    let again = Server::replying([page(&["c"], json!(null), json!(null))]).await;
    let cursor = items.cursor().unwrap();
    assert_eq!(rest(messages(&again).cursor(cursor).items()).await, ["c"]);
}

#[tokio::test]
async fn the_cursor_within_a_page_is_that_of_the_page() {
    let server = Server::replying([page(&["c", "d"], json!("3"), json!("1"))]).await;
    let mut items = messages(&server).cursor("2").items();
    assert_eq!(items.cursor(), Some("2"));
    assert_eq!(take(&mut items).await.unwrap().unwrap(), "c");
    assert_eq!(items.cursor(), Some("2"));
    assert_eq!(take(&mut items).await.unwrap().unwrap(), "d");
    assert_eq!(items.cursor(), Some("3"));
}

#[tokio::test]
async fn an_item_that_cannot_be_read_costs_no_other() {
    let body = json!({
        "result": "SUCCESS",
        "data": [{ "id": "a" }, ["b"], null, { "id": "d" }],
        "cursor": null,
    });
    let server = Server::replying([answer(body.clone()), answer(body)]).await;
    let mut items = messages(&server).items();
    assert_eq!(take(&mut items).await.unwrap().unwrap(), "a");
    let error = take(&mut items).await.unwrap().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Item);
    assert_eq!(
        error.to_string(),
        "getConversationMessages: an item of the page cannot be decoded: invalid type: sequence, expected an object at \
         data[1]"
    );
    assert_eq!(error.path(), Some("data[1]"));
    assert_eq!(error.body_text(), r#"["b"]"#);
    assert_eq!(take(&mut items).await.unwrap().unwrap(), "d");
    assert!(take(&mut items).await.is_none());

    let page = messages(&server).page().await.unwrap();
    assert_eq!(page.items().len(), 3);
    assert_eq!(page.readable().count(), 2);
    assert_eq!(page.unreadable().count(), 1);
    assert_eq!(page.status(), 200);
    let all: Vec<Result<Message>> = Response::into_inner(page).into_items();
    assert_eq!(all.len(), 3);
}

#[tokio::test]
async fn a_cursor_that_cannot_be_read_is_not_the_end() {
    let body = || json!({ "result": "SUCCESS", "data": [{ "id": "a" }], "cursor": { "after": 5 } });
    let server = Server::replying([answer(body()), answer(body())]).await;
    let items = rest(messages(&server).items()).await;
    assert_eq!(items[0], "a");
    assert_eq!(
        items[1],
        "error: getConversationMessages: the response (200 OK) cannot be decoded: invalid type: integer, expected a string at \
         cursor.after"
    );
    let page = messages(&server).page().await.unwrap();
    assert_eq!(page.readable().count(), 1);
    assert!(page.next_cursor().is_err());
}

#[tokio::test]
async fn a_page_that_is_none_is_an_error() {
    for body in [
        json!({}),
        json!({ "result": "FAILURE", "error": [{ "type": "UNKNOWN_ERROR" }] }),
        json!({ "result": "SUCCESS", "data": "all of it" }),
        json!({ "data": null }),
        json!({ "result": "SUCCESS", "error": [{ "type": "UNKNOWN_ERROR" }] }),
        json!([]),
    ] {
        let server = Server::replying([answer(body.clone())]).await;
        assert!(messages(&server).page().await.is_err(), "{body}");
    }
}

#[tokio::test]
async fn a_query_says_what_is_wanted_in_its_body() {
    let server = Server::replying([
        page(&["a"], json!("2"), json!(null)),
        page(&["b"], json!(null), json!(null)),
    ])
    .await;
    let query = ConversationQuery::new()
        .read_status([ReadStatus::Unread])
        .subject(contains("invoice"))
        .attached_entity(["btxn_1"])
        .descending_by(ConversationOrder::CreatedDateTime);
    let conversations = server.client().conversations().query(query);
    let conversations: Vec<_> = conversations.limit(20).items().try_collect().await.unwrap();
    assert_eq!(conversations.len(), 2);
    let wanted = json!({
        "limit": 20,
        "sort": { "orderBy": "CREATED_DATE_TIME", "direction": "DESC" },
        "filter": {
            "subject": { "contain": "invoice" },
            "attachedEntity": { "id": { "in": ["btxn_1"] } },
            "readStatus": { "in": ["UNREAD"] },
        },
    });
    let requests = server.requests();
    assert_eq!(body(&requests[0]), wanted);
    let mut second = wanted;
    second["cursor"] = json!("2");
    assert_eq!(body(&requests[1]), second);
}

#[tokio::test]
async fn none_of_these_is_not_nothing_said() {
    let query = ConversationQuery::new().read_status([] as [ReadStatus; 0]);
    assert_eq!(
        serde_json::to_value(query).unwrap(),
        json!({ "filter": { "readStatus": { "in": [] } } })
    );
}

#[tokio::test]
async fn reads_are_tried_again() {
    let server = Server::replying([
        Reply::json("503 Service Unavailable", "{}"),
        page(&["a"], json!(null), json!(null)),
    ])
    .await;
    let policy =
        RetryPolicy::default().backoff(std::time::Duration::ZERO, std::time::Duration::ZERO);
    let client = server.client().with(CallOptions::new().retry(policy));
    let items = client.conversations().messages("con_1").items();
    assert_eq!(rest(items).await, ["a"]);
}
