//! Journals: what is recorded of a batch and when, and what a journal in a file knows after a restart.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use futures_util::FutureExt;
use futures_util::future::try_join_all;
use serde_json::{Value, json};
use tempfile::TempDir;
use tight_api::types::{ApiError, Message, NewMessage};
use tight_api::{
    AfterTrouble, BatchOutcome, Client, Credentials, Doubt, Error, ErrorKind, FileJournal,
    ItemState, Journal, JournalResult, Keyed, Rejection,
};
use tight_sandbox::{Fault, Sandbox};

fn client(sandbox: &Sandbox) -> Client {
    let credentials = Credentials::access_token(sandbox.access_token());
    let builder = Client::builder().base_url(sandbox.url());
    builder.credentials(credentials).build().unwrap()
}

/// The message of a number. Every third says nothing, so it is rejected.
fn message(number: usize) -> Keyed<usize, NewMessage> {
    let message = NewMessage::new("con_1");
    let message = match number % 3 {
        2 => message,
        _ => message.text(format!("message {number}")),
    };
    Keyed::new(number, message)
}

fn messages(count: usize) -> impl Iterator<Item = Keyed<usize, NewMessage>> {
    (0..count).map(message)
}

fn texts(sandbox: &Sandbox) -> Vec<Value> {
    let stored = sandbox.stored("messages").into_iter();
    stored.map(|message| message["text"].clone()).collect()
}

fn states<I>(outcome: &BatchOutcome<I, Message>) -> Vec<&'static str> {
    let items = outcome.items().iter();
    items.map(|item| item.state.name()).collect()
}

/// A table of one's own database.
struct Table {
    sandbox: Arc<Sandbox>,
    rows: Mutex<Vec<Value>>,
    /// What cannot be written.
    fails: Value,
}

impl Table {
    fn new(sandbox: &Arc<Sandbox>, fails: Value) -> Arc<Self> {
        Arc::new(Self {
            sandbox: Arc::clone(sandbox),
            rows: Mutex::default(),
            fails,
        })
    }

    fn write(&self, row: Value) -> JournalResult {
        if row == self.fails {
            return Err("the database is down".into());
        }
        self.rows.lock().unwrap().push(row);
        Ok(())
    }

    fn rows(&self) -> Vec<Value> {
        self.rows.lock().unwrap().clone()
    }
}

impl Journal<usize, Message> for Table {
    async fn about_to_send(&self, keys: &[usize]) -> JournalResult {
        tokio::task::yield_now().await;
        self.write(json!({ "sending": keys, "requests": self.sandbox.requests() }))
    }

    async fn came_to(&self, keys: &[usize], states: &[ItemState<Message>]) -> JournalResult {
        tokio::task::yield_now().await;
        let states: Vec<_> = states.iter().map(ItemState::name).collect();
        self.write(json!({ "sent": keys, "states": states, "requests": self.sandbox.requests() }))
    }
}

#[tokio::test]
async fn keys_are_recorded_before_anything_is_sent_and_states_after() {
    let sandbox = Arc::new(Sandbox::start().await.unwrap());
    let table = Table::new(&sandbox, Value::Null);
    let outcome = client(&sandbox)
        .messages()
        .save_journaled(Arc::clone(&table), messages(3))
        .request_size(2)
        .await;
    assert_eq!(states(&outcome), ["saved", "saved", "rejected"]);
    assert_eq!(outcome.items()[2].item.key, 2);
    assert_eq!(
        table.rows(),
        [
            json!({ "sending": [0, 1], "requests": 0 }),
            json!({ "sent": [0, 1], "states": ["saved", "saved"], "requests": 1 }),
            json!({ "sending": [2], "requests": 1 }),
            json!({ "sent": [2], "states": ["rejected"], "requests": 2 }),
        ]
    );
}

