//! Answers that are no object within the envelope.

use bytes::Bytes;

use super::server::{Reply, Server};
use super::{DeleteEntry, Entry, GetEntry, SaveEntry, answering, said};
use crate::runtime::call::{download, entity, list, no_content};
use crate::{Client, ErrorKind, List, Response, Result};

async fn listed(client: &Client) -> Result<Response<List<Entry>>> {
    list::call(client.session(), &GetEntry).await
}

async fn done(client: &Client) -> Result<Response<()>> {
    no_content::call(client.session(), &SaveEntry).await
}

async fn found(client: &Client) -> Result<Response<Option<Entry>>> {
    entity::optional(client.session(), &GetEntry).await
}

async fn downloaded(client: &Client) -> Result<Response<Bytes>> {
    download::call(client.session(), &GetEntry).await
}

#[tokio::test]
async fn a_list_has_its_items_and_what_stands_in_place_of_one() {
    let body = r#"{"result":"SUCCESS","data":[{"id":"a"},null,[],{"id":"b"}],"total":4}"#;
    let list = listed(&answering("200 OK", body).await).await.unwrap();
    let ids: Vec<_> = list.readable().flat_map(|entry| &entry.id).collect();
    assert_eq!(ids, ["a", "b"]);
    let unreadable = list.unreadable().next().unwrap();
    assert_eq!(
        (unreadable.kind(), unreadable.path()),
        (ErrorKind::Item, Some("data[2]"))
    );
    assert_eq!(unreadable.body_text(), "[]");
    assert_eq!(list.extras().get("total"), Some("4"));
    assert_eq!(list.into_inner().into_iter().count(), 3);
}

#[tokio::test]
async fn a_list_without_data_is_empty_only_if_it_is_a_success() {
    let list = listed(&answering("200 OK", r#"{"result":"SUCCESS"}"#).await).await;
    assert!(list.unwrap().is_empty());
    for body in [
        "{}",
        r#"{"result":"SUCCESS","error":[{"type":"A"}]}"#,
        r#"{"data":5}"#,
        "[]",
    ] {
        let error = listed(&answering("200 OK", body).await).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Decode, "{body}");
    }
    let deleted: Result<Response<List<Entry>>> = list::call(
        answering("204 No Content", "").await.session(),
        &DeleteEntry,
    )
    .await;
    assert!(deleted.unwrap().is_empty());
}

#[tokio::test]
async fn an_answer_without_a_body_is_a_success_by_its_status() {
    for (status, body) in [
        ("204 No Content", ""),
        ("200 OK", ""),
        ("202 Accepted", "accepted"),
        ("200 OK", "<html>"),
        ("200 OK", r#"{"result":"SUCCESS","data":{}}"#),
        ("200 OK", "[1]"),
    ] {
        let done = done(&answering(status, body).await).await;
        assert!(done.unwrap().extras().is_empty(), "{status} {body}");
    }
    let body = r#"{"result":"SUCCESS","data":{"id":"a"},"job":"j"}"#;
    let done = done(&answering("200 OK", body).await).await.unwrap();
    let kept: Vec<_> = done.extras().iter().collect();
    assert_eq!(kept, [("job", r#""j""#), ("data", r#"{"id":"a"}"#)]);
}

#[tokio::test]
async fn an_answer_without_a_body_is_no_success_if_it_says_so() {
    let body = r#"{"result":"FAILURE","error":[{"type":"REQUIRED"}]}"#;
    let error = done(&answering("200 OK", body).await).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Failure);
    assert!(!error.may_have_taken_effect());
    assert_eq!(
        said(done(&answering("422 Unprocessable Entity", body).await).await),
        "SaveEntry: Tight responded with 422 Unprocessable Entity: REQUIRED"
    );
}

#[tokio::test]
async fn what_need_not_be_there_is_there_or_not() {
    let body = r#"{"result":"SUCCESS","data":{"id":"a"}}"#;
    let entry = found(&answering("200 OK", body).await).await.unwrap();
    assert_eq!(entry.into_inner().unwrap().id.as_deref(), Some("a"));
    for (status, body) in [
        ("204 No Content", ""),
        ("200 OK", r#"{"result":"SUCCESS","data":null}"#),
        ("200 OK", "{}"),
    ] {
        let entry = found(&answering(status, body).await).await;
        assert_eq!(entry.unwrap().into_inner(), None, "{status} {body}");
    }
    for (status, body, kind) in [
        ("404 Not Found", "{}", ErrorKind::Status),
        (
            "200 OK",
            r#"{"result":"SUCCESS","error":[{"type":"A"}]}"#,
            ErrorKind::Decode,
        ),
        ("200 OK", r#"{"result":5}"#, ErrorKind::Decode),
        ("200 OK", r#"{"result":"FAILURE"}"#, ErrorKind::Failure),
        ("200 OK", r#"{"data":5}"#, ErrorKind::Decode),
    ] {
        let error = found(&answering(status, body).await).await.unwrap_err();
        assert_eq!(error.kind(), kind, "{status} {body}");
    }
}

#[tokio::test]
async fn a_file_comes_as_it_is() {
    let pdf = b"%PDF \xff\xfe\r\n\0";
    let head = format!(
        "HTTP/1.1 200 OK\r\ncontent-type: application/pdf\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
        pdf.len()
    );
    let server = Server::replying([Reply::Raw([head.as_bytes(), pdf].concat())]).await;
    let file = downloaded(&server.client()).await.unwrap();
    assert_eq!(file.headers()["content-type"], "application/pdf");
    assert_eq!(file.into_inner(), &pdf[..]);
}

#[tokio::test]
async fn what_says_failure_is_no_file() {
    let failure = r#"{"result":"FAILURE","error":[{"type":"NOT_FOUND"}]}"#;
    assert_eq!(
        said(downloaded(&answering("404 Not Found", failure).await).await),
        "GetEntry: Tight responded with 404 Not Found: NOT_FOUND"
    );
    assert_eq!(
        said(downloaded(&answering("200 OK", failure).await).await),
        "GetEntry: Tight responded with 200 OK with the result FAILURE: NOT_FOUND"
    );
    // A file may be JSON, and may say what it likes if it is none.
    for (content_type, body) in [("application/json", "{}"), ("text/csv", failure)] {
        let server = Server::replying([Reply::new("200 OK", content_type, body)]).await;
        let file = downloaded(&server.client()).await.unwrap();
        assert_eq!(file.into_inner(), body);
    }
}
