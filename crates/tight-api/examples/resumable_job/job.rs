//! The job: each line of a file becomes a message, once, however often the process is killed and started again.

use std::collections::{BTreeSet, HashMap};
use std::error::Error;
use std::path::Path;

use futures_util::TryStreamExt;
use tight_api::types::NewMessage;
use tight_api::{Client, FileJournal, Keyed, StatusCode};

type Done = Result<(), Box<dyn Error>>;

/// Saves the lines of a file, `conversation<TAB>text`, and keeps a journal beside it.
pub(crate) async fn save_lines(client: &Client, path: &Path) -> Done {
    let file = std::fs::read_to_string(path)?;
    let lines: Option<Vec<_>> = file.lines().map(|line| line.split_once('\t')).collect();
    let lines = lines.ok_or("there is a line without a tab")?;
    let journal = FileJournal::open(path.with_extension("journal"))?;
    look_up(client, &lines, &journal).await?;

    let messages = lines.iter().enumerate();
    let messages = messages.map(|(number, (conversation, text))| {
        Keyed::new(number, NewMessage::new(*conversation).text(*text))
    });
    let outcome = client
        .messages()
        .save_journaled(journal.clone(), journal.pending(messages))
        .in_flight(4)
        .on_progress(|progress| println!("{} saved", progress.saved))
        .await;
    for rejected in outcome.rejected() {
        println!("line {}: {}", rejected.item.key + 1, rejected.errors);
    }
    println!("{outcome}");
    let stopped = outcome.stopped_by().cloned();
    stopped.map_or(Ok(()), |error| Err(error.into()))
}

/// Finds out which of the lines that the last process left in doubt are messages.
async fn look_up(client: &Client, lines: &[(&str, &str)], journal: &FileJournal<usize>) -> Done {
    let in_doubt = journal.in_doubt();
    println!("{} lines, {} in doubt", lines.len(), in_doubt.len());
    let conversations: BTreeSet<_> = in_doubt.iter().map(|line| lines[*line].0).collect();
    let mut stored = HashMap::new();
    for conversation in conversations {
        let messages = client.conversations().messages(conversation).items();
        let messages = match messages.try_collect().await {
            Err(error) if error.status() == Some(StatusCode::NOT_FOUND) => Vec::new(),
            messages => messages?,
        };
        for message in messages {
            let line = (conversation, message.text.unwrap_or_default());
            *stored.entry(line).or_insert(0) += 1;
        }
    }
    // Where lines are alike, each takes one message, and those that are known to be saved go first.
    let mut take = |line: &usize| {
        let (conversation, text) = lines[*line];
        let left = stored.entry((conversation, text.to_owned())).or_insert(0);
        *left -= 1;
        *left >= 0
    };
    for line in (0..lines.len()).filter(|line| journal.is_saved(line)) {
        take(&line);
    }
    Ok(journal.resolve(take)?)
}
