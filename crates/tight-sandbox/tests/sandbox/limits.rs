//! What the sandbox takes from clients, and that none of them can keep it from serving others.

use std::time::Duration;

use axum::http::Request;
use h2::Reason;
use serde_json::json;
use tight_sandbox::{Fault, Sandbox};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};

use crate::{
    support::{MESSAGES, SOON, address, save},
    wire::{BOTH, Client, End, Protocol},
};

const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
const SETTINGS: [u8; 9] = [0, 0, 0, 4, 0, 0, 0, 0, 0];

async fn connect(sandbox: &Sandbox) -> TcpStream {
    TcpStream::connect(address(sandbox)).await.unwrap()
}

/// Sends `bytes`, as far as the sandbox takes them.
async fn sending(sandbox: &Sandbox, bytes: &[u8]) -> TcpStream {
    let mut connection = connect(sandbox).await;
    let _ = connection.write_all(bytes).await;
    connection
}

/// Everything that arrives until the sandbox closes or resets the connection.
async fn rest(connection: &mut TcpStream) -> Vec<u8> {
    let mut received = Vec::new();
    let mut buffer = [0; 1024];
    let read = async {
        while let Ok(read @ 1..) = connection.read(&mut buffer).await {
            received.extend(&buffer[..read]);
        }
    };
    timeout(SOON, read)
        .await
        .expect("the connection is still open");
    received
}

async fn assert_serves(sandbox: &Sandbox) {
    save(
        sandbox,
        json!([{ "conversationId": "con_1", "text": "Hi" }]),
    )
    .await;
}

/// The status of a request with headers of which there are `number`, and which have `length` bytes each.
async fn status(protocol: Protocol, number: usize, length: usize) -> Option<u16> {
    let sandbox = Sandbox::start().await.unwrap();
    let client = Client::of(&sandbox, protocol).await;
    let mut request = Request::builder().uri("/v6/messages/msg_1");
    for index in 0..number {
        request = request.header(format!("x-{index:03}"), "a".repeat(length));
    }
    let seen = client.send(request, "").await.ended().await;
    assert_serves(&sandbox).await;
    seen.status
}

#[tokio::test]
async fn a_request_has_a_number_of_headers_and_a_length() {
    for protocol in BOTH {
        // HTTP/1.1 adds two to them.
        let number = if protocol == Protocol::Http1 { 98 } else { 100 };
        assert_eq!(status(protocol, number, 1).await, Some(401), "{protocol:?}");
        assert_eq!(
            status(protocol, number + 1, 1).await,
            Some(431),
            "{protocol:?}"
        );
        assert_eq!(status(protocol, 1, 60_000).await, Some(401), "{protocol:?}");
        assert_eq!(status(protocol, 1, 66_000).await, Some(431), "{protocol:?}");
        assert_eq!(status(protocol, 2, 33_000).await, Some(431), "{protocol:?}");
    }
}

#[tokio::test]
async fn a_head_without_an_end_is_not_read_for_ever() {
    let sandbox = Sandbox::start().await.unwrap();
    let mut connection = connect(&sandbox).await;
    let endless = async {
        let line = b"GET /v6/messages HTTP/1.1\r\nx: ".to_vec();
        let mut piece = line.as_slice();
        while connection.write_all(piece).await.is_ok() {
            piece = &[b'a'; 4096];
        }
    };
    timeout(SOON, endless).await.expect("it is still read");
    assert_serves(&sandbox).await;
}

