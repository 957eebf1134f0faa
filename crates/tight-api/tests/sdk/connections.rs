//! Connections that are not made, each for its reason, and those that are not used again.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tight_api::types::NewMessage;
use tight_api::{CallOptions, Client, Credentials, Error, ErrorKind, RetryPolicy};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpSocket, TcpStream};

use crate::processes::{is_alone, trusted};
use crate::server::nobody;
use crate::tls::Certificate;

fn client(url: &str) -> Client {
    Client::builder()
        .base_url(url)
        .credentials(Credentials::access_token("an-access-token"))
        .retry(RetryPolicy::default().backoff(Duration::ZERO, Duration::ZERO))
        .build()
        .unwrap()
}

async fn failing(client: &Client) -> Error {
    let saving = client.messages().save_one(NewMessage::new("con_1"));
    saving.await.unwrap_err()
}

/// What a connection fails for that is of one kind, with a text that says so. Nothing was sent.
fn assert_not_made(error: &Error, kind: ErrorKind, text: &str) {
    assert_eq!(
        (error.kind(), error.to_string()),
        (kind, format!("saveMessages: {text}"))
    );
    assert!(!error.may_have_taken_effect());
    assert_eq!(error.is_retryable(), kind == ErrorKind::Connect);
}

/// A listener that treats each of its connections so, and how many there were.
async fn listening<F: Future<Output = ()> + Send + 'static>(
    treat: impl Fn(TcpStream) -> F + Send + 'static,
) -> (String, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap().to_string();
    let connections = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&connections);
    tokio::spawn(async move {
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            counted.fetch_add(1, Ordering::SeqCst);
            tokio::spawn(treat(stream));
        }
    });
    (address, connections)
}

/// Reads until the client goes away, and says nothing.
async fn stay_silent(mut stream: TcpStream) {
    while stream.read(&mut [0; 1024]).await.is_ok_and(|read| read > 0) {}
}

#[tokio::test]
async fn a_connection_that_was_not_made_is_told_from_an_answer_that_did_not_come_under_every_limit()
{
    // It takes connections, and does not shake hands.
    let (address, _) = listening(stay_silent).await;
    let client =
        client(&format!("https://{address}")).with(CallOptions::new().retry(RetryPolicy::never()));
    let short = Duration::from_millis(100);
    let limited = Client::builder()
        .base_url(format!("https://{address}"))
        .credentials(Credentials::access_token("an-access-token"))
        .connect_timeout(short)
        // No other limit may come before a test loses its patience.
        .attempt_timeout(Duration::MAX)
        .total_timeout(Duration::MAX)
        .retry(RetryPolicy::never())
        .build()
        .unwrap();
    for client in [
        client.with(CallOptions::new().attempt_timeout(short)),
        client.with(CallOptions::new().total_timeout(short)),
        limited,
    ] {
        let patience = Duration::from_secs(5);
        let error = tokio::time::timeout(patience, failing(&client))
            .await
            .unwrap();
        let text = "the connection was not made in time";
        assert_not_made(&error, ErrorKind::Connect, text);
    }
}

#[tokio::test]
async fn a_batch_whose_connection_was_not_made_is_not_saved_and_stands_in_no_doubt() {
    let (address, connections) = listening(stay_silent).await;
    let client = client(&format!("https://{address}"));
    let client = client.with(CallOptions::new().attempt_timeout(Duration::from_millis(100)));
    let messages = ["con_1", "con_2"].map(NewMessage::new);
    let outcome = client.messages().save(messages).await;
    assert_eq!(outcome.to_string(), "0 saved, 2 not saved");
    for item in outcome.not_saved() {
        assert_eq!(item.error.kind(), ErrorKind::Connect);
        assert!(!item.error.may_have_taken_effect() && item.error.is_retryable());
    }
    assert!(connections.load(Ordering::SeqCst) > 1);
}

