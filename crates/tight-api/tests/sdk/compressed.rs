//! Compressed answers: asked for, read, bounded, and told from lost ones.

use std::io::Write;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use flate2::Compression;
use flate2::write::GzEncoder;
use tight_api::types::{ConversationQuery, NewMessage};
use tight_api::{Client, Credentials, Error, ErrorKind};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use crate::server::{Reply, Server};

const SAVED: &str = r#"{"data":[{"result":"SUCCESS","data":{"id":"msg_1"}}]}"#;

fn gzip(content: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(content).unwrap();
    encoder.finish().unwrap()
}

/// An answer whose body is said to be compressed, and to have so many bytes.
fn compressed(status: &str, body: &[u8], length: usize) -> Reply {
    let head = format!(
        "HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Encoding: gzip\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n"
    );
    Reply::Raw([head.as_bytes(), body].concat())
}

async fn save(client: &Client) -> Result<String, Error> {
    let saving = client.messages().save_one(NewMessage::new("con_1"));
    Ok(saving.await?.id.clone().unwrap())
}

#[tokio::test]
async fn answers_are_asked_for_compressed_and_read() {
    let body = gzip(SAVED.as_bytes());
    let server = Server::replying([compressed("200 OK", &body, body.len())]).await;
    assert_eq!(save(&server.client()).await.unwrap(), "msg_1");
    assert!(server.requests()[0].contains("\r\naccept-encoding: gzip\r\n"));
}

#[tokio::test]
async fn pages_and_batches_are_read_that_are_compressed() {
    let page = gzip(br#"{"data":[{"id":"con_1"}]}"#);
    let batch = gzip(SAVED.as_bytes());
    let server = Server::replying([
        compressed("200 OK", &page, page.len()),
        compressed("207 Multi-Status", &batch, batch.len()),
    ])
    .await;
    let client = server.client();
    let listing = client.conversations().query(ConversationQuery::new());
    let page = listing.page().await.unwrap();
    assert_eq!(
        page.items()[0].as_ref().unwrap().id.as_deref(),
        Some("con_1")
    );
    let outcome = client.messages().save([NewMessage::new("con_1")]).await;
    assert_eq!(outcome.to_string(), "1 saved");
}

#[tokio::test]
async fn errors_are_read_that_are_compressed() {
    let body = gzip(br#"{"error":[{"type":"REQUIRED","param":"text"}]}"#);
    let server = Server::replying([compressed("400 Bad Request", &body, body.len())]).await;
    let error = save(&server.client()).await.unwrap_err();
    insta::assert_snapshot!(error, @"saveMessages: Tight responded with 400 Bad Request: REQUIRED text");
    assert!(!error.may_have_taken_effect());
}

#[tokio::test]
async fn what_cannot_be_decompressed_is_not_blamed_on_the_connection() {
    let whole = gzip(SAVED.as_bytes());
    let mut altered = whole.clone();
    let checksum = altered.len() - 5;
    altered[checksum] ^= 0xff;
    let half = &whole[..whole.len() / 2];
    for body in [SAVED.as_bytes(), half, &altered] {
        let server = Server::replying([compressed("200 OK", body, body.len())]).await;
        let error = save(&server.client()).await.unwrap_err();
        assert_eq!(
            error.to_string(),
            "saveMessages: the response (200 OK) cannot be decompressed (it may have taken effect)"
        );
        assert_eq!(error.kind(), ErrorKind::Decode);
        assert_eq!(error.status().unwrap(), 200);
    }
    // What is lost on the way is lost, compressed or not.
    let server = Server::replying([compressed("200 OK", half, whole.len())]).await;
    let error = save(&server.client()).await.unwrap_err();
    assert_eq!(
        error.to_string(),
        "saveMessages: the response (200 OK) was cut off with the connection (it may have taken effect)"
    );
    assert_eq!(error.kind(), ErrorKind::Connection);
}

/// What becomes of a call that is answered with so many mebibytes of zeroes, whose end is missing, and how many kilobytes came.
async fn bomb(status: &'static str, size: usize) -> (Error, usize) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let written = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&written);
    tokio::spawn(async move {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
        encoder.write_all(&[0; 1024 * 1024]).unwrap();
        // What follows the head of the stream ends with a whole byte, and may stand there any number of times.
        encoder.flush().unwrap();
        let (start, zeroes) = encoder.get_ref().split_at(10);
        let (mut stream, _) = listener.accept().await.unwrap();
        let _ = stream.read(&mut [0; 4096]).await;
        let head = format!("HTTP/1.1 {status}\r\ncontent-encoding: gzip\r\n\r\n");
        stream.write_all(head.as_bytes()).await.unwrap();
        stream.write_all(start).await.unwrap();
        for _ in 0..size {
            if stream.write_all(zeroes).await.is_err() {
                break;
            }
            counted.fetch_add(zeroes.len(), Ordering::SeqCst);
        }
    });
    let client = Client::builder()
        .base_url(url)
        .credentials(Credentials::access_token("an-access-token"))
        .build()
        .unwrap();
    let error = save(&client).await.unwrap_err();
    (error, written.load(Ordering::SeqCst) / 1024)
}

#[tokio::test]
async fn what_grows_too_large_when_it_is_decompressed_is_refused() {
    // One more than an answer may have. A client that went on would find that its end is missing.
    let (error, _) = bomb("200 OK", 65).await;
    assert_eq!(error.kind(), ErrorKind::Decode);
    insta::assert_snapshot!(error, @"saveMessages: the response (200 OK) is larger than 64 MiB (it may have taken effect)");
    let (error, kilobytes) = bomb("400 Bad Request", usize::MAX).await;
    assert_eq!(error.status().unwrap(), 400);
    assert!(error.body_is_truncated() && !error.may_have_taken_effect());
    // Most of it is in the buffers of the sockets.
    assert!(kilobytes < 32 * 1024, "{kilobytes}");
}
