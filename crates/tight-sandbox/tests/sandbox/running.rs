//! Starting and stopping.

use std::{
    io::{Read, Write},
    net::{IpAddr, Ipv4Addr, Ipv6Addr},
    sync::{Arc, LazyLock},
    time::Instant,
};

use serde_json::json;
use tight_sandbox::{Fault, Sandbox, StartError};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    time::timeout,
};

use crate::support::{SOON, address, noon, save};

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

/// A sandbox that tests share, each with a runtime of its own.
static SHARED: LazyLock<Sandbox> = LazyLock::new(|| Sandbox::start_blocking().unwrap());

fn block_on<T>(work: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(work)
}

#[test]
fn a_sandbox_on_a_thread_outlives_the_runtime_in_which_it_was_started() {
    let message = || json!([{ "conversationId": "con_1", "text": "Hi" }]);
    // Started within a runtime, on which nothing may block or be dropped that blocks.
    block_on(async { save(&SHARED, message()).await });
    block_on(async { save(&SHARED, message()).await });
    assert_eq!(SHARED.stored("messages").len(), 2);
}

#[test]
fn a_sandbox_on_a_thread_fails_to_start_for_the_same_reasons() {
    let start = |port| Sandbox::builder().port(port).start_blocking();
    let first = start(0).unwrap();
    let failed = [start(port(&first)), block_on(async { start(port(&first)) })];
    for failed in failed {
        assert!(
            matches!(failed.unwrap_err(), StartError::Bind { address, .. } if address.port() == port(&first))
        );
    }
}

#[test]
fn the_thread_of_a_sandbox_ends_once_it_is_dropped() {
    let witness = Arc::new(());
    let seen = Arc::downgrade(&witness);
    let builder = Sandbox::builder().clock(move || {
        let _ = &witness;
        noon()
    });
    let sandbox = builder.start_blocking().unwrap();
    let (port, address) = (port(&sandbox), address(&sandbox));
    block_on(async { save(&sandbox, json!([])).await });
    if cfg!(target_os = "linux") {
        assert!(has_thread(port));
    }
    let mut idle = std::net::TcpStream::connect(&address).unwrap();
    sandbox.inject(Fault::StallBefore);
    let request = format!(
        "GET /v6/messages/msg_1 HTTP/1.1\r\nhost: sandbox\r\nauthorization: Bearer {}\r\n\r\n",
        sandbox.access_token()
    );
    let mut stalled = std::net::TcpStream::connect(&address).unwrap();
    stalled.write_all(request.as_bytes()).unwrap();
    while sandbox.requests() < 2 {
        std::thread::yield_now();
    }

    drop(sandbox);

    assert!(std::net::TcpStream::connect(&address).is_err());
    for connection in [&mut idle, &mut stalled] {
        connection.set_read_timeout(Some(SOON)).unwrap();
        // Closed or reset, and nothing was sent.
        let read = connection.read(&mut [0]);
        assert!(!matches!(&read, Ok(1..)), "{read:?}");
        let is_open = |error: &std::io::Error| error.kind() == std::io::ErrorKind::WouldBlock;
        assert!(
            !read.is_err_and(|error| is_open(&error)),
            "it is still open"
        );
    }
    let start = Instant::now();
    while has_thread(port) || seen.strong_count() > 0 {
        assert!(start.elapsed() < SOON, "something is left");
        std::thread::yield_now();
    }
}

/// Whether a sandbox has a thread for `port`; always false where threads cannot be listed.
fn has_thread(port: u16) -> bool {
    let Ok(threads) = std::fs::read_dir("/proc/self/task") else {
        return false;
    };
    threads.flatten().any(|thread| {
        let name = std::fs::read_to_string(thread.path().join("comm"));
        name.is_ok_and(|name| name.trim_end() == format!("sandbox:{port}"))
    })
}
