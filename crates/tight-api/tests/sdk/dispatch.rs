//! Requests in flight, outcomes in order: how a batch is dispatched, stopped, and accounted for.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::{StreamExt, stream};
use tight_api::types::NewMessage;
use tight_api::{AfterTrouble, CallOptions, ErrorKind, FileJournal, ItemState, Keyed};
use tight_sandbox::{Fault, Reply as SandboxReply, Sandbox};

use crate::clock::ManualClock;
use crate::server::{Reply, Server};

fn saved(id: &str) -> Reply {
    let body = format!(r#"{{"data":[{{"result":"SUCCESS","data":{{"id":"{id}"}}}}]}}"#);
    Reply::json("200 OK", &body)
}

fn messages(count: usize) -> impl Iterator<Item = NewMessage> {
    (0..count).map(|index| NewMessage::new("con_1").text(format!("message {index}")))
}

async fn in_sandbox() -> (Sandbox, tight_api::Client) {
    let sandbox = Sandbox::start().await.unwrap();
    let client = tight_api::Client::builder()
        .base_url(sandbox.url())
        .credentials(tight_api::Credentials::access_token(sandbox.access_token()))
        .clock(ManualClock::new())
        .build()
        .unwrap();
    (sandbox, client)
}

#[tokio::test]
async fn a_save_can_be_spawned_whose_items_are_made_of_what_is_borrowed() {
    let (sandbox, client) = in_sandbox().await;
    let folder = tempfile::tempdir().unwrap();
    let journal = FileJournal::open(folder.path().join("journal")).unwrap();
    let save = async move {
        let rows: Vec<(String, String)> =
            vec![("con_1".into(), "a".into()), ("con_2".into(), "b".into())];
        let listed = client
            .messages()
            .save(rows.iter().map(|(id, text)| NewMessage::new(id).text(text)))
            .in_flight(2)
            .await;
        let items = stream::iter(rows.iter()).map(|(id, text)| NewMessage::new(id).text(text));
        let streamed = client.messages().save_stream(items).await;
        let keyed = rows.iter().enumerate();
        let keyed = keyed.map(|(key, row)| Keyed::new(key, NewMessage::new(&row.0).text(&row.1)));
        let keyed = client
            .messages()
            .save_journaled(journal.clone(), journal.pending(keyed))
            .await;
        assert!(keyed.is_complete());
        let keyed = rows.iter().enumerate();
        let keyed = keyed.map(|(key, row)| Keyed::new(key, NewMessage::new(&row.0).text(&row.1)));
        assert!(
            client
                .messages()
                .save_journaled((), keyed)
                .await
                .is_complete()
        );
        let mut outcomes = client
            .messages()
            .save(rows.iter().map(|row| NewMessage::new(&row.0).text(&row.1)))
            .outcomes();
        let mut count = 0;
        while outcomes.next().await.is_some() {
            count += 1;
        }
        (listed.is_complete(), streamed.is_complete(), count)
    };
    assert_eq!(tokio::spawn(save).await.unwrap(), (true, true, 2));
    assert_eq!(sandbox.stored("messages").len(), 10);
}

#[tokio::test]
async fn requests_are_in_flight_together_and_their_outcomes_come_in_order() {
    let replies = (0..4).map(|index| saved(&format!("msg_{index}")));
    // Nothing is answered before all four are there, and then the last is answered first.
    let server = Server::gathering(replies).await;
    let outcome = server
        .client()
        .messages()
        .save(messages(4))
        .request_size(1)
        .in_flight(4)
        .await;
    let ids: Vec<_> = outcome
        .saved()
        .map(|saved| (saved.index, saved.entity.id.clone().unwrap()))
        .collect();
    let expected = (0..4).map(|index| (index, format!("msg_{index}")));
    assert_eq!(ids, expected.collect::<Vec<_>>());
}

#[tokio::test]
async fn no_more_is_taken_than_is_in_flight() {
    let (_sandbox, client) = in_sandbox().await;
    let taken = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&taken);
    let items = messages(100).inspect(move |_| {
        counted.fetch_add(1, Ordering::Relaxed);
    });
    let mut outcomes = client
        .messages()
        .save(items)
        .request_size(5)
        .in_flight(3)
        .outcomes();
    let mut given = 0;
    while outcomes.next().await.is_some() {
        given += 1;
        // One request's outcomes are being handed out, and that many requests are under way.
        assert!(taken.load(Ordering::Relaxed) <= given + 5 * (3 + 1));
    }
    assert_eq!(given, 100);
}

