//! The account of a batch is right, whatever the server and the network do.
//!
//! Random batches go through the SDK into a sandbox that is told to misbehave, and what the SDK says became of each item is
//! held against what the sandbox has stored. Every item has a text of its own, so that its copies can be counted.
//!
//! `PROPTEST_CASES=10000 cargo test --release -p tight-api --test sdk batches` runs as many cases as it says.

use std::collections::HashMap;
use std::time::Duration;

use futures_util::{StreamExt, stream};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use serde_json::{Value, json};
use tight_api::types::{Message, NewMessage};
use tight_api::{
    AfterTrouble, BatchOutcome, Client, Credentials, FileJournal, ItemOutcome, ItemState, Keyed,
    RetryPolicy,
};
use tight_sandbox::{Fault, Reply, Sandbox};

use crate::clock::ManualClock;

/// A batch, and what it meets.
#[derive(Clone, Debug)]
struct Case {
    /// For each item, whether it is one that Tight accepts.
    items: Vec<bool>,
    request_size: usize,
    in_flight: usize,
    goes_on: bool,
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
    let html = || Reply::status(502).body("text/html", "<html>bad gateway</html>");
    prop_oneof![
        Just(Reply::status(500).body("application/json", envelope("UNKNOWN_ERROR"))),
        Just(html()),
        Just(Reply::status(503)),
        Just(Reply::status(504).body("text/plain", "too late")),
        Just(Reply::status(200).body("text/html", "<html>please log in</html>")),
        Just(Reply::status(200).body("application/json", "{}")),
        Just(Reply::status(200).body("application/json", r#"{"data":{}}"#)),
        Just(Reply::status(202).body("application/json", r#"{"data":[]}"#)),
        Just(Reply::status(204)),
        Just(Reply::status(302).header("location", "http://127.0.0.1:1/")),
        Just(Reply::status(408)),
    ]
}

/// Answers that say that nothing was done. They are true only in place of the operation.
fn refusal() -> impl Strategy<Value = Reply> {
    prop_oneof![
        Just(Reply::status(400).body("application/json", envelope("BAD_REQUEST"))),
        Just(Reply::status(400).body("text/plain", "bad request")),
        Just(Reply::status(401).body("application/json", envelope("EXPIRED_TOKEN"))),
        Just(Reply::status(403).body("application/json", envelope("BAD_REQUEST"))),
        Just(Reply::status(404)),
        Just(Reply::status(429)),
        Just(Reply::status(429).header("retry-after", "7")),
        Just(Reply::status(429).header("retry-after", "3600")),
        Just(Reply::status(200).body("application/json", envelope("BAD_REQUEST"))),
    ]
}

fn odd_result() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        Just(json!("saved")),
        Just(json!({})),
        Just(json!({ "result": "SUCCESS", "data": 5 })),
        Just(json!({ "result": "SUCCESS", "data": "what?" })),
        Just(json!({ "result": "SUCCESS", "data": [] })),
        Just(
            json!({ "result": "FAILURE", "statusCode": 408, "error": [{ "type": "UNKNOWN_ERROR" }] })
        ),
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

/// True results that are told in another way.
fn altered() -> impl Strategy<Value = Fault> {
    let index = || 0..8_usize;
    let statuses = vec![207, 400, 401, 408, 409, 422, 429, 500, 503];
    let failure = json!({ "type": "UNKNOWN_ERROR" });
    prop_oneof![
        4 => (index(), index()).prop_map(|(one, other)| Fault::SwapResults(one, other)),
        2 => Just(Fault::ReverseResults),
        3 => prop::sample::select(statuses).prop_map(Fault::SetStatus),
        1 => Just(Fault::ReportFailure(vec![failure])),
        // A text that is another item's, or nobody's.
        3 => (index(), 0..30_usize).prop_map(|(result, other)| {
            Fault::AlterResult(result, json!({ "data": { "text": text(other) } }))
        }),
        1 => index().prop_map(|result| {
            Fault::AlterResult(result, json!({ "data": { "text": "trimmed", "unheardOf": [1.50] } }))
        }),
    ]
}

fn fault() -> impl Strategy<Value = Fault> {
    let index = 0..8_usize;
    prop_oneof![
        16 => Just(WELL),
        4 => reply().prop_map(Fault::RespondBefore),
        4 => reply().prop_map(Fault::RespondAfter),
        4 => refusal().prop_map(Fault::RespondBefore),
        2 => Just(Fault::DropBefore),
        2 => Just(Fault::DropAfter),
        2 => (0..200_usize).prop_map(Fault::Truncate),
        2 => index.clone().prop_map(Fault::RemoveResult),
        2 => index.clone().prop_map(Fault::RepeatResult),
        4 => (index, odd_result()).prop_map(|(index, result)| Fault::ReplaceResult(index, result)),
        12 => (vec(altered(), 1..4), any::<bool>()).prop_map(|(mut faults, is_compressed)| {
            // Once: what is compressed twice is no answer that anybody reads.
            faults.extend(is_compressed.then_some(Fault::Gzip));
            Fault::Several(faults)
        }),
        // These take as long as the client is patient, so there are few of them.
        1 => prop_oneof![Just(Fault::StallBefore), Just(Fault::StallAfter)],
    ]
}

fn case() -> impl Strategy<Value = Case> {
    let items = vec(prop::bool::weighted(0.8), 0..20);
    (
        items,
        1..8_usize,
        1..5_usize,
        any::<bool>(),
        vec(fault(), 0..8),
        any::<bool>(),
        1..4_u32,
        prop::bool::weighted(0.2),
    )
        .prop_map(
            |(
                items,
                request_size,
                in_flight,
                goes_on,
                faults,
                streamed,
                attempts,
                resend_in_doubt,
            )| Case {
                items,
                request_size,
                in_flight,
                goes_on,
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

/// What became of the items.
async fn outcomes(case: &Case, client: &Client) -> Vec<ItemOutcome<NewMessage, Message>> {
    let after_trouble = if case.goes_on {
        AfterTrouble::Continue
    } else {
        AfterTrouble::Stop
    };
    if !case.streamed {
        let save = client.messages().save(messages(case));
        let outcome = save
            .request_size(case.request_size)
            .in_flight(case.in_flight)
            .after_trouble(after_trouble)
            .await;
        return outcome.into_items();
    }
    let mut outcomes = client
        .messages()
        .save_stream(stream::iter(messages(case)))
        .request_size(case.request_size)
        .in_flight(case.in_flight)
        .after_trouble(after_trouble)
        .outcomes();
    let mut items: Vec<_> = outcomes.by_ref().collect().await;
    let progress = outcomes.progress();
    assert_eq!(progress.taken, items.len(), "{progress:?}");
    // What was not taken stays with the caller.
    let left: Vec<_> = outcomes.into_source().collect().await;
    assert!(
        case.items.len() == items.len() + left.len() && (left.is_empty() || !case.goes_on),
        "{} of {} items came back, {} are left",
        items.len(),
        case.items.len(),
        left.len()
    );
    let stopped = tight_api::Error::new(tight_api::ErrorKind::NotSent, "not taken");
    for item in left {
        let state = ItemState::NotSaved(stopped.clone());
        items.push(ItemOutcome::new(items.len(), item, state));
    }
    items
}

async fn sandbox(case: &Case) -> (Sandbox, Client) {
    let sandbox = Sandbox::start().await.unwrap();
    case.faults
        .iter()
        .for_each(|fault| sandbox.inject(fault.clone()));
    let client = Client::builder()
        .base_url(sandbox.url())
        .credentials(Credentials::access_token(sandbox.access_token()))
        .retry(
            RetryPolicy::default()
                .attempts(case.attempts)
                .resend_in_doubt(case.resend_in_doubt),
        )
        .clock(ManualClock::new())
        .attempt_timeout(Duration::from_millis(100))
        .build()
        .unwrap();
    (sandbox, client)
}

/// How often each text is stored.
fn stored(sandbox: &Sandbox) -> HashMap<String, usize> {
    let mut stored: HashMap<String, usize> = HashMap::new();
    for message in sandbox.stored("messages") {
        *stored
            .entry(message["text"].as_str().unwrap().to_owned())
            .or_default() += 1;
    }
    stored
}

/// Runs a case and holds what the SDK says against what the sandbox has. Says which states came up.
async fn check(case: &Case) -> [usize; 4] {
    let (sandbox, client) = sandbox(case).await;
    let outcomes = outcomes(case, &client).await;
    let stored = stored(&sandbox);
    if !case.resend_in_doubt {
        assert!(
            stored.values().all(|copies| *copies == 1),
            "something is stored twice: {stored:?}"
        );
    }
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
                let received = message.text.clone().unwrap_or_default();
                let request = index / case.request_size * case.request_size;
                let is_anothers = (request..case.items.len().min(request + case.request_size))
                    .any(|other| other != index && received == text(other));
                assert!(
                    !is_anothers,
                    "item {index} came back as another: {received}"
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
            ItemState::NotSaved(error) => {
                assert_eq!(copies, 0, "item {index} is not saved, but stored: {error}");
                assert!(!error.may_have_taken_effect(), "item {index}: {error}");
                2
            }
            ItemState::Unknown(doubt) => {
                assert!(
                    doubt.error.may_have_taken_effect() && !doubt.error.is_retryable(),
                    "item {index}: {doubt:?}"
                );
                3
            }
        };
        states[state] += 1;
    }
    let mut outcome = BatchOutcome::from_items(outcomes);
    for item in outcome
        .take_not_saved()
        .into_iter()
        .chain(outcome.take_rejected())
    {
        assert!(
            !stored.contains_key(item.text.as_deref().unwrap()),
            "an item that is stored is given back to be sent again"
        );
    }
    assert_eq!(
        outcome.len(),
        states[0] + states[3],
        "an item that is safe to send again is kept"
    );
    states
}

/// A job that is killed after so many outcomes, and started again until nothing is left to do: everything that Tight accepts is
/// stored once.
async fn check_job(case: &Case, kills: &[usize]) {
    let (sandbox, client) = sandbox(case).await;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("journal");
    let mut kills = kills.iter();
    for _ in 0..100 {
        let journal = FileJournal::<usize>::open(&path).unwrap();
        let stored = stored(&sandbox);
        journal
            .resolve(|key| stored.contains_key(&text(*key)))
            .unwrap();
        let items = messages(case).enumerate();
        let items = items.map(|(key, item)| Keyed::new(key, item));
        let pending: Vec<_> = journal.pending(items).collect();
        if pending.is_empty() {
            let expected = case.items.iter().filter(|valid| **valid).count();
            assert!(
                stored.len() == expected && stored.values().all(|copies| *copies == 1),
                "{expected} items, and stored are {stored:?}"
            );
            return;
        }
        let mut outcomes = client
            .messages()
            .save_journaled(journal.clone(), pending)
            .request_size(case.request_size)
            .outcomes();
        // Between two outcomes, no request is under way if one is at a time.
        match kills.next() {
            Some(kill) => {
                while outcomes.progress().taken <= *kill && outcomes.next().await.is_some() {}
            }
            None => while outcomes.next().await.is_some() {},
        }
    }
    panic!("the job never ends");
}

fn config() -> Config {
    let mut config = Config::default();
    if std::env::var_os("PROPTEST_CASES").is_none() {
        config.cases = 128;
    }
    config.failure_persistence = None;
    config
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .unwrap()
}

#[test]
fn what_the_sdk_says_of_a_batch_is_what_became_of_it() {
    let runtime = runtime();
    let seen = std::cell::RefCell::new([0; 4]);
    let mut runner = TestRunner::new(config());
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
        "{} saved, {} rejected, {} not saved, {} unknown",
        seen[0], seen[1], seen[2], seen[3]
    );
    assert!(
        seen.iter().all(|count| *count > 0),
        "a state never came up: {seen:?}"
    );
}

#[test]
fn a_job_that_is_killed_and_started_again_saves_everything_once() {
    let runtime = runtime();
    let mut config = config();
    config.cases /= 4;
    let case = case().prop_map(|case| Case {
        resend_in_doubt: false,
        ..case
    });
    let mut runner = TestRunner::new(config);
    let result = runner.run(&(case, vec(0..20_usize, 0..6)), |(case, kills)| {
        runtime.block_on(check_job(&case, &kills));
        Ok(())
    });
    if let Err(failure) = result {
        panic!("{failure}");
    }
}

#[test]
fn a_batch_that_meets_no_fault_is_saved_or_rejected_item_by_item() {
    let items = vec![true, false, true, true, false, true, true];
    let case = Case {
        items,
        request_size: 3,
        in_flight: 2,
        goes_on: false,
        faults: Vec::new(),
        streamed: false,
        attempts: 1,
        resend_in_doubt: false,
    };
    assert_eq!(runtime().block_on(check(&case)), [5, 2, 0, 0]);
}