#[tokio::test]
async fn what_cannot_be_recorded_is_not_sent_and_the_batch_stops() {
    let sandbox = Arc::new(Sandbox::start().await.unwrap());
    let table = Table::new(&sandbox, json!({ "sending": [1], "requests": 1 }));
    let outcome = client(&sandbox)
        .messages()
        .save_journaled(Arc::clone(&table), messages(3))
        .request_size(1)
        .after_trouble(AfterTrouble::Continue)
        .await;
    assert_eq!(states(&outcome), ["saved", "notSaved", "notSaved"]);
    let kinds: Vec<_> = outcome.not_saved().map(|item| item.error.kind()).collect();
    assert_eq!(kinds, [ErrorKind::Journal, ErrorKind::NotSent]);
    assert_eq!(texts(&sandbox), ["message 0"]);
    assert_eq!(sandbox.requests(), 1);
    assert_eq!(table.rows().len(), 2, "{:?}", table.rows());

    let stopped = outcome.stopped_by().unwrap();
    insta::assert_snapshot!(stopped, @"saveMessages: nothing was sent, since the journal could not record the items: the database is down");
    let cause = std::error::Error::source(stopped).unwrap();
    assert_eq!(cause.to_string(), "the database is down");
    assert!(!stopped.may_have_taken_effect());
}

#[tokio::test]
async fn states_stand_that_cannot_be_recorded_and_the_batch_stops() {
    let sandbox = Arc::new(Sandbox::start().await.unwrap());
    let fails = json!({ "sent": [1], "states": ["saved"], "requests": 2 });
    let table = Table::new(&sandbox, fails);
    let outcome = client(&sandbox)
        .messages()
        .save_journaled(Arc::clone(&table), messages(3))
        .request_size(1)
        .after_trouble(AfterTrouble::Continue)
        .await;
    assert_eq!(states(&outcome), ["saved", "saved", "notSaved"]);
    assert_eq!(texts(&sandbox), ["message 0", "message 1"]);
    assert_eq!(table.rows().len(), 3, "{:?}", table.rows());

    let stopped = outcome.stopped_by().unwrap();
    assert_eq!(stopped.kind(), ErrorKind::Journal);
    insta::assert_snapshot!(stopped, @"saveMessages: the journal could not record the outcome of the items: the database is down");
    let error = outcome.not_saved().next().unwrap().error;
    insta::assert_snapshot!(error, @"saveMessages: not sent, since an earlier request of the batch could not be recorded: the journal could not record the outcome of the items: the database is down");
}

#[test]
fn states_can_be_written() {
    let saved: Message = serde_json::from_value(json!({ "id": "msg_1" })).unwrap();
    let required = json!({ "type": "REQUIRED", "message": "no text", "param": "text" });
    let errors: Vec<ApiError> = vec![serde_json::from_value(required.clone()).unwrap()];
    let error = |may_have_taken_effect| {
        Error::new(ErrorKind::Timeout, "no answer").with_effect(may_have_taken_effect)
    };
    let states = [
        ItemState::Saved(saved),
        ItemState::Rejected(Rejection::new(errors, Some(400))),
        ItemState::NotSaved(error(false)),
        ItemState::Unknown(Doubt::new(error(true), Some("null".to_owned()))),
    ];
    let written = states.map(|state| serde_json::to_value(state).unwrap());
    assert_eq!(written[0]["state"], "saved");
    assert_eq!(written[0]["entity"]["id"], "msg_1");
    assert_eq!(
        written[1..],
        [
            json!({ "state": "rejected", "errors": [required], "statusCode": 400 }),
            json!({ "state": "notSaved", "error": "no answer", "isRetryable": true }),
            json!({
                "state": "unknown",
                "error": "no answer (it may have taken effect)",
                "received": "null",
            }),
        ]
    );
}

/// A place for a journal.
struct Place(TempDir);

impl Place {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn path(&self) -> PathBuf {
        self.0.path().join("batch.journal")
    }

    fn open(&self) -> FileJournal<usize> {
        FileJournal::open(self.path()).unwrap()
    }

    fn error(&self) -> String {
        let error = FileJournal::<usize>::open(self.path()).unwrap_err();
        let folder = self.0.path().display().to_string();
        error.to_string().replace(&folder, "…")
    }

    fn text(&self) -> String {
        fs::read_to_string(self.path()).unwrap()
    }
}

fn pending(journal: &FileJournal<usize>, count: usize) -> Vec<usize> {
    let pending = journal.pending(messages(count));
    pending.map(|keyed| keyed.key).collect()
}

async fn about_to_send(journal: &FileJournal<usize>, keys: &[usize]) -> JournalResult {
    Journal::<usize, Message>::about_to_send(journal, keys).await
}