#[tokio::test]
async fn what_has_come_in_from_a_live_source_is_sent_after_a_linger() {
    let server = Server::replying([Reply::json(
        "200 OK",
        r#"{"data":[{"data":{"id":"msg_1"}},{"data":{"id":"msg_2"}},{"data":{"id":"msg_3"}}]}"#,
    )])
    .await;
    let clock = ManualClock::new();
    let client = server
        .client_builder()
        .clock(clock.clone())
        .build()
        .unwrap();
    let (sender, mut receiver) = tokio::sync::mpsc::channel(10);
    for message in messages(3) {
        sender.send(message).await.unwrap();
    }
    let live = stream::poll_fn(move |context| receiver.poll_recv(context));
    let mut outcomes = client
        .messages()
        .save_stream(live)
        .linger(Duration::from_millis(20))
        .outcomes();
    for index in 0..3 {
        assert_eq!(outcomes.next().await.unwrap().index, index);
    }
    assert_eq!(clock.slept(), [Duration::from_millis(20)]);
    drop(sender);
    assert!(outcomes.next().await.is_none());
}

#[tokio::test]
async fn what_lingers_when_a_batch_stops_comes_back() {
    let server = Server::replying([Reply::HangUp]).await;
    let client = server.client();
    let (sender, mut receiver) = tokio::sync::mpsc::channel(10);
    for message in messages(3) {
        sender.send(message).await.unwrap();
    }
    let live = stream::poll_fn(move |context| receiver.poll_recv(context));
    let outcomes = client
        .messages()
        .save_stream(live)
        .request_size(2)
        .in_flight(2)
        .linger(Duration::MAX)
        .outcomes();
    let states: Vec<_> = outcomes.map(|outcome| outcome.state.name()).collect().await;
    assert_eq!(states, ["unknown", "unknown", "notSaved"]);
}

