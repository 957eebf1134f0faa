//! One entity: what is read of an answer, and what is said where nothing can be.

use tight_api::types::{File, FileDetails, MessageStatus};
use tight_api::{CallOptions, Error, ErrorKind, Response, RetryPolicy, Upload};

use crate::round_trips::documented;
use crate::server::{Reply, Server};

async fn get(reply: Reply) -> Result<Response<File>, Error> {
    let server = Server::replying([reply]).await;
    let client = server
        .client()
        .with(CallOptions::new().retry(RetryPolicy::never()));
    client.files().get("fil_1").await
}

async fn delete(reply: Reply) -> Result<Response<File>, Error> {
    let server = Server::replying([reply]).await;
    let client = server
        .client()
        .with(CallOptions::new().retry(RetryPolicy::never()));
    client.files().delete("fil_1").await
}

async fn upload(reply: Reply) -> Result<Response<File>, Error> {
    let server = Server::replying([reply]).await;
    let client = server
        .client()
        .with(CallOptions::new().retry(RetryPolicy::never()));
    let file = Upload::bytes("receipt.pdf", "content");
    client.files().upload(file, FileDetails::new()).await
}

#[tokio::test]
async fn an_entity_comes_with_its_answer() {
    let server = Server::replying([Reply::json(
        "200 OK",
        &documented("messages/messages.get.response.json"),
    )])
    .await;
    let message = server.client().messages().get("msg_67890").await.unwrap();
    assert_eq!(message.id.as_deref(), Some("msg_67890"));
    assert_eq!(message.status, Some(MessageStatus::Active));
    assert_eq!(
        message.status(),
        200,
        "that of the answer, not of the message"
    );
    assert!(server.requests()[0].starts_with("GET /v6/messages/msg_67890 HTTP/1.1\r\n"));
}

#[tokio::test]
async fn an_entity_that_is_not_there_is_an_error_that_says_so() {
    let body = r#"{"result":"FAILURE","data":null,"error":[{"type":"INVALID_VALUE","message":"no such file","param":"id"}]}"#;
    let error = get(Reply::json("404 Not Found", body)).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Status);
    assert_eq!(error.status().unwrap(), 404);
    insta::assert_snapshot!(error, @"getFile: Tight responded with 404 Not Found: INVALID_VALUE id: no such file");
}

#[tokio::test]
async fn a_success_that_says_failure_is_an_error() {
    let refused = r#"{"result":"FAILURE","error":[{"type":"NOT_MODIFIABLE"}]}"#;
    let error = delete(Reply::json("200 OK", refused)).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Failure);
    insta::assert_snapshot!(error, @"deleteFile: Tight responded with 200 OK with the result FAILURE: NOT_MODIFIABLE");

    // It failed, but nobody says how far it got.
    let error = delete(Reply::json("200 OK", r#"{"result":"FAILURE"}"#))
        .await
        .unwrap_err();
    insta::assert_snapshot!(error, @"deleteFile: Tight responded with 200 OK with the result FAILURE (it may have taken effect)");
}

#[tokio::test]
async fn what_was_done_is_not_called_undone_because_the_answer_does_not_show_it() {
    let older = documented("files/files.upload.response.older.json");
    let file = upload(Reply::json("200 OK", &older)).await.unwrap();
    assert_eq!(*file, File::default());
    let deleted = delete(Reply::json("200 OK", r#"{"result":"SUCCESS","data":null}"#)).await;
    assert_eq!(*deleted.unwrap(), File::default());
}

#[tokio::test]
async fn what_was_asked_for_and_did_not_come_is_an_error() {
    for body in [r#"{"result":"SUCCESS"}"#, r#"{"data":null}"#, "{}"] {
        let error = get(Reply::json("200 OK", body)).await.unwrap_err();
        assert_eq!(
            error.to_string(),
            "getFile: the response has no data at data"
        );
    }
    let said = r#"{"result":"SUCCESS","error":[{"type":"REQUIRED","param":"date"}]}"#;
    let error = upload(Reply::json("200 OK", said)).await.unwrap_err();
    insta::assert_snapshot!(error, @"uploadFile: the response has no data at data: REQUIRED date (it may have taken effect)");
    // Without a word of success, a write may or may not have been done.
    let error = delete(Reply::json("200 OK", "{}")).await.unwrap_err();
    assert!(error.may_have_taken_effect());
}

#[tokio::test]
async fn errors_beside_an_entity_do_not_cost_it() {
    let body = r#"{"result":"SUCCESS","data":{"id":"fil_1"},"error":[{"type":"UNKNOWN_ERROR"}]}"#;
    let file = get(Reply::json("200 OK", body)).await.unwrap();
    assert_eq!(file.id.as_deref(), Some("fil_1"));
    assert_eq!(file.errors().len(), 1, "nor are they lost");
    let bare = get(Reply::json("200 OK", r#"{"data":{"id":"fil_1"}}"#)).await;
    assert_eq!(bare.unwrap().id.as_deref(), Some("fil_1"));
}

#[tokio::test]
async fn a_number_or_a_date_in_another_form_costs_nothing() {
    for (data, amount, date) in [
        (
            r#"{"amount":15000.0,"date":20240115}"#,
            Some(15_000),
            "20240115",
        ),
        (
            r#"{"amount":"15000","date":"15/01/2024"}"#,
            Some(15_000),
            "15/01/2024",
        ),
        (r#"{"amount":"much","date":""}"#, None, ""),
    ] {
        let body = format!(r#"{{"result":"SUCCESS","data":{data}}}"#);
        let file = get(Reply::json("200 OK", &body)).await.unwrap();
        assert_eq!(file.amount.as_ref().unwrap().as_i64(), amount);
        assert_eq!(file.date.as_ref().unwrap().as_str(), date);
        assert_eq!(file.date.as_ref().unwrap().year_month_day(), None);
    }
}

#[tokio::test]
async fn what_does_not_fit_its_field_costs_nothing_and_can_be_asked_for() {
    let body = r#"{"result":"SUCCESS","data":{"id":"fil_1","amount":{"value":150.50},"date":[2024,1,15],"pages":3}}"#;
    let file = get(Reply::json("200 OK", body)).await.unwrap();
    assert_eq!(file.id.as_deref(), Some("fil_1"));
    assert_eq!((&file.amount, &file.date), (&None, &None));
    let unknown: Vec<_> = file.unknown_fields.iter().collect();
    assert_eq!(
        unknown,
        [
            ("amount", r#"{"value":150.50}"#),
            ("date", "[2024,1,15]"),
            ("pages", "3")
        ]
    );
    assert_eq!(file.unknown_fields.read::<u8>("pages").unwrap().unwrap(), 3);
}

#[tokio::test]
async fn an_entity_that_cannot_be_read_says_where() {
    let error = delete(Reply::json(
        "200 OK",
        r#"{"result":"SUCCESS","data":["much"]}"#,
    ))
    .await
    .unwrap_err();
    assert_eq!(error.path(), Some("data"));
    assert!(error.may_have_taken_effect());
    let error = get(Reply::new("502 Bad Gateway", "text/html", "<h1>Oops</h1>"))
        .await
        .unwrap_err();
    assert_eq!(error.status().unwrap(), 502);
    assert_eq!(error.body_text(), "<h1>Oops</h1>");
}
