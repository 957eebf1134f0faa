//! Starting and stopping.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use serde_json::json;
use tight_sandbox::{Sandbox, StartError};
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

    assert!(TcpStream::connect(&address).await.is_err());
    TcpListener::bind(&address).await.unwrap();
}

/// The port of a sandbox.
fn port(sandbox: &Sandbox) -> u16 {
    let (_, port) = sandbox.url().rsplit_once(':').unwrap();
    port.parse().unwrap()
}

#[tokio::test]
async fn the_next_sandbox_can_have_the_same_port_at_once() {
    let mut sandbox = Sandbox::start().await.unwrap();
    let port = port(&sandbox);
    for _ in 0..20 {
        // Connections that are open, or were just closed, are no obstacle.
        let _open = TcpStream::connect(address(&sandbox)).await.unwrap();
        save(
            &sandbox,
            json!([{ "conversationId": "con_1", "text": "Hi" }]),
        )
        .await;
        assert_eq!(sandbox.stored("messages").len(), 1);
        drop(sandbox);
        sandbox = Sandbox::builder().port(port).start().await.unwrap();
        assert_eq!(sandbox.url(), format!("http://127.0.0.1:{port}"));
    }
}

#[tokio::test]
async fn a_port_in_use_is_an_error_that_says_what_to_do() {
    let sandbox = Sandbox::start().await.unwrap();
    let port = port(&sandbox);
    let error = Sandbox::builder().port(port).start().await.unwrap_err();
    assert_eq!(
        error.to_string(),
        format!(
            "the sandbox cannot listen on 127.0.0.1:{port}, because the port is in use: stop the program that uses it \
             (another sandbox, perhaps), or choose another port; port 0 is any free one"
        )
    );
    let StartError::Bind { address, source } = error else {
        panic!("{error:?}");
    };
    assert_eq!(
        (address.port(), source.kind()),
        (port, std::io::ErrorKind::AddrInUse)
    );
    // The first is none the worse for it.
    save(
        &sandbox,
        json!([{ "conversationId": "con_1", "text": "Hi" }]),
    )
    .await;
}

#[tokio::test]
async fn an_address_of_another_machine_is_an_error_that_names_it() {
    // Reserved for documentation, so no machine has it.
    let elsewhere = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1));
    let error = Sandbox::builder()
        .address(elsewhere)
        .start()
        .await
        .unwrap_err();
    let shown = error.to_string();
    assert!(
        shown.starts_with("the sandbox cannot listen on 192.0.2.1:0, because this machine does not have that address"),
        "{shown}"
    );
}

#[tokio::test]
async fn a_sandbox_listens_on_all_addresses_if_it_is_told_to() {
    let everywhere = IpAddr::V4(Ipv4Addr::UNSPECIFIED);
    let sandbox = Sandbox::builder()
        .address(everywhere)
        .start()
        .await
        .unwrap();
    // Its URL is one that clients can use.
    assert!(
        sandbox.url().starts_with("http://127.0.0.1:"),
        "{}",
        sandbox.url()
    );
    save(
        &sandbox,
        json!([{ "conversationId": "con_1", "text": "Hi" }]),
    )
    .await;
    assert!(
        TcpStream::connect(("127.0.0.2", port(&sandbox)))
            .await
            .is_ok()
            || !cfg!(target_os = "linux")
    );

    // Not every machine has IPv6.
    let loopback = IpAddr::V6(Ipv6Addr::LOCALHOST);
    if let Ok(sandbox) = Sandbox::builder().address(loopback).start().await {
        assert!(
            sandbox.url().starts_with("http://[::1]:"),
            "{}",
            sandbox.url()
        );
        save(
            &sandbox,
            json!([{ "conversationId": "con_1", "text": "Hi" }]),
        )
        .await;
    }
}

#[test]
fn a_sandbox_ends_with_its_runtime() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let sandbox = runtime.block_on(Sandbox::start()).unwrap();
    drop(runtime);
    assert!(std::net::TcpStream::connect(address(&sandbox)).is_err());
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
