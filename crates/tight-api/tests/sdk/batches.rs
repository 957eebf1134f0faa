//! The account of a batch is right, whatever the server and the network do.
//!
//! Random batches go through the SDK into a sandbox that is told to misbehave, and what the SDK says became of each item is
//! held against what the sandbox has stored. Every item has a text of its own, so that its copies can be counted.
//!
//! `PROPTEST_CASES=10000 cargo test --release -p tight-api --test sdk batches` runs as many cases as it says.

use std::collections::HashMap;
use std::num::NonZeroUsize;
use std::time::Duration;

use futures_util::{StreamExt, stream};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value, json};
use tight_api::types::{Message, NewMessage};
use tight_api::{Client, Credentials, ItemOutcome, ItemState, RetryPolicy};
use tight_sandbox::{Fault, Reply, Sandbox};

use crate::clock::ManualClock;

/// A batch, and what it meets.
#[derive(Clone, Debug)]
struct Case {
    /// For each item, whether it is one that Tight accepts.
    items: Vec<bool>,
    chunk: usize,
    /// What the requests meet, in the order in which they arrive.
    faults: Vec<Fault>,
    /// Whether the items go in as a stream, and the outcomes come out as one.
    streamed: bool,
    attempts: u32,
    resend_in_doubt: bool,
}

fn envelope(kind: &str) -> String {
    json!({ "result": "FAILURE", "data": null, "error": [{ "type": kind, "message": "no" }] })
        .to_string()
}

