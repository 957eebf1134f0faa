//! What an observer sees of calls, and which headers they have.

use std::sync::{Arc, Mutex};

use tight_api::types::NewMessage;
use tight_api::{
    Attempt, AttemptEnd, Call, CallEnd, CallOptions, ErrorKind, HeaderName, HeaderValue, Observer,
    RetryPolicy,
};

use crate::server::{Reply, Server};

const MESSAGE: &str = r#"{"result":"SUCCESS","data":{"id":"msg_1"}}"#;

/// Writes down what it sees, without times.
#[derive(Clone, Default)]
struct Notes(Arc<Mutex<Vec<String>>>);

impl Notes {
    fn all(&self) -> Vec<String> {
        self.0.lock().unwrap().clone()
    }
}

impl Observer for Notes {
    fn attempt_started(&self, attempt: &Attempt) {
        let Attempt {
            operation,
            number,
            items,
            ..
        } = attempt;
        let note = format!("{operation} {number} {items:?} began");
        self.0.lock().unwrap().push(note);
    }

    fn attempt_ended(&self, attempt: &Attempt, end: &AttemptEnd) {
        let Attempt {
            operation, number, ..
        } = attempt;
        let status = end.status.map(|status| status.as_u16());
        let note = format!("{operation} {number} ended: {status:?} {:?}", end.error);
        self.0.lock().unwrap().push(note);
    }
}

fn eager() -> RetryPolicy {
    let none = std::time::Duration::ZERO;
    RetryPolicy::default().backoff(none, none)
}

#[tokio::test]
async fn each_attempt_is_seen_to_begin_and_end() {
    let server = Server::replying([
        Reply::json("503 Service Unavailable", ""),
        Reply::HangUp,
        Reply::json("200 OK", MESSAGE),
    ])
    .await;
    let notes = Notes::default();
    let client = server
        .client_builder()
        .retry(eager())
        .observer(notes.clone())
        .build()
        .unwrap();
    client.messages().get("msg_1").await.unwrap();
    assert_eq!(
        notes.all(),
        [
            "getMessage 1 None began",
            "getMessage 1 ended: Some(503) None",
            "getMessage 2 None began",
            "getMessage 2 ended: None Some(Connection)",
            "getMessage 3 None began",
            "getMessage 3 ended: Some(200) None",
        ]
    );
}

#[tokio::test]
async fn the_requests_of_a_batch_say_how_many_items_they_have() {
    let server = Server::deciding(|_| Reply::HangUp).await;
    let notes = Notes::default();
    let client = server
        .client()
        .with(CallOptions::new().observer(notes.clone()));
    let items = [NewMessage::new("con_1"), NewMessage::new("con_1")];
    let outcome = client.messages().save(items).await;
    assert!(!outcome.is_complete());
    assert_eq!(
        notes.all(),
        [
            "saveMessages 1 Some(2) began",
            "saveMessages 1 ended: None Some(Connection)",
        ]
    );
}

#[tokio::test]
async fn an_attempt_ends_with_a_call_that_is_dropped() {
    let server = Server::replying([Reply::Stall]).await;
    let notes = Notes::default();
    let client = server
        .client_builder()
        .observer(notes.clone())
        .build()
        .unwrap();
    {
        let call = client.messages().get("msg_1");
        let mut call = std::pin::pin!(call);
        while server.requests().is_empty() {
            assert!(futures_util::poll!(&mut call).is_pending());
            tokio::task::yield_now().await;
        }
    }
    assert_eq!(
        notes.all(),
        ["getMessage 1 None began", "getMessage 1 ended: None None"]
    );
}