#[tokio::test]
async fn a_batch_goes_on_where_the_last_one_ended_but_for_what_is_in_doubt() {
    let sandbox = Sandbox::start().await.unwrap();
    let client = client(&sandbox);
    let place = Place::new();
    let save = async |journal: FileJournal<usize>| {
        let messages = client
            .messages()
            .save_journaled(journal.clone(), journal.pending(messages(9)));
        messages.request_size(3).await
    };

    sandbox.inject(Fault::RemoveResult(usize::MAX));
    sandbox.inject(Fault::StallAfter);
    let journal = place.open();
    let sending = save(journal.clone());
    {
        let mut sending = std::pin::pin!(sending);
        while sandbox.requests() < 2 {
            assert!(sending.as_mut().now_or_never().is_none());
            tokio::time::sleep(std::time::Duration::from_millis(1)).await;
        }
    }
    drop(journal);

    let journal = place.open();
    assert_eq!(journal.in_doubt(), [3, 4, 5]);
    assert_eq!(pending(&journal, 9), [6, 7, 8]);
    assert!(journal.is_saved(&0) && !journal.is_saved(&2) && !journal.is_saved(&3));
    let mut asked = Vec::new();
    journal
        .resolve(|number| {
            asked.push(*number);
            texts(&sandbox).contains(&json!(format!("message {number}")))
        })
        .unwrap();
    assert_eq!(asked, [3, 4, 5]);
    drop(journal);

    let journal = place.open();
    assert!(journal.in_doubt().is_empty());
    assert_eq!(pending(&journal, 9), [5, 6, 7, 8]);
    let outcome = save(journal).await;
    assert_eq!(outcome.to_string(), "2 saved, 2 rejected");
    assert_eq!(texts(&sandbox).len(), 6);
}

#[tokio::test]
async fn an_item_without_a_verdict_is_in_doubt_and_one_that_was_not_judged_is_pending() {
    let sandbox = Sandbox::start().await.unwrap();
    let place = Place::new();
    let journal = place.open();
    sandbox.inject(Fault::DropAfter);
    let outcome = client(&sandbox)
        .messages()
        .save_journaled(journal.clone(), messages(4))
        .request_size(2)
        .await;
    assert_eq!(outcome.to_string(), "0 saved, 2 not saved, 2 unknown");
    assert_eq!(journal.in_doubt(), [0, 1]);
    assert_eq!(pending(&journal, 4), [2, 3]);
    drop((journal, outcome));
    let journal = place.open();
    assert_eq!(journal.in_doubt(), [0, 1]);
    assert_eq!(pending(&journal, 4), [2, 3]);
}

#[tokio::test]
async fn what_is_settled_or_in_doubt_is_not_sent_also_if_nobody_filters_it_out() {
    let sandbox = Sandbox::start().await.unwrap();
    let client = client(&sandbox);
    let place = Place::new();
    let journal = place.open();
    let save = async |numbers: &[usize]| {
        let messages: Vec<_> = numbers.iter().copied().map(message).collect();
        let batch = client.messages().save_journaled(journal.clone(), messages);
        let outcome = batch.await;
        let stopped = outcome.stopped_by();
        let cause = stopped.and_then(|error| Some(std::error::Error::source(error)?.to_string()));
        let folder = place.0.path().display().to_string();
        (
            states(&outcome),
            cause.unwrap_or_default().replace(&folder, "…"),
        )
    };
    about_to_send(&journal, &[4]).await.unwrap();
    assert_eq!(save(&[0, 2]).await.0, ["saved", "rejected"]);

    let (states, cause) = save(&[0, 1]).await;
    // One of them may be stored already, which an outcome must not deny.
    assert_eq!(states, ["unknown", "unknown"]);
    insta::assert_snapshot!(cause, @"the item 0 is saved in the journal …/batch.journal (it may have taken effect)");
    insta::assert_snapshot!(save(&[1, 2]).await.1, @"the item 2 is rejected in the journal …/batch.journal (it may have taken effect)");
    insta::assert_snapshot!(save(&[1, 4]).await.1, @"the item 4 is in doubt in the journal …/batch.journal (it may have taken effect)");
    insta::assert_snapshot!(save(&[7, 7]).await.1, @"two items of one request have the key 7: each item needs a key of its own in the journal …/batch.journal");
    assert_eq!(texts(&sandbox), ["message 0"]);

    // What stood beside them was not sent, and may be. So may what was rejected, once it is mended.
    assert_eq!(pending(&journal, 8), [1, 3, 5, 6, 7]);
    journal.mark_not_saved([2]).unwrap();
    assert_eq!(pending(&journal, 8), [1, 2, 3, 5, 6, 7]);
    journal.mark_saved([5]).unwrap();
    assert_eq!(pending(&journal, 8), [1, 2, 3, 6, 7]);
}