#[tokio::test]
async fn further_connections_wait_until_one_is_closed() {
    for protocol in BOTH {
        let builder = Sandbox::builder().max_connections(2);
        let sandbox = builder.start().await.unwrap();
        sandbox.inject(Fault::StallBefore);
        let get = async |client: &Client| {
            let token = format!("Bearer {}", sandbox.access_token());
            let request = Request::builder().uri("/v6/messages/msg_1");
            client
                .send(request.header("authorization", token), "")
                .await
        };
        let (first, second) = (
            Client::of(&sandbox, protocol).await,
            connect(&sandbox).await,
        );
        let stalled = get(&first).await;
        let served = || sandbox.requests() == 1;
        while !served() {
            tokio::task::yield_now().await;
        }
        // It is connected by the system, which has a queue of its own.
        let mut waiting = sending(&sandbox, b"GET / HTTP/1.1\r\nhost: sandbox\r\n\r\n").await;
        for _ in 0..100 {
            tokio::task::yield_now().await;
        }
        assert!(sandbox.received_requests().len() == 1, "{protocol:?}");
        assert!(waiting.try_read(&mut [0]).is_err());

        drop(second);
        let mut status = [0; 12];
        let read = timeout(SOON, waiting.read_exact(&mut status));
        read.await.expect("it waits for ever").unwrap();
        assert_eq!(&status, b"HTTP/1.1 404", "{protocol:?}");
        assert_eq!(stalled.seen().end, None);
    }
}

#[tokio::test]
async fn a_sandbox_whose_connections_all_wait_can_be_dropped() {
    let sandbox = Sandbox::builder().max_connections(1).start().await.unwrap();
    let mut first = connect(&sandbox).await;
    let mut waiting = connect(&sandbox).await;
    drop(sandbox);
    assert_eq!(rest(&mut first).await, b"");
    assert_eq!(rest(&mut waiting).await, b"");
}

#[test]
fn a_sandbox_that_is_dropped_does_not_wait_for_clients_that_do_nothing() {
    use std::io::{Read, Write};
    let witness = std::sync::Arc::new(());
    let seen = std::sync::Arc::downgrade(&witness);
    let builder = Sandbox::builder().clock(move || {
        let _ = &witness;
        std::time::SystemTime::now()
    });
    let sandbox = builder.start_blocking().unwrap();
    let half = b"POST /v6/messages HTTP/1.1\r\nhost: sandbox\r\nexpect: 100-continue\r\ncontent-length: 100\r\n\r\n";
    let connections = [&half[..], &begun(&[1])].map(|sent| {
        let mut connection = std::net::TcpStream::connect(address(&sandbox)).unwrap();
        connection.set_read_timeout(Some(SOON)).unwrap();
        connection.write_all(sent).unwrap();
        // The sandbox has begun to read: it says that it wants the body, or sends its settings.
        connection.read_exact(&mut [0; 9]).unwrap();
        connection
    });
    drop(sandbox);
    for mut connection in connections {
        let mut received = Vec::new();
        if let Err(error) = connection.read_to_end(&mut received) {
            assert_ne!(
                error.kind(),
                std::io::ErrorKind::WouldBlock,
                "it is still open"
            );
        }
    }
    let start = std::time::Instant::now();
    while seen.strong_count() > 0 {
        assert!(start.elapsed() < SOON, "its thread still runs");
        std::thread::yield_now();
    }
}

/// Frames of HTTP/2 that begin a request on each of these streams, and do not end it.
fn begun(streams: &[u32]) -> Vec<u8> {
    let mut frames = [PREFACE, &SETTINGS].concat();
    // POST, http, / and an authority, by the table of HPACK.
    let head = [&[0x83, 0x86, 0x84, 0x41, 7][..], b"sandbox"].concat();
    for stream in streams {
        let length = u8::try_from(head.len()).unwrap();
        frames.extend([0, 0, length, 1, 4]);
        frames.extend(stream.to_be_bytes());
        frames.extend(&head);
    }
    frames
}

/// The next frame of this kind: its stream and payload.
async fn frame(connection: &mut TcpStream, kind: u8) -> (u32, Vec<u8>) {
    loop {
        let mut head = [0; 9];
        connection.read_exact(&mut head).await.unwrap();
        let [a, b, c, sent, _, stream @ ..] = head;
        let length = u32::from_be_bytes([0, a, b, c]);
        let mut payload = vec![0; length.try_into().unwrap()];
        connection.read_exact(&mut payload).await.unwrap();
        if sent == kind {
            return (u32::from_be_bytes(stream), payload);
        }
    }
}

