//! The job: saves every message once, in a process of its own, which can be killed and started again.

use std::collections::{BTreeMap, HashSet};
use std::path::Path;
use std::time::Duration;

use futures_util::{StreamExt, TryStreamExt, stream};
use tight_api::types::NewMessage;
use tight_api::{AfterTrouble, Client, ClientBuilder, FileJournal, ItemState, Keyed, StatusCode};

use crate::{Done, Size, memory};

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
    let client = ClientBuilder::from_env()?.attempt_timeout(Duration::from_millis(500));
    let client = client.build()?;
    let journal = FileJournal::<usize>::open(journal)?;
    for round in 1..=ROUNDS {
        look_up(&client, &journal).await?;
        let items = (0..size.saves).map(|number| Keyed::new(number, message(number)));
        let pending: Vec<_> = journal.pending(items).collect();
        if pending.is_empty() && journal.in_doubt().is_empty() {
            return Ok(());
        }
        let mut counts = [0; 4];
        let mut outcomes = client
            .messages()
            .save_journaled(journal.clone(), pending)
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
            let done: usize = counts.iter().sum();
            if done.is_multiple_of(size.saves.div_ceil(10)) {
                println!("  {done} judged, {}", memory());
            }
        }
        let [saved, rejected, not_saved, unknown] = counts;
        println!(
            "round {round}: {saved} saved, {rejected} rejected, {not_saved} not saved, {unknown} unknown, {}",
            memory()
        );
    }
    Err("there is always something left to do".into())
}

/// The look-up meets faults, too. What it has not found out stays in doubt until the next round.
async fn look_up(client: &Client, journal: &FileJournal<usize>) -> Done {
    let mut in_doubt: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for number in journal.in_doubt() {
        in_doubt
            .entry(conversation(number))
            .or_default()
            .push(number);
    }
    println!("{} conversations have messages in doubt", in_doubt.len());
    let look_ups = in_doubt
        .into_iter()
        .map(|(conversation, numbers)| async move {
            let messages = client.conversations().messages(conversation).items();
            let messages = match messages.try_collect::<Vec<_>>().await {
                Err(error) if error.status() == Some(StatusCode::NOT_FOUND) => Ok(Vec::new()),
                messages => messages,
            };
            (numbers, messages)
        });
    let mut look_ups = stream::iter(look_ups).buffer_unordered(16);
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
