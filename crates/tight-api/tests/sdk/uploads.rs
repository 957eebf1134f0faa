//! Files on their way: what travels, what is in memory, and what is tried again.

use std::io::{self, Write};
use std::pin::Pin;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};
use std::time::Duration;

use tight_api::types::FileDetails;
use tight_api::{
    CallOptions, Client, Credentials, Error, ErrorKind, Progress, RetryPolicy, Upload,
};
use tight_sandbox::Sandbox;
use tokio::io::{AsyncRead, AsyncReadExt, ReadBuf};

use crate::server::{Reply, Server, nobody};

const UPLOADED: &str = r#"{"result":"SUCCESS","data":{"id":"fil_1"}}"#;

fn uploaded() -> Reply {
    Reply::json("200 OK", UPLOADED)
}

fn eager() -> RetryPolicy {
    RetryPolicy::default().backoff(Duration::ZERO, Duration::ZERO)
}

/// The one request that uploads this.
async fn sent(upload: Upload, details: FileDetails) -> (String, String) {
    let server = Server::replying([uploaded()]).await;
    let file = server.client().files().upload(upload, details).await;
    assert_eq!(file.unwrap().id.as_deref(), Some("fil_1"));
    let requests = server.requests();
    let (head, body) = requests[0].split_once("\r\n\r\n").unwrap();
    let boundary = head
        .lines()
        .find_map(|line| line.strip_prefix("content-type: multipart/form-data; boundary="))
        .unwrap();
    (head.to_owned(), body.replace(boundary, "BOUNDARY"))
}

async fn body(upload: Upload) -> String {
    sent(upload, FileDetails::new()).await.1
}

#[tokio::test]
async fn a_file_and_what_is_known_about_it_travel_as_two_parts() {
    let details = FileDetails::new()
        .description("Q1 2024 invoice")
        .amount(15_000)
        .date("2024-01-15")
        .custom_data([("project", "north")]);
    let (head, body) = sent(Upload::bytes("invoice.pdf", "%PDF-1.7"), details).await;
    assert!(head.starts_with("POST /v6/files/upload HTTP/1.1\r\n"));
    assert!(head.contains("\r\ncontent-length: "), "its length is known");
    insta::assert_snapshot!(body, @r#"
    --BOUNDARY
    Content-Disposition: form-data; name="file"; filename="invoice.pdf"
    Content-Type: application/pdf

    %PDF-1.7
    --BOUNDARY
    Content-Disposition: form-data; name="data"
    Content-Type: application/json

    {"description":"Q1 2024 invoice","date":"2024-01-15","amount":15000,"customData":{"project":"north"}}
    --BOUNDARY--
    "#);
}

#[tokio::test]
async fn a_file_can_belong_to_an_entity() {
    let server = Server::replying([uploaded()]).await;
    let upload = Upload::bytes("a", "b");
    let files = server.client();
    let file = files
        .files()
        .upload_for_entity("btxn_1", upload, FileDetails::new());
    file.await.unwrap();
    assert!(server.requests()[0].starts_with("POST /v6/files/upload/btxn_1 HTTP/1.1\r\n"));
}

#[tokio::test]
async fn the_media_type_follows_from_the_name_unless_it_is_said() {
    for (name, guessed) in [
        ("a.png", "image/png"),
        ("a.PDF", "application/pdf"),
        ("a.csv", "text/csv"),
        ("a", "application/octet-stream"),
        ("a.unheard-of", "application/octet-stream"),
    ] {
        let expected = format!("Content-Type: {guessed}\r\n");
        assert!(body(Upload::bytes(name, "")).await.contains(&expected));
    }
    let said = Upload::bytes("a.png", "").content_type("image/x-own");
    assert!(body(said).await.contains("Content-Type: image/x-own\r\n"));
}

#[tokio::test]
async fn a_name_stays_a_name() {
    let name = "a\"; filename=\"b\r\nContent-Type: text/html\r\n\r\n<b>.txt";
    let body = body(Upload::bytes(name, "x")).await;
    assert!(!body.contains("\r\nContent-Type: text/html"), "{body}");
    assert!(!body.contains("filename=\"b"), "{body}");
    let umlaut = self::body(Upload::bytes("Übersicht.txt", "x")).await;
    assert!(umlaut.contains("bersicht.txt"), "{umlaut}");
}

#[tokio::test]
async fn a_path_is_read_when_it_is_sent() {
    let mut file = tempfile::Builder::new().suffix(".txt").tempfile().unwrap();
    let upload = Upload::path(file.path());
    file.write_all(b"written after it was named").unwrap();
    let (head, body) = sent(upload, FileDetails::new()).await;
    assert!(body.contains("written after it was named"));
    assert!(body.contains("Content-Type: text/plain\r\n"));
    assert!(head.contains("\r\ncontent-length: "));

    let named = Upload::path(file.path()).file_name("receipt.pdf");
    let body = self::body(named).await;
    assert!(body.contains("filename=\"receipt.pdf\""));
    assert!(body.contains("Content-Type: application/pdf\r\n"));
}

#[tokio::test]
async fn a_file_that_cannot_be_sent_is_an_error_that_names_it() {
    let server = Server::replying([]).await;
    let client = server.client();
    let folder = tempfile::tempdir().unwrap();
    for (upload, kind, says) in [
        (
            Upload::path("/no/such/receipt.pdf"),
            ErrorKind::Upload,
            "uploadFile: the file /no/such/receipt.pdf cannot be read: ",
        ),
        (
            Upload::path(folder.path()),
            ErrorKind::Upload,
            "uploadFile: the file ",
        ),
        (
            Upload::bytes("a", "").content_type("no media type"),
            ErrorKind::InvalidRequest,
            "uploadFile: `no media type` is not a media type",
        ),
    ] {
        let error = client.files().upload(upload, FileDetails::new()).await;
        let error = error.unwrap_err();
        assert_eq!(error.kind(), kind);
        assert!(error.to_string().starts_with(says), "{error}");
        assert!(!error.may_have_taken_effect());
    }
    assert!(server.requests().is_empty());
}

#[cfg(unix)]
#[tokio::test]
async fn a_pipe_is_refused_and_waits_for_nobody() {
    let folder = tempfile::tempdir().unwrap();
    let pipe = folder.path().join("pipe");
    let made = std::process::Command::new("mkfifo").arg(&pipe).status();
    assert!(made.unwrap().success());
    let server = Server::replying([]).await;
    let client = server.client();
    let upload = client.files();
    let upload = upload.upload(Upload::path(&pipe), FileDetails::new());
    // Were it opened, nothing would ever come of it.
    let error = tokio::time::timeout(Duration::from_secs(30), upload).await;
    let error = error.unwrap().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Upload);
    assert!(
        error
            .to_string()
            .ends_with("open it, and pass it to `Upload::reader`"),
        "{error}"
    );
}

