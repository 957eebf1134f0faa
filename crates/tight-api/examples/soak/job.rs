//! The job: saves every message once, in a process of its own, which can be killed and started again.

use std::collections::{BTreeMap, HashSet};
use std::path::Path;
use std::time::Duration;

use futures_util::{StreamExt, TryStreamExt, stream};
use tight_api::types::NewMessage;
use tight_api::{
    AfterTrouble, CallOptions, Client, ClientBuilder, FileJournal, ItemState, Keyed, StatusCode,
};

use crate::memory::Memory;
use crate::{Done, Size};

/// How long an attempt waits for its response: long for a sandbox in the same machine, and short for those who wait for the run.
const PATIENCE: Duration = Duration::from_millis(500);

/// The same for a look-up, for which the sandbox reads all that it has stored.
const PATIENCE_OF_LOOK_UPS: Duration = Duration::from_secs(5);

/// More rounds than any seed has needed.
const ROUNDS: usize = 100;

/// Every hundredth message lacks its conversation, and is rejected.
pub(crate) fn is_valid(number: usize) -> bool {
    !number.is_multiple_of(100)
}

pub(crate) fn text(number: usize) -> String {
    format!("message {number}")
}

fn conversation(number: usize) -> String {
    format!("con_{}", number / 100)
}

fn message(number: usize) -> NewMessage {
    let conversation = match is_valid(number) {
        true => conversation(number),
        false => String::new(),
    };
    NewMessage::new(conversation).text(text(number))
}

/// Looks up what is in doubt and saves what is not saved, until nothing is left.
pub(crate) async fn run(size: Size, journal: &Path) -> Done {
    let client = ClientBuilder::from_env()?.attempt_timeout(PATIENCE);
    let client = client.build()?;
    let journal = FileJournal::<usize>::open(journal)?;
    let mut most_memory = Memory::of(std::process::id());
    for round in 1..=ROUNDS {
        look_up(&client, &journal).await?;
        // Made as they are sent, so that the job's memory holds no more than what is in flight, and the journal.
        let items = || (0..size.saves).map(|number| Keyed::new(number, message(number)));
        if journal.pending(items()).next().is_none() && journal.in_doubt().is_empty() {
            println!("the job has had {most_memory} at most");
            return Ok(());
        }
        let mut counts = [0; 4];
        let mut outcomes = client
            .messages()
            .save_journaled(journal.clone(), journal.pending(items()))
            .request_size(size.request)
            .in_flight(size.in_flight)
            .after_trouble(AfterTrouble::Continue)
            .outcomes();
        while let Some(item) = outcomes.next().await {
            counts[match item.state {
                ItemState::Saved(_) => 0,
                ItemState::Rejected(_) => 1,
                ItemState::NotSaved(_) => 2,
                ItemState::Unknown(_) => 3,
            }] += 1;
            if item.index.is_multiple_of(1000) {
                most_memory = most_memory.max(Memory::of(std::process::id()));
            }
        }
        let [saved, rejected, not_saved, unknown] = counts;
        println!(
            "round {round}: {saved} saved, {rejected} rejected, {not_saved} not saved, {unknown} unknown"
        );
    }
    Err("there is always something left to do".into())
}

/// The look-up meets faults, too. What it has not found out stays in doubt until the next round.
async fn look_up(client: &Client, journal: &FileJournal<usize>) -> Done {
    let patient = CallOptions::new().attempt_timeout(PATIENCE_OF_LOOK_UPS);
    let client = &client.with(patient);
    let mut in_doubt: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for number in journal.in_doubt() {
        in_doubt
            .entry(conversation(number))
            .or_default()
            .push(number);
    }
    let look_ups = in_doubt
        .into_iter()
        .map(|(conversation, numbers)| async move {
            let messages = client
                .conversations()
                .messages(conversation)
                .limit(250)
                .items();
            let messages = match messages.try_collect::<Vec<_>>().await {
                Err(error) if error.status() == Some(StatusCode::NOT_FOUND) => Ok(Vec::new()),
                messages => messages,
            };
            (numbers, messages)
        });
    let mut look_ups = stream::iter(look_ups).buffer_unordered(4);
    while let Some((numbers, messages)) = look_ups.next().await {
        let Ok(messages) = messages else { continue };
        let found: HashSet<_> = messages
            .into_iter()
            .filter_map(|message| message.text)
            .collect();
        let (saved, not_saved) = numbers
            .into_iter()
            .partition::<Vec<_>, _>(|number| found.contains(&text(*number)));
        journal.mark_saved(saved)?;
        journal.mark_not_saved(not_saved)?;
    }
    Ok(())
}