#[tokio::test]
async fn a_connection_has_a_number_of_streams() {
    const RST_STREAM: u8 = 3;
    const REFUSED_STREAM: [u8; 4] = [0, 0, 0, 7];
    let builder = Sandbox::builder().max_concurrent_streams(2);
    let sandbox = builder.start().await.unwrap();
    // A client that does as it is told waits.
    let client = Client::of(&sandbox, Protocol::Http2).await;
    client
        .send(Request::builder().uri("/"), "")
        .await
        .ended()
        .await;
    let Client::Http2(told) = &client else {
        unreachable!()
    };
    assert_eq!(told.current_max_send_streams(), 2);

    // One that does not is refused.
    let mut connection = sending(&sandbox, &begun(&[1, 3, 5])).await;
    let refused = timeout(SOON, frame(&mut connection, RST_STREAM))
        .await
        .unwrap();
    assert_eq!(refused, (5, REFUSED_STREAM.to_vec()));
    assert_serves(&sandbox).await;

    let sandbox = Sandbox::start().await.unwrap();
    let client = Client::of(&sandbox, Protocol::Http2).await;
    client
        .send(Request::builder().uri("/"), "")
        .await
        .ended()
        .await;
    let Client::Http2(told) = &client else {
        unreachable!()
    };
    assert_eq!(told.current_max_send_streams(), 200);
}

/// How long nothing may happen: long enough for what is to succeed meanwhile, on a busy machine, too.
const SHORT: Duration = Duration::from_millis(250);

async fn impatient() -> Sandbox {
    let builder = Sandbox::builder().idle_timeout(SHORT);
    builder.start().await.unwrap()
}

/// Waits until a connection that has just been opened is closed because nothing happens on it.
async fn idle(sandbox: &Sandbox) {
    rest(&mut connect(sandbox).await).await;
}

#[tokio::test]
async fn a_connection_on_which_nothing_happens_is_closed() {
    let sandbox = impatient().await;
    let preface = [PREFACE, &SETTINGS].concat();
    let mut connections = Vec::new();
    for begun in [
        &b""[..],
        b"POST /v6/mess",
        b"POST /v6/messages HTTP/1.1\r\nhost: sandbox\r\ncontent-length: 100\r\n\r\n{",
        b"POST /v6/messages HTTP/1.1\r\nhost: sandbox\r\ntransfer-encoding: chunked\r\n\r\n5\r\n{",
        &preface[..20],
        &preface,
        &begun(&[1, 3]),
    ] {
        connections.push(sending(&sandbox, begun).await);
    }
    let whole = b"GET / HTTP/1.1\r\nhost: sandbox\r\n\r\n";
    let mut served = sending(&sandbox, whole).await;
    let received = String::from_utf8(rest(&mut served).await).unwrap();
    assert!(received.starts_with("HTTP/1.1 404"), "{received}");
    for mut connection in connections {
        let received = rest(&mut connection).await;
        let received = String::from_utf8_lossy(&received);
        assert!(!received.contains("HTTP/1.1"), "{received}");
    }
    // None of them was a request for an operation.
    assert_eq!(sandbox.requests(), 0);
}

#[tokio::test]
async fn a_connection_on_which_a_response_is_under_way_stays_open() {
    let sandbox = impatient().await;
    let token = format!("Bearer {}", sandbox.access_token());
    let mut exchanges = Vec::new();
    for protocol in BOTH {
        let client = Client::of(&sandbox, protocol).await;
        for fault in [Fault::StallAfter, Fault::StallWithin(10)] {
            sandbox.inject(fault);
            let request = Request::builder().uri("/v6/messages/msg_1");
            let request = request.header("authorization", &token);
            exchanges.push((protocol, client.send(request, "").await));
        }
        let (_, begun) = &exchanges[exchanges.len() - 1];
        begun.until(|seen| seen.body.len() == 10).await;
    }
    for _ in 0..2 {
        idle(&sandbox).await;
    }
    for (protocol, exchange) in exchanges {
        assert_eq!(exchange.seen().end, None, "{protocol:?}");
    }
}