#[tokio::test]
async fn a_reader_is_sent_as_it_is_read() {
    let (head, body) = sent(
        Upload::reader("a.txt", &b"from a reader"[..]),
        FileDetails::new(),
    )
    .await;
    assert!(head.contains("transfer-encoding: chunked"));
    assert!(body.contains("from a reader"));

    let announced = Upload::reader_of_length("a.txt", &b"from a reader"[..], 13);
    let (head, body) = sent(announced, FileDetails::new()).await;
    assert!(head.contains("\r\ncontent-length: "));
    assert!(body.contains("from a reader"));
}

/// What comes of an upload that cannot be read to its end, from a sandbox that would take it.
async fn broken(upload: Upload) -> Error {
    let sandbox = Sandbox::start().await.unwrap();
    let client = Client::builder()
        .base_url(sandbox.url())
        .credentials(Credentials::access_token(sandbox.access_token()))
        .retry(eager().resend_in_doubt(true))
        .build()
        .unwrap();
    let error = client.files().upload(upload, FileDetails::new()).await;
    assert!(sandbox.stored("files").is_empty());
    error.unwrap_err()
}

/// Some bytes, and then a fault.
fn failing(kind: io::ErrorKind) -> impl AsyncRead + Send + 'static {
    struct Failing(io::ErrorKind);
    impl AsyncRead for Failing {
        fn poll_read(
            self: Pin<&mut Self>,
            _: &mut Context<'_>,
            _: &mut ReadBuf<'_>,
        ) -> Poll<io::Result<()>> {
            Poll::Ready(Err(io::Error::new(self.0, "the disk is on fire")))
        }
    }
    (&b"some of it"[..]).chain(Failing(kind))
}

#[tokio::test]
async fn what_cannot_be_read_to_its_end_is_not_blamed_on_the_connection() {
    for kind in [
        io::ErrorKind::Other,
        io::ErrorKind::TimedOut,
        io::ErrorKind::ConnectionRefused,
    ] {
        let error = broken(Upload::reader("a.txt", failing(kind))).await;
        assert_eq!(error.kind(), ErrorKind::Upload);
        assert_eq!(
            error.to_string(),
            "uploadFile: `a.txt` could not be read to its end: the disk is on fire (it may have taken effect)"
        );
        let cause = std::error::Error::source(&error).unwrap();
        assert_eq!(cause.downcast_ref::<io::Error>().unwrap().kind(), kind);
    }
}