#[tokio::test]
async fn what_is_left_of_the_budget_is_shared_by_attempts_to_connect() {
    let (address, connections) = listening(stay_silent).await;
    let client = client(&format!("https://{address}"));
    let client = client.with(CallOptions::new().total_timeout(Duration::from_millis(400)));
    let error = failing(&client).await;
    let text = "the connection was not made in time";
    assert_not_made(&error, ErrorKind::Connect, text);
    let connections = connections.load(Ordering::SeqCst);
    assert!((2..=3).contains(&connections), "{connections}");
}

#[tokio::test]
async fn a_listener_that_takes_no_more_connections_is_not_in_doubt() {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let address = socket.local_addr().unwrap();
    let _listener = socket.listen(1).unwrap();
    let mut waiting = Vec::new();
    while let Ok(connected) =
        tokio::time::timeout(Duration::from_millis(200), TcpStream::connect(address)).await
    {
        waiting.push(connected.unwrap());
    }
    let client = client(&format!("http://{address}"))
        .with(CallOptions::new().retry(RetryPolicy::never()))
        .with(CallOptions::new().attempt_timeout(Duration::from_millis(100)));
    let error = failing(&client).await;
    let text = "the connection was not made in time";
    assert_not_made(&error, ErrorKind::Connect, text);
}

#[tokio::test]
async fn an_address_that_nobody_listens_at_is_told_so() {
    let error = failing(&client(&nobody())).await;
    let text = "the connection was refused: no server listens at the address";
    assert_not_made(&error, ErrorKind::Connect, text);
}

#[tokio::test]
async fn a_name_that_cannot_be_resolved_is_told_so() {
    const TEST: &str = "connections::a_name_that_cannot_be_resolved_is_told_so";
    // Where there is no name server, nobody need be waited for.
    if !is_alone(TEST, &[("RES_OPTIONS", "timeout:1 attempts:1")]) {
        return;
    }
    let error = failing(&client("https://tight.invalid")).await;
    let text = "the connection could not be made: the host's name could not be resolved";
    assert_not_made(&error, ErrorKind::Connect, text);
}

#[tokio::test]
async fn faults_of_certificates_are_told_apart_and_not_tried_again() {
    const TEST: &str = "connections::faults_of_certificates_are_told_apart_and_not_tried_again";
    if !is_alone(TEST, &[]) {
        return;
    }
    let other_name = Certificate::of("tight.invalid");
    std::fs::write(trusted(), other_name.pem()).unwrap();
    for (certificate, text) in [
        (
            Certificate::of("127.0.0.1"),
            "the server's certificate was issued by an authority that this machine does not trust",
        ),
        (
            other_name,
            "the server's certificate is for another host name",
        ),
    ] {
        let acceptor = certificate.acceptor(&[]);
        let (address, connections) = listening(move |stream| {
            let acceptor = acceptor.clone();
            async move { drop(acceptor.accept(stream).await) }
        })
        .await;
        let error = failing(&client(&format!("https://{address}"))).await;
        assert_not_made(&error, ErrorKind::Tls, text);
        assert_eq!(connections.load(Ordering::SeqCst), 1);
    }
}