#[tokio::test]
async fn an_entity_that_came_over_several_lines_is_kept_in_one() {
    let sandbox = Sandbox::start().await.unwrap();
    let body = "{\n \"data\": [ {\n \"result\":\"SUCCESS\",\n \"data\": {\r\n \"new\": {\n \"a\": 1\n } } } ] }";
    sandbox.inject(Fault::RespondAfter(
        tight_sandbox::Reply::status(200).body("application/json", body),
    ));
    let place = Place::new();
    let journal = place.open();
    let saving = client(&sandbox)
        .messages()
        .save_journaled(journal.clone(), [message(0)])
        .await;
    assert!(saving.is_complete(), "{saving}");
    drop(journal);
    assert!(place.open().is_saved(&0));
}

#[tokio::test]
async fn the_lines_of_a_file_can_be_read_by_others() {
    let sandbox = Sandbox::start().await.unwrap();
    let place = Place::new();
    let journal = FileJournal::open(place.path()).unwrap();
    let keyed = ["a", "b"].map(|key| Keyed::new(key.to_owned(), NewMessage::new("con_1")));
    let outcome = client(&sandbox)
        .messages()
        .save_journaled(journal.clone(), keyed)
        .await;
    assert_eq!(outcome.to_string(), "0 saved, 2 rejected");
    journal.mark_not_saved(["b".to_owned()]).unwrap();
    insta::assert_snapshot!(place.text(), @r#"
    {"journal":"tight-api","version":1}
    {"aboutToSend":["a","b"]}
    {"cameTo":[["a",{"state":"rejected","errors":[{"type":"REQUIRED","message":"text or attachmentIds is required","param":"text"}],"statusCode":400}],["b",{"state":"rejected","errors":[{"type":"REQUIRED","message":"text or attachmentIds is required","param":"text"}],"statusCode":400}]]}
    {"markedNotSaved":["b"]}
    "#);
}

/// The lines of a journal, and what is in doubt after each.
const LINES: [(&str, &[usize]); 5] = [
    ("{\"journal\":\"tight-api\",\"version\":1}\n", &[]),
    ("{\"aboutToSend\":[0,1,2]}\n", &[0, 1, 2]),
    (
        "{\"cameTo\":[[0,{\"state\":\"saved\",\"entity\":{}}],[1,{\"state\":\"unknown\",\"error\":\"…\"}],[2,{\"state\":\"of a later version\"}]]}\n",
        &[1, 2],
    ),
    ("{\"markedSaved\":[2]}\n", &[1]),
    ("{\"markedNotSaved\":[1]}\n", &[]),
];

#[tokio::test]
async fn a_file_that_was_cut_off_anywhere_is_as_good_as_its_whole_lines() {
    let whole: String = LINES.iter().map(|(line, _)| *line).collect();
    for cut in 0..=whole.len() {
        let place = Place::new();
        fs::write(place.path(), &whole.as_bytes()[..cut]).unwrap();
        // A line is whole without its end, too.
        let mut end = 0;
        let lines = LINES.iter().take_while(|(line, _)| {
            end += line.len();
            end - usize::from(end != LINES[0].0.len()) <= cut
        });
        let in_doubt = lines.last().map_or(&[][..], |(_, in_doubt)| *in_doubt);
        let journal = place.open();
        assert_eq!(journal.in_doubt(), in_doubt, "{cut}");

        about_to_send(&journal, &[9]).await.unwrap();
        drop(journal);
        assert_eq!(place.open().in_doubt(), [in_doubt, &[9]].concat(), "{cut}");
        let text = place.text();
        assert!(text.starts_with(LINES[0].0) && text.ends_with("}\n{\"aboutToSend\":[9]}\n"));
    }
}

#[test]
fn what_a_file_system_did_not_get_to_write_is_taken_back() {
    let place = Place::new();
    fs::write(place.path(), [0; 36]).unwrap();
    drop(place.open());
    assert_eq!(place.text(), LINES[0].0);

    let text = format!("{}{}{}", LINES[0].0, LINES[1].0, "\0".repeat(100));
    fs::write(place.path(), text).unwrap();
    assert_eq!(place.open().in_doubt(), [0, 1, 2]);
    assert_eq!(place.text(), format!("{}{}", LINES[0].0, LINES[1].0));
}

#[test]
fn a_file_that_is_no_journal_is_refused_and_left_alone() {
    let place = Place::new();
    let later = LINES[0].0.replace('1', "2");
    let zeros = "\0".repeat(4096);
    for text in [
        "no line",
        "lines\nand lines\n",
        "{}\n",
        "{\"jour\n",
        &later,
        &zeros,
    ] {
        fs::write(place.path(), text).unwrap();
        assert_eq!(
            place.error(),
            "the journal …/batch.journal cannot be opened: it is not a journal, or of another version"
        );
        assert_eq!(place.text(), text);
    }
}

#[test]
fn a_line_that_cannot_be_read_is_named() {
    let place = Place::new();
    let text = format!(
        "{}{}{{\"aboutToSend\":[1,\"two\"]}}\n",
        LINES[0].0, LINES[1].0
    );
    fs::write(place.path(), &text).unwrap();
    insta::assert_snapshot!(place.error(), @r#"the journal …/batch.journal cannot be opened: line 3: invalid type: string "two", expected usize at column 23"#);
    assert_eq!(place.text(), text);
}

#[tokio::test]
async fn two_items_with_one_key_are_told_and_nothing_of_their_request_is_sent() {
    let sandbox = Sandbox::start().await.unwrap();
    let folder = TempDir::new().unwrap();
    let journal = FileJournal::open(folder.path().join("journal")).unwrap();
    let client = client(&sandbox);
    let items = [6, 7, 7].map(message);
    let outcome = client
        .messages()
        .save_journaled(journal.clone(), journal.pending(items))
        .await;
    assert_eq!(states(&outcome), ["notSaved", "notSaved", "notSaved"]);
    let told = outcome.stopped_by().unwrap().to_string();
    let told = told.replace(&folder.path().display().to_string(), "…");
    insta::assert_snapshot!(told, @"saveMessages: nothing was sent, since the journal could not record the items: two items of one request have the key 7: each item needs a key of its own in the journal …/journal");
    assert!(journal.in_doubt().is_empty());
    assert_eq!(sandbox.stored("messages").len(), 0);
}

#[test]
fn one_journal_at_a_time_has_a_file() {
    let place = Place::new();
    let journal = place.open();
    let clone = journal.clone();
    drop(journal);
    insta::assert_snapshot!(place.error(), @"the journal …/batch.journal cannot be opened: it is already open, in this or another process");
    drop(clone);
    place.open();
}

#[test]
fn a_file_that_cannot_be_opened_is_named() {
    let error = FileJournal::<usize>::open(Path::new("no/such/folder/journal")).unwrap_err();
    assert_eq!(error.kind(), tight_api::ErrorKind::Journal);
    let message = "the journal no/such/folder/journal cannot be opened: ";
    assert!(error.to_string().starts_with(message), "{error}");
}

#[tokio::test(flavor = "multi_thread")]
async fn requests_in_flight_record_side_by_side() {
    let place = Place::new();
    let journal = place.open();
    let requests = (0..100).map(|number| {
        let journal = journal.clone();
        async move { about_to_send(&journal, &[2 * number, 2 * number + 1]).await }
    });
    try_join_all(requests).await.unwrap();
    drop(journal);
    assert_eq!(place.text().lines().count(), 101);
    let mut in_doubt = place.open().in_doubt();
    in_doubt.sort_unstable();
    assert!(in_doubt.into_iter().eq(0..200));
}

#[test]
fn a_journal_works_without_a_runtime() {
    let place = Place::new();
    let journal = place.open();
    let recorded = about_to_send(&journal, &[1]).now_or_never();
    recorded.unwrap().unwrap();
    assert_eq!(
        place.text(),
        format!("{}{{\"aboutToSend\":[1]}}\n", LINES[0].0)
    );
}
