//! What is traced of a call: one span, which says what became of it.

use tight_api::types::{FileDetails, NewMessage};
use tight_api::{CallOptions, Client, Credentials, RetryPolicy, Upload};

use crate::secrets::traced;
use crate::server::{Reply, Server, nobody};

/// The fields of the span of the last call that ended, as they were traced.
fn ended(trace: &str) -> &str {
    let mut lines = trace.lines();
    let close = lines
        .rfind(|line| line.contains("tight_api.call{") && line.contains(": close"))
        .unwrap();
    let (_, fields) = close.split_once("tight_api.call{").unwrap();
    fields.split_once("}: ").unwrap().0
}

/// Whether the span of the last call has these fields, each once.
#[track_caller]
fn assert_fields(trace: &str, fields: &[&str], absent: &[&str]) {
    let ended = ended(trace);
    for field in fields
        .iter()
        .chain(&["elapsed_ms=", "otel.kind=\"client\""])
    {
        assert_eq!(ended.matches(field).count(), 1, "{field} in {ended}");
    }
    for field in absent {
        assert!(!ended.contains(field), "{field} in {ended}");
    }
    assert_eq!(ended.matches("otel.status_code=").count(), 1, "{ended}");
}

fn client(server: &Server) -> Client {
    server
        .client()
        .with(CallOptions::new().retry(RetryPolicy::never()))
}

#[tokio::test]
async fn a_call_is_a_span_with_what_became_of_it() {
    let busy = "HTTP/1.1 429 Too Many Requests\r\nretry-after: 0\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
    let saved = r#"{"data":[{"result":"SUCCESS","data":{"id":"msg_1"}}]}"#;
    let replies = [Reply::Bytes(busy.to_owned()), Reply::json("200 OK", saved)];
    let server = Server::replying(replies).await;
    let client = server.client();
    let save = client.messages().save([NewMessage::new("con_1")]);
    let (outcome, trace) = traced(save.into_future()).await;
    assert!(outcome.is_complete());
    assert_fields(
        &trace,
        &[
            r#"operation="saveMessages""#,
            "items=1",
            "attempts=2",
            "status=200",
            r#"otel.status_code="OK""#,
        ],
        &["error.kind"],
    );
}

#[tokio::test]
async fn a_call_that_failed_shows_what_kind_of_failure_it_was() {
    let json = |status: &str, body: &str| Reply::json(status, body);
    let failure = r#"{"result":"FAILURE","error":[{"type":"REQUIRED"}]}"#;
    for (reply, status, kind) in [
        (json("404 Not Found", failure), Some(404), "status"),
        (json("500 Oops", "<html>"), Some(500), "status"),
        (json("301 Moved", ""), Some(301), "status"),
        (json("200 OK", failure), Some(200), "failure"),
        (json("200 OK", "<html>"), Some(200), "decode"),
        (json("200 OK", "{}"), Some(200), "decode"),
        (Reply::HangUp, None, "connection"),
        (
            Reply::Bytes("HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n{".to_owned()),
            Some(200),
            "connection",
        ),
    ] {
        let server = Server::replying([reply]).await;
        let client = client(&server);
        let files = client.files();
        let (result, trace) = traced(files.get("fil_1")).await;
        assert!(result.is_err());
        let kind = format!("error.kind=\"{kind}\"");
        let status = status.map(|status| format!("status={status} "));
        let mut fields = vec![
            r#"operation="getFile""#,
            "attempts=1",
            r#"otel.status_code="ERROR""#,
            kind.as_str(),
        ];
        fields.extend(status.as_deref());
        let absent: &[&str] = if status.is_some() {
            &["items="]
        } else {
            &["items=", " status="]
        };
        assert_fields(&trace, &fields, absent);
    }
}

#[tokio::test]
async fn a_page_and_a_batch_show_their_failures_too() {
    let failed = &[
        r#"error.kind="decode""#,
        r#"otel.status_code="ERROR""#,
        "status=200 ",
    ];
    let server = Server::replying([Reply::json("200 OK", "<html>")]).await;
    let client = self::client(&server);
    let (page, trace) = traced(client.conversations().messages("con_1").page()).await;
    assert!(page.is_err());
    assert_fields(&trace, failed, &["items="]);

    let server = Server::replying([Reply::json("200 OK", "<html>")]).await;
    let client = self::client(&server);
    let save = client.messages().save([NewMessage::new("con_1")]);
    let (outcome, trace) = traced(save.into_future()).await;
    assert_eq!(outcome.unknown().count(), 1);
    assert_fields(&trace, failed, &[]);

    // One item that cannot be read does not make the page a failure.
    let page = r#"{"data":[{"reactions":5},{"id":7},[]]}"#;
    let server = Server::replying([Reply::json("200 OK", page)]).await;
    let client = self::client(&server);
    let (page, trace) = traced(client.conversations().messages("con_1").page()).await;
    assert!(page.is_ok());
    assert_fields(&trace, &[r#"otel.status_code="OK""#], &["error.kind"]);
}

#[tokio::test]
async fn a_call_that_was_never_sent_shows_why() {
    let client = Client::builder()
        .base_url(nobody())
        .credentials(Credentials::access_token("an-access-token"))
        .retry(RetryPolicy::never())
        .build()
        .unwrap();
    let files = client.files();
    let (result, trace) = traced(files.get("fil_1")).await;
    assert!(result.is_err());
    assert_fields(
        &trace,
        &["attempts=1", r#"error.kind="connect""#],
        &[" status="],
    );
    let (result, trace) = traced(files.get("..")).await;
    assert!(result.is_err());
    assert_fields(
        &trace,
        &["attempts=0", r#"error.kind="invalid_request""#],
        &[" status="],
    );
    let upload = Upload::path("/no/such/file");
    let (result, trace) = traced(files.upload(upload, FileDetails::new())).await;
    assert!(result.is_err());
    assert_fields(
        &trace,
        &["attempts=1", r#"error.kind="upload""#],
        &[" status="],
    );

    let refused = Reply::json("401 Unauthorized", r#"{"error":"invalid_client"}"#);
    let server = Server::answering([refused], []).await;
    let builder = server.client_builder();
    let client = builder
        .credentials(Credentials::client("id", "secret"))
        .build()
        .unwrap();
    let files = client.files();
    let (result, trace) = traced(files.get("fil_1")).await;
    assert!(result.is_err());
    assert_fields(
        &trace,
        &["attempts=0", r#"error.kind="credentials""#, "status=401 "],
        &[],
    );
}

#[tokio::test]
async fn a_call_that_is_dropped_says_so() {
    let server = Server::replying([Reply::Stall]).await;
    let client = client(&server);
    let ((), trace) = traced(async {
        let files = client.files();
        let mut call = Box::pin(files.get("fil_1").into_future());
        while server.requests().is_empty() {
            assert!(futures_util::poll!(call.as_mut()).is_pending());
            tokio::task::yield_now().await;
        }
        drop(call);
    })
    .await;
    assert_fields(
        &trace,
        &[
            r#"operation="getFile""#,
            "attempts=1",
            r#"error.kind="dropped""#,
            r#"otel.status_code="ERROR""#,
        ],
        &[" status="],
    );
}