#[tokio::test]
async fn a_server_that_speaks_no_tls_is_told_so_and_not_tried_again() {
    let (address, connections) = listening(|mut stream| async move {
        let _ = stream.read(&mut [0; 1024]).await;
        let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n").await;
        stay_silent(stream).await;
    })
    .await;
    let error = failing(&client(&format!("https://{address}"))).await;
    let text = "the TLS handshake with the server failed";
    assert_not_made(&error, ErrorKind::Tls, text);
    assert_eq!(connections.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn a_server_that_hangs_up_before_tls_is_agreed_on_is_tried_again() {
    let (address, connections) = listening(|mut stream| async move {
        let _ = stream.read(&mut [0; 1024]).await;
    })
    .await;
    let error = failing(&client(&format!("https://{address}"))).await;
    assert_eq!(error.kind(), ErrorKind::Connect);
    assert!(!error.may_have_taken_effect() && error.is_retryable());
    assert_eq!(connections.load(Ordering::SeqCst), 3);
}

#[test]
fn a_machine_that_trusts_nobody_is_told_so_when_the_client_is_built() {
    const TEST: &str =
        "connections::a_machine_that_trusts_nobody_is_told_so_when_the_client_is_built";
    let nobody = tempfile::NamedTempFile::new().unwrap();
    if !is_alone(TEST, &[("SSL_CERT_FILE", nobody.path().to_str().unwrap())]) {
        return;
    }
    let builder = Client::builder().credentials(Credentials::access_token("an-access-token"));
    let error = builder.build().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Configuration);
    let said = error.to_string();
    let (what, why) = said.split_once(": ").unwrap();
    assert_eq!(what, "the HTTP client could not be created");
    assert!(why.contains("No CA certificates"), "{said}");
    assert!(
        said.contains("`ClientBuilder::add_root_certificates`"),
        "{said}"
    );
}

/// What becomes of a call through a proxy that answers so.
async fn through_proxy(answer: &'static str) -> (Error, usize) {
    let proxy = std::env::var("HTTPS_PROXY").unwrap();
    let listener = TcpListener::bind(proxy.trim_start_matches("http://"))
        .await
        .unwrap();
    let tunnels = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&tunnels);
    let proxy = tokio::spawn(async move {
        loop {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut request = [0; 1024];
            let read = stream.read(&mut request).await.unwrap();
            assert!(request[..read].starts_with(b"CONNECT tight.invalid:443 HTTP/1.1\r\n"));
            counted.fetch_add(1, Ordering::SeqCst);
            stream.write_all(answer.as_bytes()).await.unwrap();
        }
    });
    let error = failing(&client("https://tight.invalid")).await;
    proxy.abort();
    let _ = proxy.await;
    (error, tunnels.load(Ordering::SeqCst))
}

#[tokio::test]
async fn a_proxy_that_asks_for_credentials_is_told_so_and_not_tried_again() {
    const TEST: &str =
        "connections::a_proxy_that_asks_for_credentials_is_told_so_and_not_tried_again";
    // Nobody listens there until the test is alone.
    if !is_alone(TEST, &[("HTTPS_PROXY", &nobody())]) {
        return;
    }
    let asks = "HTTP/1.1 407 Proxy Authentication Required\r\nproxy-authenticate: Basic\r\ncontent-length: 0\r\n\r\n";
    let (error, tunnels) = through_proxy(asks).await;
    let text = "the proxy requires credentials, or rejected them (407)";
    assert_not_made(&error, ErrorKind::Proxy, text);
    assert_eq!(tunnels, 1);

    let fails = "HTTP/1.1 502 Bad Gateway\r\ncontent-length: 0\r\n\r\n";
    let (error, tunnels) = through_proxy(fails).await;
    let text = "the connection could not be made: the proxy did not open a tunnel";
    assert_not_made(&error, ErrorKind::Connect, text);
    assert_eq!(tunnels, 3);
}

/// How many connections a client makes that calls twice, with so much time between.
pub(crate) async fn connections_of_two_calls(idle: Duration, between: Duration) -> usize {
    const SAVED: &str = "HTTP/1.1 200 OK\r\ncontent-length: 55\r\n\r\n{\"data\":[{\"result\":\"SUCCESS\",\"data\":{\"id\":\"msg_1\"}}]}  ";
    let (address, connections) = listening(|mut stream| async move {
        // Each request comes in one piece.
        while stream.read(&mut [0; 4096]).await.is_ok_and(|read| read > 0) {
            stream.write_all(SAVED.as_bytes()).await.unwrap();
        }
    })
    .await;
    let client = Client::builder()
        .base_url(format!("http://{address}"))
        .credentials(Credentials::access_token("an-access-token"))
        .idle_timeout(idle)
        .build()
        .unwrap();
    for _ in 0..2 {
        client
            .messages()
            .save_one(NewMessage::new("con_1"))
            .await
            .unwrap();
        tokio::time::sleep(between).await;
    }
    connections.load(Ordering::SeqCst)
}

#[tokio::test]
async fn a_connection_that_was_idle_for_too_long_is_not_used_again() {
    let (short, long) = (Duration::from_millis(1), Duration::from_millis(20));
    assert_eq!(connections_of_two_calls(long * 100, short).await, 1);
    assert_eq!(connections_of_two_calls(short, long).await, 2);
}
