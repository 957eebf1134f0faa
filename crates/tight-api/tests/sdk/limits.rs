//! Limits: those that are none, those of heads, and those that servers ask for.

use std::pin::Pin;
use std::time::{Duration, Instant, SystemTime};

use futures_util::stream;
use tight_api::types::{ConversationQuery, NewMessage};
use tight_api::{
    Client, ClientBuilder, Clock, Credentials, ErrorKind, RetryPolicy, Token, TokenFuture,
    TokenSource, TokenSubject,
};

use crate::clock::ManualClock;
use crate::connections::connections_of_two_calls;
use crate::processes::is_alone;
use crate::server::{Reply, Server};

const SAVED: &str = r#"{"data":[{"result":"SUCCESS","data":{"id":"msg_1"}}]}"#;

fn saved() -> Reply {
    Reply::json("200 OK", SAVED)
}

struct Eternal;

impl TokenSource for Eternal {
    fn token<'a>(&'a self, _: &'a TokenSubject) -> TokenFuture<'a> {
        Box::pin(async { Ok(Token::new("an-access-token").expires_in(Duration::MAX)) })
    }
}

fn without_limits(builder: ClientBuilder) -> Client {
    let patient = RetryPolicy::default()
        .backoff(Duration::MAX, Duration::MAX)
        .longest_retry_after(Duration::MAX);
    builder
        .credentials(Credentials::source(Eternal))
        .connect_timeout(Duration::MAX)
        .idle_timeout(Duration::MAX)
        .attempt_timeout(Duration::MAX)
        .total_timeout(Duration::MAX)
        .retry(patient)
        .build()
        .unwrap()
}

#[tokio::test]
async fn the_longest_time_is_no_limit_and_panics_nowhere() {
    // What panics beside the calls is seen in the output of the process.
    const TEST: &str = "limits::the_longest_time_is_no_limit_and_panics_nowhere";
    if !is_alone(TEST, &[]) {
        return;
    }
    let server = Server::replying([saved(), saved()]).await;
    let client = without_limits(server.client_builder());
    let items = stream::iter([NewMessage::new("con_1")]);
    let saving = client.messages().save_stream(items).linger(Duration::MAX);
    assert!(saving.await.is_complete());
    client
        .messages()
        .save_one(NewMessage::new("con_1"))
        .await
        .unwrap();

    let connections = connections_of_two_calls(Duration::MAX, Duration::from_millis(1)).await;
    assert_eq!(connections, 1);

    // Waits that do not end in anybody's life.
    for retry_after in [
        "",
        "retry-after: 99999999999999999999999\r\n",
        "retry-after: 18446744073709551615\r\n",
    ] {
        let limited = format!(
            "HTTP/1.1 429 Too Many Requests\r\n{retry_after}content-length: 0\r\nconnection: close\r\n\r\n"
        );
        let server = Server::replying([Reply::Bytes(limited)]).await;
        let client = without_limits(server.client_builder());
        let saving = client.messages().save_one(NewMessage::new("con_1"));
        let waiting = async {
            while server.requests().is_empty() {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
            // What panics does so soon.
            tokio::time::sleep(Duration::from_millis(20)).await;
        };
        tokio::select! {
            given_up = saving => assert_eq!(given_up.unwrap_err().status().unwrap(), 429),
            () = waiting => {}
        }
        assert_eq!(server.requests().len(), 1);
    }
}

/// A clock on which every wait takes an hour longer than it should.
struct Oversleeping(ManualClock);

impl Clock for Oversleeping {
    fn now(&self) -> Instant {
        self.0.now()
    }

    fn system_time(&self) -> SystemTime {
        self.0.system_time()
    }

    fn sleep(&self, duration: Duration) -> Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        self.0.sleep(duration + Duration::from_secs(3600))
    }
}

#[tokio::test]
async fn a_call_that_has_no_time_left_after_a_wait_ends_with_what_came_before_it() {
    let limited = Reply::json("429 Too Many Requests", "{}");
    let server = Server::replying([limited, saved()]).await;
    let clock = Oversleeping(ManualClock::new());
    let client = server.client_builder().clock(clock).build().unwrap();
    let saving = client.messages().save_one(NewMessage::new("con_1"));
    assert_eq!(saving.await.unwrap_err().status().unwrap(), 429);
    assert_eq!(server.requests().len(), 1);
}

fn with_headers(count: usize) -> Reply {
    let headers: String = (0..count)
        .map(|index| format!("x-{index}: y\r\n"))
        .collect();
    let length = SAVED.len();
    Reply::Bytes(format!(
        "HTTP/1.1 200 OK\r\n{headers}content-length: {length}\r\nconnection: close\r\n\r\n{SAVED}"
    ))
}

#[tokio::test]
async fn a_head_of_many_headers_is_read_and_one_of_too_many_is_not_blamed_on_the_connection() {
    let server = Server::replying([
        with_headers(200),
        with_headers(300),
        Reply::Bytes("gopher?\r\n\r\n".into()),
    ])
    .await;
    let client = server.client();
    let message = client
        .messages()
        .save_one(NewMessage::new("con_1"))
        .await
        .unwrap();
    assert_eq!(message.headers()["x-199"], "y");
    for _ in 0..2 {
        let error = client
            .messages()
            .save_one(NewMessage::new("con_1"))
            .await
            .unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Decode);
        assert_eq!(
            error.to_string(),
            "saveMessages: the head of the response cannot be parsed (it may have taken effect)"
        );
    }
}

#[tokio::test]
async fn a_read_is_tried_again_after_every_fault_of_a_server_and_after_what_it_asks_for() {
    let page = || Reply::json("200 OK", r#"{"data":[]}"#);
    for status in [
        408, 425, 500, 502, 503, 504, 520, 521, 522, 523, 524, 529, 530,
    ] {
        for (headers, waits) in [
            ("retry-after: 7\r\n", Some(7_000)),
            ("retry-after: 1.5\r\n", Some(1_500)),
            // Of this clock, which begins at 08:49:37, and in each form that HTTP has.
            (
                "retry-after: Sun, 06 Nov 1994 08:49:44 GMT\r\n",
                Some(7_000),
            ),
            (
                "retry-after: Sunday, 06-Nov-94 08:49:44 GMT\r\n",
                Some(7_000),
            ),
            ("retry-after: Sun Nov  6 08:49:44 1994\r\n", Some(7_000)),
            // Of the server's.
            (
                "date: Sun, 06 Nov 2044 08:49:40 GMT\r\nretry-after: Sun, 06 Nov 2044 08:49:44 GMT\r\n",
                Some(4_000),
            ),
            ("retry-after: soon\r\n", None),
        ] {
            let fault = format!(
                "HTTP/1.1 {status} Fault\r\n{headers}content-length: 0\r\nconnection: close\r\n\r\n"
            );
            let clock = ManualClock::new();
            let server = Server::replying([Reply::Bytes(fault), page()]).await;
            let client = server
                .client_builder()
                .clock(clock.clone())
                .build()
                .unwrap();
            let listing = client.conversations().query(ConversationQuery::new());
            listing.page().await.unwrap();
            let [slept] = clock.slept()[..] else {
                panic!("{:?}", clock.slept())
            };
            match waits {
                Some(waits) => assert_eq!(slept, Duration::from_millis(waits), "{headers}"),
                None => assert!(slept <= Duration::from_millis(500), "{headers}"),
            }
        }
    }
}