#[tokio::test]
async fn a_file_of_another_length_than_was_announced_is_not_sent_for_what_it_is_not() {
    let long = broken(Upload::reader_of_length("a", &[7; 1000][..], 5)).await;
    insta::assert_snapshot!(long, @"uploadFile: `a` could not be read to its end: it has more than the expected 5 bytes (it may have taken effect)");
    let short = broken(Upload::reader_of_length("a", &b"abc"[..], 5)).await;
    insta::assert_snapshot!(short, @"uploadFile: `a` could not be read to its end: it has 3 bytes instead of the expected 5 (it may have taken effect)");
    let exact = Upload::reader_of_length("a", &b"abcde"[..], 5);
    assert!(body(exact).await.contains("abcde"));
    assert!(
        body(Upload::reader_of_length("a", &b""[..], 0))
            .await
            .contains("filename=\"a\"")
    );
}

#[tokio::test]
async fn an_answer_is_not_lost_because_a_file_is_gone_when_it_is_to_be_sent_again() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.txt");
    std::fs::write(&path, "here").unwrap();
    let busy = Reply::Bytes(
        "HTTP/1.1 429 Too Many Requests\r\nretry-after: 0\r\nx-told: you\r\ncontent-length: 0\r\nconnection: close\r\n\r\n".to_owned(),
    );
    let server = Server::replying([busy]).await;
    let client = server.client().with(CallOptions::new().retry(eager()));
    let gone = path.clone();
    let upload = Upload::path(&path).on_progress(move |_| drop(std::fs::remove_file(&gone)));
    let error = client
        .files()
        .upload(upload, FileDetails::new())
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Status);
    assert_eq!(error.status().unwrap(), 429);
    assert_eq!(error.headers().unwrap()["x-told"], "you");
    assert!(!error.may_have_taken_effect());
}

#[tokio::test]
async fn a_token_that_is_not_accepted_is_renewed_whatever_is_uploaded() {
    let sandbox = Sandbox::start().await.unwrap();
    let client = Client::builder()
        .base_url(sandbox.url())
        .credentials(Credentials::client(
            sandbox.client_id(),
            sandbox.client_secret(),
        ))
        .retry(eager())
        .build()
        .unwrap();
    let upload = || Upload::reader("a", &b"content"[..]);
    client
        .files()
        .upload(upload(), FileDetails::new())
        .await
        .unwrap();
    sandbox.revoke_tokens();
    // It was read, so it cannot be sent again. But the next one has a new token.
    let error = client
        .files()
        .upload(upload(), FileDetails::new())
        .await
        .unwrap_err();
    assert_eq!(error.status().unwrap(), 401);
    client
        .files()
        .upload(upload(), FileDetails::new())
        .await
        .unwrap();

    sandbox.revoke_tokens();
    let bytes = Upload::bytes("a", "content");
    client
        .files()
        .upload(bytes, FileDetails::new())
        .await
        .unwrap();
    assert_eq!(sandbox.stored("files").len(), 3);
}

#[tokio::test]
async fn a_clone_of_an_upload_is_the_same_file() {
    let server = Server::replying([Reply::HangUp, uploaded()]).await;
    let client = server
        .client()
        .with(CallOptions::new().retry(RetryPolicy::never()));
    let upload = Upload::bytes("a.txt", "all of it");
    let lost = client
        .files()
        .upload(upload.clone(), FileDetails::new())
        .await;
    assert!(lost.is_err());
    client
        .files()
        .upload(upload, FileDetails::new())
        .await
        .unwrap();
    assert!(
        server
            .requests()
            .iter()
            .all(|request| request.contains("all of it"))
    );
}

/// Zeroes without end, and how many of them were taken.
#[derive(Clone, Default)]
struct Endless(Arc<AtomicU64>);

impl AsyncRead for Endless {
    fn poll_read(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<std::io::Result<()>> {
        let count = buffer.remaining();
        buffer.initialize_unfilled();
        buffer.advance(count);
        self.0.fetch_add(count as u64, Ordering::SeqCst);
        Poll::Ready(Ok(()))
    }
}

#[tokio::test]
async fn no_more_is_read_than_the_connection_takes() {
    // A server that takes the head of the request, and then nothing any more.
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let client = Client::builder()
        .base_url(url)
        .credentials(Credentials::access_token("an-access-token"))
        .attempt_timeout(Duration::from_millis(500))
        .retry(RetryPolicy::never())
        .build()
        .unwrap();
    let endless = Endless::default();
    let upload = Upload::reader("zeroes", endless.clone());
    let files = client.files();
    let uploading = files.upload(upload, FileDetails::new());
    let serving = async {
        let (mut stream, _) = listener.accept().await.unwrap();
        stream.read_exact(&mut [0; 64]).await.unwrap();
        stream
    };
    let (result, _stream) = tokio::join!(uploading, serving);
    let error = result.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Timeout);
    assert!(error.may_have_taken_effect());
    // What the sockets of both sides hold, and a chunk.
    let read = endless.0.load(Ordering::SeqCst);
    assert!(read < 32 * 1024 * 1024, "{read} bytes were read");
}

