//! What an HTTP/2 server says of a request, by its frames: that it did nothing about it, or nothing certain.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tight_api::types::{ConversationQuery, NewMessage};
use tight_api::{Client, Credentials, ErrorKind, RetryPolicy};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpListener;

use crate::processes::{is_alone, trusted};
use crate::tls::Certificate;

const SAVED: &str = r#"{"data":[{"result":"SUCCESS","statusCode":200,"data":{"id":"msg_1"}}]}"#;

/// What the server does with a request that came whole.
enum Act {
    Answer,
    /// Answers with a head of so many fields.
    Fields(usize),
    /// Resets the stream with a code.
    Reset(u32),
    /// Says that it has not seen this stream and will see no more, with a code.
    GoAwayBelow(u32),
    /// Says that it has seen this stream and will see no more, with a code, and closes the connection.
    GoAwayAboveAndClose(u32),
    /// The same, and answers first.
    GoAwayAboveAndAnswer,
}

const REFUSED_STREAM: u32 = 7;
const INTERNAL_ERROR: u32 = 2;
const ENHANCE_YOUR_CALM: u32 = 11;

const DATA: u8 = 0;
const HEADERS: u8 = 1;
const RST_STREAM: u8 = 3;
const SETTINGS: u8 = 4;
const GOAWAY: u8 = 7;
const CONTINUATION: u8 = 9;

const END_STREAM: u8 = 1;
const END_HEADERS: u8 = 4;

/// A server that speaks HTTP/2 over TLS, frame by frame.
struct Server {
    url: String,
    /// For each connection, how many requests came over it.
    requests: Arc<Mutex<Vec<usize>>>,
}

impl Server {
    async fn acting(acts: impl IntoIterator<Item = Act>) -> Self {
        let certificate = Certificate::of("127.0.0.1");
        std::fs::write(trusted(), certificate.pem()).unwrap();
        let acceptor = certificate.acceptor(&["h2"]);
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("https://{}", listener.local_addr().unwrap());
        let acts = Arc::new(Mutex::new(acts.into_iter().collect::<VecDeque<_>>()));
        let requests = Arc::new(Mutex::new(Vec::new()));
        let kept = Arc::clone(&requests);
        tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                let stream = acceptor.accept(stream).await.unwrap();
                let (acts, requests) = (Arc::clone(&acts), Arc::clone(&kept));
                tokio::spawn(async move { serve(stream, &acts, &requests).await });
            }
        });
        Self { url, requests }
    }

    fn client(&self) -> Client {
        Client::builder()
            .base_url(&self.url)
            .credentials(Credentials::access_token("an-access-token"))
            .retry(RetryPolicy::default().backoff(Duration::ZERO, Duration::ZERO))
            .build()
            .unwrap()
    }

    fn requests(&self) -> Vec<usize> {
        self.requests.lock().unwrap().clone()
    }
}

async fn frame(
    out: &mut (impl AsyncWrite + Unpin),
    kind: u8,
    flags: u8,
    stream: u32,
    payload: &[u8],
) {
    let length = u32::try_from(payload.len()).unwrap().to_be_bytes();
    let head = [&length[1..], &[kind, flags], &stream.to_be_bytes()].concat();
    // The client may be gone.
    let _ = out.write_all(&[&head, payload].concat()).await;
    let _ = out.flush().await;
}

async fn serve(
    mut connection: impl AsyncRead + AsyncWrite + Unpin,
    acts: &Mutex<VecDeque<Act>>,
    requests: &Mutex<Vec<usize>>,
) {
    let index = {
        let mut requests = requests.lock().unwrap();
        requests.push(0);
        requests.len() - 1
    };
    connection.read_exact(&mut [0; 24]).await.unwrap();
    frame(&mut connection, SETTINGS, 0, 0, &[]).await;
    loop {
        let mut head = [0; 9];
        if connection.read_exact(&mut head).await.is_err() {
            return;
        }
        let [a, b, c, kind, flags, id @ ..] = head;
        let mut payload = vec![0; u32::from_be_bytes([0, a, b, c]).try_into().unwrap()];
        connection.read_exact(&mut payload).await.unwrap();
        let id = u32::from_be_bytes(id);
        if kind == SETTINGS && flags & 1 == 0 {
            frame(&mut connection, SETTINGS, 1, 0, &[]).await;
        }
        if !matches!(kind, DATA | HEADERS) || flags & END_STREAM == 0 {
            continue;
        }
        requests.lock().unwrap()[index] += 1;
        let act = acts.lock().unwrap().pop_front().unwrap();
        let go_away = |last: u32, code: u32| [last.to_be_bytes(), code.to_be_bytes()].concat();
        match act {
            Act::Answer => answer(&mut connection, id, 0).await,
            Act::Fields(fields) => answer(&mut connection, id, fields).await,
            Act::Reset(code) => {
                frame(&mut connection, RST_STREAM, 0, id, &code.to_be_bytes()).await;
            }
            Act::GoAwayBelow(code) => {
                let below = id.saturating_sub(2);
                frame(&mut connection, GOAWAY, 0, 0, &go_away(below, code)).await;
            }
            Act::GoAwayAboveAndClose(code) => {
                frame(&mut connection, GOAWAY, 0, 0, &go_away(id, code)).await;
                let _ = connection.shutdown().await;
                return;
            }
            Act::GoAwayAboveAndAnswer => {
                frame(&mut connection, GOAWAY, 0, 0, &go_away(id, 0)).await;
                answer(&mut connection, id, 0).await;
            }
        }
    }
}

