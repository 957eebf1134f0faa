//! Starting and stopping.

use serde_json::json;
use tight_sandbox::Sandbox;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    time::timeout,
};

use crate::support::{SOON, address, save};

#[tokio::test]
async fn sandboxes_listen_on_loopback_and_do_not_share_what_they_store() {
    let (first, second) = (
        Sandbox::start().await.unwrap(),
        Sandbox::start().await.unwrap(),
    );
    assert!(first.url().starts_with("http://127.0.0.1:") && !first.url().ends_with('/'));
    assert_ne!(first.url(), second.url());

    save(&first, json!([{ "conversationId": "con_1", "text": "Hi" }])).await;

    assert_eq!(first.stored("messages").len(), 1);
    assert!(second.stored("messages").is_empty());
}

#[tokio::test]
async fn dropping_a_sandbox_frees_its_port() {
    let sandbox = Sandbox::start().await.unwrap();
    let address = address(&sandbox);
    TcpStream::connect(&address).await.unwrap();

    drop(sandbox);

    let refused = async { while TcpStream::connect(&address).await.is_ok() {} };
    timeout(SOON, refused)
        .await
        .expect("the port still answers");
    TcpListener::bind(&address).await.unwrap();
}

#[tokio::test]
async fn dropping_a_sandbox_closes_connections_that_are_kept_alive() {
    let sandbox = Sandbox::start().await.unwrap();
    let mut connection = TcpStream::connect(address(&sandbox)).await.unwrap();
    connection
        .write_all(b"GET / HTTP/1.1\r\nhost: sandbox\r\n\r\n")
        .await
        .unwrap();
    let mut first = [0; 12];
    connection.read_exact(&mut first).await.unwrap();
    assert_eq!(&first, b"HTTP/1.1 404");

    drop(sandbox);

    timeout(SOON, connection.read_to_end(&mut Vec::new()))
        .await
        .expect("the connection is still open")
        .unwrap();
}

/// Faults cut connections as HTTP/1.1 uses them.
#[tokio::test]
async fn http_2_is_not_spoken() {
    let sandbox = Sandbox::start().await.unwrap();
    let mut connection = TcpStream::connect(address(&sandbox)).await.unwrap();
    let settings = [0, 0, 0, 4, 0, 0, 0, 0, 0];
    let preface = [b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", settings.as_slice()].concat();
    connection.write_all(&preface).await.unwrap();
    let mut received = Vec::new();
    // Whether it is closed or reset is for the system to say.
    let _ = timeout(SOON, connection.read_to_end(&mut received))
        .await
        .expect("the connection is still open");
    assert_eq!(received, b"");

    let client = reqwest::Client::builder()
        .no_proxy()
        .http2_prior_knowledge()
        .build()
        .unwrap();
    let url = format!("{}/v6/messages/msg_1", sandbox.url());
    assert!(client.get(url).send().await.is_err());
    assert_eq!(sandbox.requests(), 0);
}

#[tokio::test]
async fn debug_output_shows_no_credentials() {
    let sandbox = Sandbox::start().await.unwrap();
    let shown = format!("{sandbox:?} {:?}", Sandbox::builder());
    assert!(shown.contains(sandbox.url()), "{shown}");
    for secret in [
        sandbox.access_token(),
        sandbox.client_id(),
        sandbox.client_secret(),
    ] {
        assert!(!shown.contains(secret), "{shown}");
    }
}