#[tokio::test]
async fn a_call_ends_with_what_came_of_it_also_if_nothing_was_sent() {
    #[derive(Clone, Default)]
    struct Ends(Arc<Mutex<Vec<String>>>);

    impl Observer for Ends {
        fn call_ended(&self, call: &Call, end: &CallEnd) {
            let status = end.status.map(|status| status.as_u16());
            let note = format!(
                "{} {:?} {status:?} {:?} {} {}",
                call.operation, call.items, end.error, end.attempts, end.was_dropped
            );
            self.0.lock().unwrap().push(note);
        }
    }

    let mut replies = [
        Reply::json("200 OK", MESSAGE),
        Reply::json("200 OK", r#"{"result":"FAILURE","error":{"errors":[]}}"#),
        Reply::new("200 OK", "text/html", "<h1>Sign in</h1>"),
        Reply::json("404 Not Found", ""),
        Reply::HangUp,
        Reply::Stall,
    ]
    .into_iter();
    let server = Server::deciding(move |_| replies.next().unwrap()).await;
    let ends = Ends::default();
    let once = CallOptions::new().retry(RetryPolicy::never());
    let client = server.client().with(once.observer(ends.clone()));
    drop(client.messages().get("msg_1").await.unwrap());
    for _ in 0..4 {
        client.messages().get("msg_1").await.unwrap_err();
    }
    {
        let mut call = std::pin::pin!(
            client
                .messages()
                .save([NewMessage::new("con_1")])
                .into_future()
        );
        while server.requests().len() < 6 {
            assert!(futures_util::poll!(&mut call).is_pending());
            tokio::task::yield_now().await;
        }
    }
    client
        .for_user("anna")
        .messages()
        .get("msg_1")
        .await
        .unwrap_err();
    assert_eq!(
        *ends.0.lock().unwrap(),
        [
            "getMessage None Some(200) None 1 false",
            "getMessage None Some(200) Some(Failure) 1 false",
            "getMessage None Some(200) Some(Decode) 1 false",
            "getMessage None Some(404) Some(Status) 1 false",
            "getMessage None None Some(Connection) 1 false",
            "saveMessages Some(1) None None 1 true",
            "getMessage None None Some(Credentials) 0 false",
        ]
    );
}

fn header(name: &'static str, value: &'static str) -> (HeaderName, HeaderValue) {
    (
        HeaderName::from_static(name),
        HeaderValue::from_static(value),
    )
}

#[tokio::test]
async fn headers_are_sent_with_every_call_or_with_one() {
    let server = Server::deciding(|_| Reply::json("200 OK", MESSAGE)).await;
    let (name, value) = header("x-application", "ledger");
    let client = server.client_builder().header(name, value).build().unwrap();
    let (name, value) = header("traceparent", "00-0af7-01");
    let traced = client.with(CallOptions::new().header(name.clone(), value));
    traced.messages().get("msg_1").await.unwrap();
    let (_, other) = header("traceparent", "00-0af7-02");
    let other = traced.with(CallOptions::new().header(name, other));
    other.messages().get("msg_1").await.unwrap();
    client.messages().get("msg_1").await.unwrap();
    let sent: Vec<Vec<_>> = server
        .requests()
        .iter()
        .map(|request| {
            let lines = request.lines().map(str::to_owned);
            lines
                .filter(|line| line.starts_with("x-application") || line.starts_with("traceparent"))
                .collect()
        })
        .collect();
    assert_eq!(
        sent,
        [
            vec!["x-application: ledger", "traceparent: 00-0af7-01"],
            vec!["x-application: ledger", "traceparent: 00-0af7-02"],
            vec!["x-application: ledger"],
        ]
    );
    assert!(!format!("{traced:?}").contains("0af7"), "{traced:?}");
}

#[tokio::test]
async fn a_header_of_the_operation_has_the_argument() {
    let server = Server::deciding(|_| {
        Reply::json("200 OK", r#"{"result":"SUCCESS","data":{"id":"btxn_1"}}"#)
    })
    .await;
    let (name, value) = header("tight-version", "2");
    let client = server.client().with(CallOptions::new().header(name, value));
    client
        .bank_transactions()
        .get("btxn_1")
        .tight_version("3")
        .await
        .unwrap();
    client.bank_transactions().get("btxn_1").await.unwrap();
    let versions: Vec<_> = server
        .requests()
        .iter()
        .map(|request| {
            let mut lines = request.lines().map(str::to_owned);
            lines
                .find(|line| line.starts_with("tight-version"))
                .unwrap()
        })
        .collect();
    assert_eq!(versions, ["tight-version: 3", "tight-version: 2"]);
}

#[tokio::test]
async fn a_header_of_the_sdks_own_cannot_be_set() {
    let server = Server::replying([]).await;
    for name in ["authorization", "content-length", "host", "content-type"] {
        let (name, value) = header(name, "mine");
        let client = server.client().with(CallOptions::new().header(name, value));
        let error = client.messages().get("msg_1").await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidRequest, "{error}");
    }
    assert_eq!(server.requests().len(), 0);
}