/// An answer whose head has so many fields more than its status.
async fn answer(connection: &mut (impl AsyncWrite + Unpin), id: u32, fields: usize) {
    // The status 200 has a number of its own.
    let mut head = vec![0x88];
    for field in 0..fields {
        let name = format!("x-{field}");
        head.extend([0, u8::try_from(name.len()).unwrap()]);
        head.extend(name.as_bytes());
        head.extend([1, b'x']);
    }
    let mut pieces = head.chunks(16_384).peekable();
    let mut kind = HEADERS;
    while let Some(piece) = pieces.next() {
        let flags = if pieces.peek().is_none() {
            END_HEADERS
        } else {
            0
        };
        frame(connection, kind, flags, id, piece).await;
        kind = CONTINUATION;
    }
    frame(connection, DATA, END_STREAM, id, SAVED.as_bytes()).await;
}

async fn save(client: &Client) -> Result<(), tight_api::Error> {
    let saving = client.messages().save_one(NewMessage::new("con_1"));
    saving.await.map(drop)
}

#[tokio::test]
async fn what_was_certainly_not_processed_is_sent_again() {
    if !is_alone("http2::what_was_certainly_not_processed_is_sent_again", &[]) {
        return;
    }
    for (act, connections) in [
        (Act::Reset(REFUSED_STREAM), vec![2]),
        (Act::GoAwayBelow(0), vec![1, 1]),
        (Act::GoAwayBelow(ENHANCE_YOUR_CALM), vec![1, 1]),
    ] {
        let server = Server::acting([act, Act::Answer]).await;
        save(&server.client()).await.unwrap();
        assert_eq!(server.requests(), connections);
    }
    for act in [|| Act::Reset(REFUSED_STREAM), || Act::GoAwayBelow(0)] {
        let server = Server::acting([act(), act(), act()]).await;
        let error = save(&server.client()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::NotProcessed);
        assert!(!error.may_have_taken_effect() && error.is_retryable());
        assert_eq!(server.requests().iter().sum::<usize>(), 3);
        assert_eq!(
            error.to_string(),
            "saveMessages: the server closed the connection before it processed the request"
        );
    }
}

#[tokio::test]
async fn what_may_have_been_processed_is_in_doubt() {
    if !is_alone("http2::what_may_have_been_processed_is_in_doubt", &[]) {
        return;
    }
    for act in [
        Act::Reset(INTERNAL_ERROR),
        Act::Reset(ENHANCE_YOUR_CALM),
        Act::Reset(0),
        Act::GoAwayAboveAndClose(0),
        // Why it went away says nothing of what it has taken on.
        Act::GoAwayAboveAndClose(REFUSED_STREAM),
        Act::GoAwayAboveAndClose(ENHANCE_YOUR_CALM),
    ] {
        let server = Server::acting([act, Act::Answer]).await;
        let error = save(&server.client()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Connection);
        assert!(error.may_have_taken_effect() && !error.is_retryable());
        assert_eq!(server.requests(), [1]);
    }
    // What a server took on before it went away is answered all the same, and what comes later takes another connection.
    let server = Server::acting([Act::GoAwayAboveAndAnswer, Act::Answer]).await;
    let client = server.client();
    save(&client).await.unwrap();
    save(&client).await.unwrap();
    assert_eq!(server.requests(), [1, 1]);
}

#[tokio::test]
async fn a_call_that_reads_is_tried_again_whatever_became_of_its_stream() {
    const TEST: &str = "http2::a_call_that_reads_is_tried_again_whatever_became_of_its_stream";
    if !is_alone(TEST, &[]) {
        return;
    }
    let acts = [
        Act::Reset(INTERNAL_ERROR),
        Act::GoAwayAboveAndClose(0),
        Act::Answer,
    ];
    let server = Server::acting(acts).await;
    let client = server.client();
    let pages = client.conversations().query(ConversationQuery::new());
    pages.page().await.unwrap();
    assert_eq!(server.requests(), [2, 1]);
}

#[tokio::test]
async fn a_head_of_many_fields_is_read_and_one_of_too_many_is_not_blamed_on_the_connection() {
    const TEST: &str =
        "http2::a_head_of_many_fields_is_read_and_one_of_too_many_is_not_blamed_on_the_connection";
    if !is_alone(TEST, &[]) {
        return;
    }
    let server = Server::acting([Act::Fields(1_000), Act::Fields(10_000)]).await;
    let client = server.client();
    save(&client).await.unwrap();
    let error = save(&client).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Decode);
    insta::assert_snapshot!(error, @"saveMessages: the head of the response cannot be parsed (it may have taken effect)");
}
