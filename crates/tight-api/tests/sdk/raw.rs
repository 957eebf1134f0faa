//! Requests that the SDK has no method for, and answers as they came.

use futures_util::TryStreamExt;
use serde::Deserialize;
use serde_json::json;
use tight_api::types::{Message, NewMessage};
use tight_api::{CallOptions, ErrorKind, Method, RetryPolicy, Upload};

use crate::server::{Reply, Server};

const MESSAGE: &str = r#"{"result":"SUCCESS","data":{"id":"msg_1","text":"Hello"}}"#;

fn once() -> CallOptions {
    CallOptions::new().retry(RetryPolicy::never())
}

/// The first line of a request, and its body.
fn shown(request: &str) -> (String, String) {
    let (head, body) = request.split_once("\r\n\r\n").unwrap();
    (head.lines().next().unwrap().to_owned(), body.to_owned())
}

#[tokio::test]
async fn an_undocumented_call_goes_through_the_clients_door() {
    let server = Server::replying([
        Reply::json("429 Too Many Requests", ""),
        Reply::json("200 OK", r#"{"result":"SUCCESS","data":{"count":3}}"#),
    ])
    .await;
    let none = std::time::Duration::ZERO;
    let client = server
        .client()
        .with(CallOptions::new().retry(RetryPolicy::default().backoff(none, none)));
    let answer = client
        .request(Method::POST, ["v6", "messages", "msg/1", "reactions"])
        .query("notify", true)
        .json(&json!({ "emojiCode": "thumbs_up" }))
        .await
        .unwrap();
    assert_eq!(answer["data"]["count"], 3);
    let requests = server.requests();
    assert_eq!(requests.len(), 2);
    assert!(requests[1].contains("authorization: Bearer an-access-token"));
    assert!(requests[1].contains("content-type: application/json"));
    assert_eq!(
        shown(&requests[1]),
        (
            "POST /v6/messages/msg%2F1/reactions?notify=true HTTP/1.1".to_owned(),
            r#"{"emojiCode":"thumbs_up"}"#.to_owned()
        )
    );
}

#[tokio::test]
async fn what_writes_is_not_sent_again_and_what_reads_is() {
    let lost = || Server::replying([Reply::HangUp, Reply::json("200 OK", MESSAGE)]);
    let server = lost().await;
    let post = server.client().request(Method::POST, ["v6", "estimate"]);
    let error = post.clone().named("estimateTax").await.unwrap_err();
    assert!(error.may_have_taken_effect());
    insta::assert_snapshot!(error, @"estimateTax: the connection was lost before a response was received (it may have taken effect)");

    let server = lost().await;
    let post = server.client().request(Method::POST, ["v6", "estimate"]);
    assert_eq!(post.reads().await.unwrap()["data"]["id"], "msg_1");
    assert_eq!(server.requests().len(), 2);
}

#[tokio::test]
async fn an_answer_is_read_as_whatever_it_is() {
    #[derive(Debug, Deserialize)]
    struct Envelope {
        result: String,
    }

    let server = Server::deciding(|request| {
        let body = match request {
            request if request.starts_with("GET /v6/list") => {
                r#"{"result":"SUCCESS","data":[{"id":"msg_1"},7]}"#
            }
            request if request.starts_with("DELETE") => "",
            _ => MESSAGE,
        };
        Reply::json("200 OK", body)
    })
    .await;
    let client = server.client();
    let get = |path: &'static str| client.request(Method::GET, ["v6", path]);
    let message = get("message").data::<Message>().await.unwrap();
    assert_eq!(message.text.as_deref(), Some("Hello"));
    let envelope = get("message").body::<Envelope>().await.unwrap();
    assert_eq!(envelope.result, "SUCCESS");
    let list = get("list").list::<Message>().await.unwrap();
    assert_eq!((list.readable().count(), list.unreadable().count()), (1, 1));
    let bytes = get("message").bytes().await.unwrap();
    assert_eq!(&bytes[..], MESSAGE.as_bytes());
    let delete = client.request(Method::DELETE, ["v6", "message"]);
    assert!(delete.clone().await.unwrap().is_null());
    delete.nothing().await.unwrap();
    let accepted: Vec<_> = server
        .requests()
        .iter()
        .map(|request| request.contains("accept: */*"))
        .collect();
    assert_eq!(accepted, [false, false, false, true, false, false]);
}

#[tokio::test]
async fn failures_are_errors_however_the_answer_is_read() {
    let failure = r#"{"result":"FAILURE","error":{"errors":[{"type":"NOT_FOUND","message":"No such message"}]}}"#;
    let server = Server::deciding(move |_| Reply::json("200 OK", failure)).await;
    let client = server.client();
    let get = || client.request(Method::GET, ["v6", "message"]);
    for error in [
        get().await.unwrap_err(),
        get().body::<serde_json::Value>().await.unwrap_err(),
        get().data::<Message>().await.unwrap_err(),
        get().list::<Message>().await.unwrap_err(),
        get().bytes().await.unwrap_err(),
        get().nothing().await.unwrap_err(),
    ] {
        assert_eq!(error.kind(), ErrorKind::Failure, "{error}");
        assert!(!error.errors().is_empty());
    }
}

#[tokio::test]
async fn pages_follow_one_another_by_body_or_query() {
    let page = |id, cursor| {
        format!(r#"{{"result":"SUCCESS","data":[{{"id":"{id}"}}],"cursor":{{"after":{cursor}}}}}"#)
    };
    let replies = || {
        [page("msg_1", r#""c\"2""#), page("msg_2", "null")].map(|page| Reply::json("200 OK", &page))
    };
    let bodies = |requests: &[String]| {
        let shown = requests.iter().map(|request| shown(request));
        shown
            .map(|(line, body)| if body.is_empty() { line } else { body })
            .collect::<Vec<_>>()
    };
    for (body, sent) in [
        (
            Some(json!({ "filter": { "amount": 1 } })),
            [
                r#"{"limit":5,"filter":{"amount":1}}"#,
                r#"{"cursor":"c\"2","limit":5,"filter":{"amount":1}}"#,
            ],
        ),
        (
            Some(json!({})),
            [r#"{"limit":5}"#, r#"{"cursor":"c\"2","limit":5}"#],
        ),
        (
            None,
            [
                "POST /v6/things/query?limit=5 HTTP/1.1",
                "POST /v6/things/query?cursor=c%222&limit=5 HTTP/1.1",
            ],
        ),
    ] {
        let server = Server::replying(replies()).await;
        let client = server.client();
        let mut request = client.request(Method::POST, ["v6", "things", "query"]);
        if let Some(body) = &body {
            request = request.json(body);
        }
        let items: Vec<Message> = request
            .pages()
            .limit(5)
            .items()
            .try_collect()
            .await
            .unwrap();
        assert_eq!(items.len(), 2);
        assert_eq!(bodies(&server.requests()), sent);
    }
}

#[tokio::test]
async fn what_cannot_be_sent_is_refused_here() {
    let server = Server::replying([]).await;
    let client = server.client();
    let unwritable = std::collections::HashMap::from([((1, 2), 3)]);
    let mut errors = Vec::new();
    for request in [
        client.request(Method::GET, ["v6", ".."]),
        client.request(Method::GET, ["v6", "", "messages"]),
        client.request(Method::GET, Vec::<String>::new()),
        client.request(Method::POST, ["v6"]).json(&unwritable),
        client
            .request(Method::POST, ["v6"])
            .json_part("data", &unwritable),
    ] {
        let error = request.await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidRequest);
        errors.push(error.to_string());
    }
    for body in [json!([1]), json!({ "limit": 5 })] {
        let pages = client
            .request(Method::POST, ["v6"])
            .json(&body)
            .pages::<Message>();
        errors.push(pages.page().await.unwrap_err().to_string());
    }
    assert_eq!(server.requests().len(), 0);
    insta::assert_snapshot!(errors.join("\n"), @r"
    request: `path[1]` consists of dots, which would change the path of the request
    request: `path[1]` is empty, which would change the path of the request
    request: the request has no path
    request: the body cannot be serialized: key must be a string
    request: a part of the body cannot be serialized: key must be a string
    request: the body of a request for pages must be a JSON object
    request: the body has a cursor or a limit: set them with `Listing::cursor` and `Listing::limit`
    ");
}

#[tokio::test]
async fn forms_and_files_are_sent() {
    let server = Server::deciding(|_| Reply::json("200 OK", MESSAGE)).await;
    let client = server.client();
    let post = || client.request(Method::POST, ["v6", "files"]);
    post().form([("name", "a b"), ("more", "&")]).await.unwrap();
    let file = Upload::reader_of_length("note.txt", &b"Paid in cash"[..], 12);
    let upload = post()
        .text_part("kind", "note")
        .json_part("data", &json!({ "amount": 1 }))
        .file_part("file", file);
    upload.clone().data::<Message>().await.unwrap();
    let requests = server.requests();
    assert_eq!(shown(&requests[0]).1, "name=a+b&more=%26");
    for part in [
        "name=\"kind\"\r\n\r\nnote\r\n",
        "name=\"data\"\r\nContent-Type: application/json\r\n\r\n{\"amount\":1}\r\n",
        "name=\"file\"; filename=\"note.txt\"\r\nContent-Type: text/plain\r\n\r\n",
        "Paid in cash",
    ] {
        assert!(requests[1].contains(part), "{part:?} in {}", requests[1]);
    }
    // The file has been read.
    let error = upload.await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Upload, "{error}");
}

#[tokio::test]
async fn the_body_of_an_answer_is_kept_on_request() {
    let server = Server::deciding(|_| Reply::json("200 OK", MESSAGE)).await;
    let client = server.client();
    assert!(
        client
            .messages()
            .get("msg_1")
            .await
            .unwrap()
            .raw_body()
            .is_none()
    );
    let keeping = client.with(once().keep_body(1024));
    let message = keeping.messages().get("msg_1").await.unwrap();
    let body = message.raw_body().unwrap();
    assert_eq!(
        (&body.bytes()[..], body.is_truncated()),
        (MESSAGE.as_bytes(), false)
    );
    assert!(!format!("{message:?}").contains("SUCCESS"), "{message:?}");

    let keeping = client.with(once().keep_body(10));
    let message = keeping.messages().get("msg_1").await.unwrap();
    let body = message.raw_body().unwrap();
    assert_eq!(
        (&body.bytes()[..], body.is_truncated()),
        (&MESSAGE.as_bytes()[..10], true)
    );
    let outcome = keeping
        .messages()
        .save([NewMessage::new("con_1").text("Hello")])
        .await;
    let last = outcome.last_response().unwrap();
    assert_eq!(last.body().unwrap().bytes().len(), 10);
}