/// Tokio's clock may stand still in a test, and a runtime need not have one.
#[test]
fn connections_are_closed_without_a_timer_of_the_runtime() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_io()
        .build()
        .unwrap();
    let (tell, told) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        runtime.block_on(async {
            let sandbox = impatient().await;
            let mut connection = connect(&sandbox).await;
            let read = connection.read(&mut [0]).await;
            tell.send(read.unwrap_or_default()).unwrap();
        });
    });
    let read = told.recv_timeout(SOON);
    assert_eq!(read.expect("the connection is still open"), 0);
}

#[tokio::test]
async fn a_response_that_nobody_reads_is_given_up() {
    const LENGTH: usize = 8_000_000;
    let sandbox = impatient().await;
    let message = json!({ "id": "msg_1", "conversationId": "con_1", "text": "a".repeat(LENGTH) });
    sandbox.store("messages", message);
    let get = format!(
        "GET {MESSAGES}/msg_1 HTTP/1.1\r\nhost: sandbox\r\nauthorization: Bearer {}\r\n\r\n",
        sandbox.access_token()
    );
    // More than the system takes before it is read.
    let mut connection = sending(&sandbox, get.repeat(3).as_bytes()).await;
    let served = async {
        while sandbox.requests() == 0 {
            tokio::task::yield_now().await;
        }
    };
    timeout(SOON, served).await.expect("it is not served");
    for _ in 0..2 {
        idle(&sandbox).await;
    }
    let received = rest(&mut connection).await;
    assert!(
        (1..3 * LENGTH).contains(&received.len()),
        "{}",
        received.len()
    );
}