#[tokio::test]
async fn progress_is_seen_from_nothing_to_all() {
    let content = vec![7; 200_000];
    let path = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(path.path(), &content).unwrap();
    for (upload, total) in [
        (Upload::bytes("a", content.clone()), Some(200_000)),
        (Upload::path(path.path()), Some(200_000)),
        (
            Upload::reader("a", std::io::Cursor::new(content.clone())),
            None,
        ),
    ] {
        let seen = Arc::new(Mutex::new(Vec::<Progress>::new()));
        let keep = Arc::clone(&seen);
        let upload = upload.on_progress(move |progress| keep.lock().unwrap().push(progress));
        body(upload).await;
        let seen = seen.lock().unwrap();
        let sent: Vec<u64> = seen.iter().map(|progress| progress.sent).collect();
        assert!(sent.is_sorted());
        assert_eq!((sent[0], *sent.last().unwrap()), (0, 200_000));
        assert!(sent.len() > 3, "{sent:?}");
        assert!(seen.iter().all(|progress| progress.total == total));
    }
}

#[tokio::test]
async fn what_can_be_read_again_is_sent_again() {
    let path = tempfile::NamedTempFile::new().unwrap();
    std::fs::write(path.path(), "all of it").unwrap();
    for upload in [
        Upload::bytes("a.txt", "all of it"),
        Upload::path(path.path()).file_name("a.txt"),
    ] {
        let server =
            Server::replying([Reply::json("429 Too Many Requests", "{}"), uploaded()]).await;
        let client = server.client().with(CallOptions::new().retry(eager()));
        client
            .files()
            .upload(upload, FileDetails::new())
            .await
            .unwrap();
        let requests = server.requests();
        assert_eq!(requests.len(), 2);
        assert!(requests.iter().all(|request| request.contains("all of it")));
    }
}

#[tokio::test]
async fn what_was_read_is_not_sent_again() {
    let server = Server::replying([Reply::json("429 Too Many Requests", "{}"), uploaded()]).await;
    let client = server.client().with(CallOptions::new().retry(eager()));
    let upload = Upload::reader("a.txt", &b"gone"[..]);
    let error: Error = client
        .files()
        .upload(upload, FileDetails::new())
        .await
        .unwrap_err();
    assert_eq!(error.status().unwrap(), 429);
    assert!(!error.may_have_taken_effect());
    assert_eq!(server.requests().len(), 1);
}

/// A reader that counts how often it was asked.
struct Asked(Arc<AtomicU64>);

impl AsyncRead for Asked {
    fn poll_read(
        self: Pin<&mut Self>,
        _: &mut Context<'_>,
        _: &mut ReadBuf<'_>,
    ) -> Poll<std::io::Result<()>> {
        self.0.fetch_add(1, Ordering::SeqCst);
        Poll::Ready(Ok(()))
    }
}

#[tokio::test]
async fn a_reader_that_nobody_read_can_be_tried_again() {
    let attempts = Arc::new(AtomicU64::new(0));
    let (asked, counted) = (Arc::new(AtomicU64::new(0)), Arc::clone(&attempts));
    let client = Client::builder()
        .base_url(nobody())
        .credentials(Credentials::access_token("an-access-token"))
        .retry(eager())
        .build()
        .unwrap();
    let upload = Upload::reader("a", Asked(Arc::clone(&asked))).on_progress(move |_| {
        counted.fetch_add(1, Ordering::SeqCst);
    });
    let error = client.files().upload(upload, FileDetails::new()).await;
    assert_eq!(error.unwrap_err().kind(), ErrorKind::Connect);
    assert_eq!(attempts.load(Ordering::SeqCst), 3, "one for each attempt");
    assert_eq!(asked.load(Ordering::SeqCst), 0);
}

#[tokio::test]
async fn a_lost_upload_is_in_doubt_and_not_sent_again() {
    let server = Server::replying([Reply::HangUp, uploaded()]).await;
    let client = server.client().with(CallOptions::new().retry(eager()));
    let error = client
        .files()
        .upload(Upload::bytes("a", "b"), FileDetails::new())
        .await
        .unwrap_err();
    assert!(error.may_have_taken_effect());
    assert_eq!(server.requests().len(), 1);
}