fn reply() -> impl Strategy<Value = Reply> {
    let html = || Reply::new(502).body("text/html", "<html>bad gateway</html>");
    prop_oneof![
        Just(Reply::new(500).body("application/json", envelope("UNKNOWN_ERROR"))),
        Just(html()),
        Just(Reply::new(503)),
        Just(Reply::new(504).body("text/plain", "too late")),
        Just(Reply::new(200).body("text/html", "<html>please log in</html>")),
        Just(Reply::new(200).body("application/json", "{}")),
        Just(Reply::new(200).body("application/json", r#"{"data":{}}"#)),
        Just(Reply::new(202).body("application/json", r#"{"data":[]}"#)),
        Just(Reply::new(204)),
        Just(Reply::new(302).header("location", "http://127.0.0.1:1/")),
        Just(Reply::new(408)),
    ]
}

/// Answers that say that nothing was done. They are true only in place of the operation.
fn refusal() -> impl Strategy<Value = Reply> {
    prop_oneof![
        Just(Reply::new(400).body("application/json", envelope("BAD_REQUEST"))),
        Just(Reply::new(400).body("text/plain", "bad request")),
        Just(Reply::new(401).body("application/json", envelope("EXPIRED_TOKEN"))),
        Just(Reply::new(403).body("application/json", envelope("BAD_REQUEST"))),
        Just(Reply::new(404)),
        Just(Reply::new(429)),
        Just(Reply::new(429).header("retry-after", "7")),
        Just(Reply::new(429).header("retry-after", "3600")),
        Just(Reply::new(200).body("application/json", envelope("BAD_REQUEST"))),
    ]
}

fn odd_result() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        Just(json!("saved")),
        Just(json!({})),
        Just(json!({ "result": "SUCCESS", "data": 5 })),
        Just(json!({ "result": "SUCCESS", "data": { "id": { "of": "what" } } })),
        Just(json!({ "result": "SUCCESS", "data": null })),
        Just(json!({ "result": "PENDING", "data": { "id": "msg_0" } })),
        Just(json!({ "result": 1, "data": { "id": "msg_0" } })),
        Just(
            json!({ "result": "FAILURE", "statusCode": 500, "error": [{ "type": "UNKNOWN_ERROR" }] })
        ),
    ]
}

/// A fault that does nothing: there is no such result.
const WELL: Fault = Fault::RemoveResult(usize::MAX);

fn fault() -> impl Strategy<Value = Fault> {
    let index = 0..8_usize;
    prop_oneof![
        16 => Just(WELL),
        4 => reply().prop_map(Fault::AnswerBefore),
        4 => reply().prop_map(Fault::AnswerAfter),
        4 => refusal().prop_map(Fault::AnswerBefore),
        2 => Just(Fault::DropBefore),
        2 => Just(Fault::DropAfter),
        2 => (0..200_usize).prop_map(Fault::Truncate),
        2 => index.clone().prop_map(Fault::RemoveResult),
        2 => index.clone().prop_map(Fault::RepeatResult),
        4 => (index, odd_result()).prop_map(|(index, result)| Fault::ReplaceResult(index, result)),
        // These take as long as the client is patient, so there are few of them.
        1 => prop_oneof![Just(Fault::StallBefore), Just(Fault::StallAfter)],
    ]
}

fn case() -> impl Strategy<Value = Case> {
    let items = vec(prop::bool::weighted(0.8), 0..20);
    (
        items,
        1..8_usize,
        vec(fault(), 0..8),
        any::<bool>(),
        1..4_u32,
        prop::bool::weighted(0.2),
    )
        .prop_map(
            |(items, chunk, faults, streamed, attempts, resend_in_doubt)| Case {
                items,
                chunk,
                faults,
                streamed,
                attempts,
                resend_in_doubt,
            },
        )
}

fn text(index: usize) -> String {
    format!("message {index}")
}

fn messages(case: &Case) -> impl Iterator<Item = NewMessage> + use<> {
    // What lacks its conversation is rejected.
    let items = case.items.clone().into_iter().enumerate();
    items.map(|(index, valid)| NewMessage::new(if valid { "con_1" } else { "" }).text(text(index)))
}

/// What became of the items, or nothing if the SDK says that certainly nothing was saved.
async fn outcomes(case: &Case, client: &Client) -> Option<Vec<ItemOutcome<NewMessage, Message>>> {
    if case.streamed {
        return Some(
            client
                .messages()
                .save_stream(stream::iter(messages(case)))
                .collect()
                .await,
        );
    }
    match client.messages().save(messages(case)).await {
        Ok(outcome) => Some(outcome.into_items()),
        Err(error) => {
            assert!(!error.may_have_taken_effect(), "{error}");
            None
        }
    }
}

/// Runs a case and holds what the SDK says against what the sandbox has. Says which states came up.
async fn check(case: &Case) -> [usize; 4] {
    let sandbox = Sandbox::start().await.unwrap();
    case.faults
        .iter()
        .for_each(|fault| sandbox.inject(fault.clone()));
    let client = Client::builder()
        .base_url(sandbox.url())
        .credentials(Credentials::access_token(sandbox.access_token()))
        .request_size(case.chunk)
        .retry(
            RetryPolicy::default()
                .attempts(case.attempts)
                .resend_in_doubt(case.resend_in_doubt),
        )
        .clock(ManualClock::new())
        .attempt_timeout(Duration::from_millis(100))
        .build()
        .unwrap();
    let outcomes = outcomes(case, &client).await;

    let mut stored: HashMap<String, usize> = HashMap::new();
    for message in sandbox.stored("messages") {
        *stored
            .entry(message["text"].as_str().unwrap().to_owned())
            .or_default() += 1;
    }
    if !case.resend_in_doubt {
        assert!(
            stored.values().all(|copies| *copies == 1),
            "something is stored twice: {stored:?}"
        );
    }
    let Some(outcomes) = outcomes else {
        assert!(
            stored.is_empty(),
            "the SDK says that nothing was saved: {stored:?}"
        );
        return [0; 4];
    };
    assert_eq!(
        outcomes.len(),
        case.items.len(),
        "items are lost, or come back twice"
    );
    let mut states = [0; 4];
    for (index, outcome) in outcomes.iter().enumerate() {
        assert_eq!(
            (outcome.index, outcome.item.text.as_deref()),
            (index, Some(text(index).as_str())),
            "out of order"
        );
        let copies = stored.get(&text(index)).copied().unwrap_or_default();
        let state = match &outcome.state {
            ItemState::Saved(message) => {
                assert!(
                    copies == 1 || case.resend_in_doubt && copies > 0,
                    "item {index} is saved, but stored {copies} times"
                );
                assert_eq!(
                    message.text.as_deref(),
                    Some(text(index).as_str()),
                    "item {index} came back as another"
                );
                0
            }
            ItemState::Rejected(rejection) => {
                assert_eq!(
                    copies, 0,
                    "item {index} is rejected, but stored: {rejection:?}"
                );
                1
            }
            ItemState::Unknown(doubt) => {
                assert!(
                    doubt.error.may_have_taken_effect(),
                    "item {index}: {doubt:?}"
                );
                2
            }
            ItemState::NotSent(error) => {
                assert_eq!(copies, 0, "item {index} is not sent, but stored: {error}");
                3
            }
        };
        states[state] += 1;
    }
    let mut outcome = tight_api::BatchOutcome::from_items(outcomes);
    for item in outcome.take_resendable() {
        assert!(
            !stored.contains_key(item.text.as_deref().unwrap()),
            "an item that is stored is given back to be sent again"
        );
    }
    assert_eq!(
        outcome.len(),
        states[0] + states[2],
        "an item that is safe to send again is kept"
    );
    states
}

#[test]
fn what_the_sdk_says_of_a_batch_is_what_became_of_it() {
    let mut config = Config::default();
    if std::env::var_os("PROPTEST_CASES").is_none() {
        config.cases = 128;
    }
    config.failure_persistence = None;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .unwrap();
    let seen = std::cell::RefCell::new([0; 4]);
    let mut runner = TestRunner::new(config);
    let result = runner.run(&case(), |case| {
        let states = runtime.block_on(check(&case));
        let mut seen = seen.borrow_mut();
        states
            .iter()
            .zip(seen.iter_mut())
            .for_each(|(state, seen)| *seen += state);
        Ok(())
    });
    if let Err(failure) = result {
        panic!("{failure}");
    }
    let seen = seen.into_inner();
    println!(
        "{} saved, {} rejected, {} unknown, {} not sent",
        seen[0], seen[1], seen[2], seen[3]
    );
    assert!(
        seen.iter().all(|count| *count > 0),
        "a state never came up: {seen:?}"
    );
}

#[test]
fn a_batch_that_meets_no_fault_is_saved_or_rejected_item_by_item() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let items = vec![true, false, true, true, false, true, true];
    let case = Case {
        items,
        chunk: 3,
        faults: Vec::new(),
        streamed: false,
        attempts: 1,
        resend_in_doubt: false,
    };
    assert_eq!(runtime.block_on(check(&case)), [5, 2, 0, 0]);
}