#[tokio::test]
async fn what_is_no_request_is_refused_and_others_are_served() {
    let sandbox = Sandbox::builder()
        .idle_timeout(SHORT)
        .start()
        .await
        .unwrap();
    let frames = |more: &[u8]| [PREFACE, &SETTINGS, more].concat();
    let bad: Vec<Vec<u8>> = vec![
        b"\0\0\0\0\0\0\0\0\r\n\r\n".to_vec(),
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03".to_vec(),
        b"GET\r\n\r\n".to_vec(),
        b"GET / HTTP/9.9\r\n\r\n".to_vec(),
        b"GET / HTTP/1.1\r\nno colon\r\n\r\n".to_vec(),
        b"GET \xff\xfe HTTP/1.1\r\n\r\n".to_vec(),
        b"POST / HTTP/1.1\r\ncontent-length: -1\r\n\r\n".to_vec(),
        b"POST / HTTP/1.1\r\ncontent-length: 99999999999999999999999\r\n\r\n".to_vec(),
        b"POST / HTTP/1.1\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\n".to_vec(),
        b"POST / HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n".to_vec(),
        b"POST / HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\nffffffffffffffffff\r\n".to_vec(),
        b"CONNECT sandbox:1 HTTP/1.1\r\nhost: sandbox\r\n\r\n".to_vec(),
        b"OPTIONS * HTTP/1.1\r\nhost: sandbox\r\n\r\n".to_vec(),
        format!("GET /{} HTTP/1.1\r\n\r\n", "a".repeat(100_000)).into_bytes(),
        format!(
            "GET /{} HTTP/1.1\r\nhost: a\r\n\r\n",
            "%ff/../".repeat(5_000)
        )
        .into_bytes(),
        b"PRI * HTTP/2.0\r\n\r\nXX\r\n\r\n".to_vec(),
        // A frame of 16 MB, one of an unknown kind, a head that is no HPACK, a head on stream 0, DATA on an idle stream,
        // a window that overflows, and a continuation of nothing.
        frames(&[255, 255, 255, 0, 0, 0, 0, 0, 1]),
        frames(&[0, 0, 0, 99, 0, 0, 0, 0, 1]),
        frames(&[0, 0, 2, 1, 5, 0, 0, 0, 1, 255, 255]),
        frames(&[0, 0, 1, 1, 5, 0, 0, 0, 0, 130]),
        frames(&[0, 0, 1, 0, 1, 0, 0, 0, 1, 0]),
        frames(&[0, 0, 4, 8, 0, 0, 0, 0, 0, 127, 255, 255, 255]),
        frames(&[0, 0, 1, 9, 4, 0, 0, 0, 1, 130]),
        // SETTINGS and PING without end.
        frames(&SETTINGS.repeat(5_000)),
        frames(&[0, 0, 8, 6, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8].repeat(5_000)),
    ];
    for bytes in bad {
        let mut connection = sending(&sandbox, &bytes).await;
        // Where the sandbox waits for more, none will come.
        let _ = connection.shutdown().await;
        let received = rest(&mut connection).await;
        let received = String::from_utf8_lossy(&received);
        assert!(!received.contains(" 200 "), "{received}");
    }
    // A client that begins streams and resets them at once, over and over.
    let mut rapid = [PREFACE, &SETTINGS].concat();
    for stream in (1..20_000_u32).step_by(2) {
        rapid.extend(&begun(&[stream])[PREFACE.len() + SETTINGS.len()..]);
        rapid.extend([0, 0, 4, 3, 0]);
        rapid.extend(stream.to_be_bytes());
        rapid.extend([0, 0, 0, 8]);
    }
    let mut connection = sending(&sandbox, &rapid).await;
    let _ = connection.shutdown().await;
    rest(&mut connection).await;

    assert_serves(&sandbox).await;
    for protocol in BOTH {
        let client = Client::of(&sandbox, protocol).await;
        let seen = client.send(Request::builder().uri("/"), "").await;
        let seen = seen.ended().await;
        assert_eq!((seen.status, seen.end), (Some(404), Some(End::Whole)));
    }
}

#[tokio::test]
async fn a_body_that_is_too_long_is_refused_over_either_protocol() {
    const LIMIT: usize = 16 * 1024 * 1024;
    for protocol in BOTH {
        let sandbox = Sandbox::start().await.unwrap();
        let client = Client::of(&sandbox, protocol).await;
        let request = Request::builder()
            .method("POST")
            .uri(MESSAGES)
            .header("content-type", "application/json")
            .header(
                "authorization",
                format!("Bearer {}", sandbox.access_token()),
            );
        let seen = client.send(request, vec![b' '; LIMIT + 1]).await;
        let seen = seen.ended().await;
        let body = String::from_utf8(seen.body).unwrap();
        assert_eq!(seen.status, Some(400), "{protocol:?}");
        assert!(body.contains("must have 16777216 bytes or fewer"), "{body}");
    }
}

/// A body that ends too early over HTTP/2 is no request.
#[tokio::test]
async fn a_body_that_is_shorter_than_announced_is_refused() {
    let sandbox = Sandbox::start().await.unwrap();
    let client = Client::of(&sandbox, Protocol::Http2).await;
    let request = Request::builder()
        .method("POST")
        .uri(MESSAGES)
        .header("content-length", "100")
        .header(
            "authorization",
            format!("Bearer {}", sandbox.access_token()),
        );
    let seen = client.send(request, "{}").await.ended().await;
    let is_refused =
        seen.status == Some(400) || seen.end == Some(End::Reset(Reason::PROTOCOL_ERROR));
    assert!(is_refused, "{seen:?}");
    assert_serves(&sandbox).await;
}
