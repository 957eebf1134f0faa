//! A journal in a file: a line for each record, synced before anything goes on.

use std::collections::HashMap;
use std::fmt;
use std::fs::{File, OpenOptions};
use std::hash::Hash;
use std::io::{self, BufRead, BufReader, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use super::{Journal, JournalFuture, Keyed};
use crate::runtime::batch::outcome::ItemState;

/// A [`Journal`] in a file, for one process at a time. Cheap to clone.
///
/// ```no_run
/// use tight_api::types::NewMessage;
/// use tight_api::{FileJournal, Keyed};
///
/// # async fn example(client: &tight_api::Client, lines: Vec<String>) -> Result<(), Box<dyn std::error::Error>> {
/// let journal = FileJournal::open("reminders.journal")?;
/// for number in journal.in_doubt() {
///     // Look the message up in its conversation, and say what became of it.
///     # let is_there = true;
///     journal.resolve(&number, is_there)?;
/// }
/// let messages = lines.iter().enumerate().map(|(number, text)| {
///     Keyed::new(number, NewMessage::new("con_12345").text(text))
/// });
/// let outcome = client.messages().save_journaled(journal.clone(), journal.pending(messages)).await;
/// # Ok(())
/// # }
/// ```
pub struct FileJournal<K>(Arc<Inner<K>>);

struct Inner<K> {
    path: PathBuf,
    state: Mutex<State<K>>,
}

struct State<K> {
    file: File,
    known: HashMap<K, Known>,
}

/// What is known of an item.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Known {
    /// Saved, or rejected.
    Settled,
    /// Certainly not saved.
    Open,
    /// About to be sent, or without a verdict.
    InDoubt,
}

/// A line of the file.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
enum Line<K, S> {
    Sending(Vec<K>),
    Settled(Vec<(K, S)>),
    Resolved { key: K, is_saved: bool },
}

/// What a line says of a state, for reading it back.
#[derive(Deserialize)]
struct Kind {
    state: String,
}

impl<K> FileJournal<K>
where
    K: Serialize + DeserializeOwned + Eq + Hash + Clone,
{
    /// Opens a journal, or begins one. A line that a killed process left unfinished is taken back: what it was about was not yet
    /// done.
    ///
    /// # Errors
    ///
    /// If the file cannot be opened or written, or is no journal.
    pub fn open(path: impl Into<PathBuf>) -> io::Result<Self> {
        let path = path.into();
        let is_new = !path.exists();
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(&path)?;
        let mut known = HashMap::new();
        let mut reader = BufReader::new(&file);
        let (mut line, mut number, mut length) = (String::new(), 0, 0);
        loop {
            line.clear();
            let count = reader.read_line(&mut line)?;
            number += 1;
            if count == 0 || !line.ends_with('\n') {
                break;
            }
            length += u64::try_from(count).map_err(io::Error::other)?;
            note(&mut known, &line).map_err(|reason| {
                let place = format!("{}, line {number}: {reason}", path.display());
                io::Error::new(io::ErrorKind::InvalidData, place)
            })?;
        }
        file.set_len(length)?;
        file.seek(SeekFrom::End(0))?;
        file.sync_all()?;
        if is_new {
            sync_folder(&path)?;
        }
        let state = Mutex::new(State { file, known });
        Ok(Self(Arc::new(Inner { path, state })))
    }

    /// The keys of the items that nobody can tell of: they were about to be sent, or sent without a verdict. They must be looked up,
    /// and [resolved](Self::resolve), before they are sent again.
    pub fn in_doubt(&self) -> Vec<K> {
        let state = self.state();
        let known = state.known.iter();
        let in_doubt = known.filter(|(_, known)| **known == Known::InDoubt);
        in_doubt.map(|(key, _)| key.clone()).collect()
    }

    /// Records what was found out about an item in doubt: it is saved, or it is certainly not and may be sent again.
    ///
    /// # Errors
    ///
    /// If the file cannot be written.
    pub fn resolve(&self, key: &K, is_saved: bool) -> io::Result<()> {
        let line: Line<&K, ()> = Line::Resolved { key, is_saved };
        let known = if is_saved {
            Known::Settled
        } else {
            Known::Open
        };
        self.append(&line, [(key.clone(), known)])
    }

    /// Those of the items that are to be sent: neither settled nor in doubt.
    pub fn pending<I>(
        &self,
        items: impl IntoIterator<Item = Keyed<K, I>>,
    ) -> impl Iterator<Item = Keyed<K, I>> {
        let journal = Self(Arc::clone(&self.0));
        items.into_iter().filter(move |keyed| {
            let known = journal.state().known.get(&keyed.key).copied();
            matches!(known, None | Some(Known::Open))
        })
    }

    fn append(
        &self,
        line: &impl Serialize,
        known: impl IntoIterator<Item = (K, Known)>,
    ) -> io::Result<()> {
        let mut line = serde_json::to_vec(line)?;
        line.push(b'\n');
        let mut state = self.state();
        // In one go, so that a killed process leaves one unfinished line at most.
        state.file.write_all(&line)?;
        state.file.sync_data()?;
        state.known.extend(known);
        Ok(())
    }

    fn state(&self) -> MutexGuard<'_, State<K>> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Takes note of what a line says.
fn note<K: DeserializeOwned + Eq + Hash>(
    known: &mut HashMap<K, Known>,
    line: &str,
) -> serde_json::Result<()> {
    match serde_json::from_str::<Line<K, Box<RawValue>>>(line)? {
        Line::Sending(keys) => known.extend(keys.into_iter().map(|key| (key, Known::InDoubt))),
        Line::Settled(states) => {
            for (key, state) in states {
                let kind: Kind = serde_json::from_str(state.get())?;
                known.insert(key, known_of(&kind.state));
            }
        }
        Line::Resolved { key, is_saved } => {
            let state = if is_saved {
                Known::Settled
            } else {
                Known::Open
            };
            known.insert(key, state);
        }
    }
    Ok(())
}

fn known_of(state: &str) -> Known {
    match state {
        "saved" | "rejected" => Known::Settled,
        "notSaved" => Known::Open,
        _ => Known::InDoubt,
    }
}

/// A file is there after a crash only if its folder is synced, too.
fn sync_folder(path: &Path) -> io::Result<()> {
    if cfg!(unix) {
        let folder = path
            .parent()
            .filter(|folder| !folder.as_os_str().is_empty());
        File::open(folder.unwrap_or(Path::new(".")))?.sync_all()?;
    }
    Ok(())
}

impl<K, E> Journal<K, E> for FileJournal<K>
where
    K: Serialize + DeserializeOwned + Eq + Hash + Clone + Send + Sync + 'static,
    E: Serialize + Sync,
{
    fn about_to_send<'a>(&'a self, keys: &'a [K]) -> JournalFuture<'a> {
        Box::pin(async move {
            let line: Line<&K, ()> = Line::Sending(keys.iter().collect());
            let known = keys.iter().map(|key| (key.clone(), Known::InDoubt));
            Ok(self.append(&line, known)?)
        })
    }

    fn settled<'a>(&'a self, keys: &'a [K], states: &'a [ItemState<E>]) -> JournalFuture<'a> {
        Box::pin(async move {
            let line = Line::Settled(keys.iter().zip(states).collect());
            let known = keys
                .iter()
                .zip(states)
                .map(|(key, state)| (key.clone(), known_of(state.name())));
            Ok(self.append(&line, known)?)
        })
    }
}

impl<K> Clone for FileJournal<K> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<K> fmt::Debug for FileJournal<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FileJournal")
            .field("path", &self.0.path)
            .finish_non_exhaustive()
    }
}