#[tokio::test]
async fn what_came_in_time_is_read_also_by_who_looks_late() {
    let replies = (0..4).map(|index| saved(&format!("msg_{index}")));
    let server = Server::answering([], replies).await;
    let mut outcomes = server
        .client()
        .with(CallOptions::new().attempt_timeout(Duration::from_millis(100)))
        .messages()
        .save(messages(4))
        .request_size(1)
        .in_flight(4)
        .outcomes();
    let mut states = Vec::new();
    while let Some(outcome) = outcomes.next().await {
        states.push(outcome.state.name());
        // A consumer that takes longer with an outcome than the attempts behind it may take.
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    assert_eq!(states, ["saved"; 4]);
}

#[tokio::test]
async fn a_full_request_does_not_linger() {
    let (sandbox, _) = in_sandbox().await;
    let clock = ManualClock::new();
    let client = tight_api::Client::builder()
        .base_url(sandbox.url())
        .credentials(tight_api::Credentials::access_token(sandbox.access_token()))
        .clock(clock.clone())
        .build()
        .unwrap();
    let outcome = client
        .messages()
        .save_stream(stream::iter(messages(7)))
        .request_size(3)
        .await;
    assert!(outcome.is_complete() && clock.slept().is_empty());
}

#[tokio::test]
async fn what_a_stopped_list_has_left_comes_back_unsent_and_free_of_doubt() {
    let (sandbox, client) = in_sandbox().await;
    sandbox.inject(Fault::DropAfter);
    let mut outcome = client.messages().save(messages(5)).request_size(2).await;
    assert_eq!(outcome.to_string(), "0 saved, 3 not saved, 2 unknown");
    assert_eq!(outcome.stopped_by().unwrap().kind(), ErrorKind::Connection);
    for item in outcome.not_saved() {
        assert_eq!(item.error.kind(), ErrorKind::NotSent);
        assert!(item.error.is_retryable() && !item.error.may_have_taken_effect());
    }
    let first = outcome.not_saved().next().unwrap();
    insta::assert_snapshot!(first.error, @"saveMessages: not sent, since an earlier request of the batch may have taken effect: the connection was lost before a response was received");
    // They can be sent at once; those in doubt stay behind.
    let again = outcome.take_not_saved();
    assert!(client.messages().save(again).await.is_complete());
    assert_eq!(sandbox.stored("messages").len(), 5);
}

#[tokio::test]
async fn a_rate_limit_rejects_nothing() {
    let (sandbox, client) = in_sandbox().await;
    let limited = SandboxReply::status(429).header("retry-after", "3600");
    sandbox.inject(Fault::RespondBefore(limited));
    let outcome = client.messages().save(messages(3)).request_size(2).await;
    assert_eq!(outcome.to_string(), "0 saved, 3 not saved");
    for item in outcome.not_saved() {
        assert_eq!(item.error.status().unwrap(), 429);
        assert_eq!(item.error.retry_after(), Some(Duration::from_secs(3600)));
        assert!(item.error.is_retryable());
    }
}

#[tokio::test]
async fn a_batch_goes_on_after_trouble_if_it_is_told_to() {
    let (sandbox, client) = in_sandbox().await;
    sandbox.inject(Fault::RespondBefore(SandboxReply::status(403)));
    sandbox.inject(Fault::DropAfter);
    let outcome = client
        .messages()
        .save(messages(6))
        .request_size(2)
        .after_trouble(AfterTrouble::Continue)
        .await;
    assert_eq!(outcome.to_string(), "2 saved, 2 not saved, 2 unknown");
    assert!(outcome.stopped_by().is_none());
}

#[tokio::test]
async fn a_rejected_item_is_no_trouble() {
    let (_sandbox, client) = in_sandbox().await;
    let items = messages(4)
        .chain([NewMessage::new("con_1")])
        .chain(messages(3));
    let outcome = client.messages().save(items).request_size(1).await;
    assert_eq!(outcome.to_string(), "7 saved, 1 rejected");
}

#[tokio::test]
async fn progress_can_be_watched() {
    let (_sandbox, client) = in_sandbox().await;
    let seen = Arc::new(Mutex::new(Vec::new()));
    let kept = Arc::clone(&seen);
    let items = messages(4).chain([NewMessage::new("con_1")]);
    let outcome = client
        .messages()
        .save(items)
        .request_size(2)
        .on_progress(move |progress| {
            kept.lock()
                .unwrap()
                .push((progress.saved, progress.rejected))
        })
        .await;
    assert_eq!(outcome.len(), 5);
    assert_eq!(*seen.lock().unwrap(), [(2, 0), (4, 0), (4, 1)]);
}

#[tokio::test]
async fn one_item_has_a_short_way() {
    let (sandbox, client) = in_sandbox().await;
    let message = client
        .messages()
        .save_one(NewMessage::new("con_1").text("Hello"))
        .await
        .unwrap();
    assert_eq!(message.id.as_deref(), Some("msg_1"));

    let error = client
        .messages()
        .save_one(NewMessage::new("con_1"))
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Rejected);
    assert!(!error.may_have_taken_effect() && !error.is_retryable());
    assert!(
        error.body_text().contains(r#""statusCode":400"#),
        "what Tight answered is lost"
    );
    insta::assert_snapshot!(error, @"saveMessages: Tight rejected the item: REQUIRED text: text or attachmentIds is required");

    sandbox.inject(Fault::DropAfter);
    let error = client
        .messages()
        .save_one(NewMessage::new("con_1").text("Hello"))
        .await
        .unwrap_err();
    assert!(error.may_have_taken_effect());
}

#[tokio::test]
async fn a_state_can_be_written_down() {
    let (sandbox, client) = in_sandbox().await;
    sandbox.inject(Fault::RemoveResult(usize::MAX));
    sandbox.inject(Fault::DropAfter);
    let items = messages(1)
        .chain([NewMessage::new("con_1")])
        .chain(messages(3));
    let outcome = client.messages().save(items).request_size(2).await;
    let written: Vec<_> = outcome
        .items()
        .iter()
        .map(|item| serde_json::to_value(&item.state).unwrap())
        .collect();
    let names: Vec<_> = written
        .iter()
        .map(|state| state["state"].as_str().unwrap())
        .collect();
    assert_eq!(
        names,
        ["saved", "rejected", "unknown", "unknown", "notSaved"]
    );
    assert_eq!(written[0]["entity"]["text"], "message 0");
    assert_eq!(written[1]["errors"][0]["type"], "REQUIRED");
    assert_eq!(written[1]["statusCode"], 400);
    assert!(
        written[2]["error"]
            .as_str()
            .unwrap()
            .contains("connection was lost")
    );
    assert_eq!(written[4]["isRetryable"], true);
    assert!(matches!(outcome.items()[4].state, ItemState::NotSaved(_)));
}
