//! A journal in a file: the recorded state of each item, and which items are to be sent after a restart.

use std::collections::HashMap;
use std::fmt;
use std::hash::Hash;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use tokio::runtime::Handle;

use super::log::Log;
use super::{Journal, JournalResult, Keyed};
use crate::runtime::batch::outcome::ItemState;
use crate::runtime::error::{Error, ErrorKind, Result};

/// A [`Journal`] in a file, for jobs that can be killed at any moment and restarted. Cheap to clone.
///
/// ```no_run
/// use tight_api::types::NewMessage;
/// use tight_api::{Client, FileJournal, Keyed};
///
/// # use std::collections::HashSet;
/// # async fn look_up(client: &Client, numbers: Vec<usize>) -> tight_api::Result<HashSet<usize>> { Ok(HashSet::new()) }
/// # async fn example(client: &Client, lines: Vec<String>) -> Result<(), Box<dyn std::error::Error>> {
/// let journal = FileJournal::open("reminders.journal")?;
/// let found = look_up(client, journal.in_doubt()).await?; // each in its conversation
/// journal.resolve(|number| found.contains(number))?;
///
/// let messages = lines.iter().enumerate().map(|(number, text)| {
///     Keyed::new(number, NewMessage::new("con_12345").text(text))
/// });
/// let outcome = client
///     .messages()
///     .save_journaled(journal.clone(), journal.pending(messages))
///     .await;
/// println!("{outcome}");
/// # Ok(())
/// # }
/// ```
///
/// # Guarantees
///
/// Records survive the process and, if the disk keeps synced data, a crash of the machine. An item that is saved, rejected or in
/// doubt is not sent again. If you do not filter such an item out with [`pending`](Self::pending), its request fails before it is
/// sent, the items of that request are unknown, and the batch stops. A lock on the file prevents that two journals use it at a
/// time.
///
/// A key must identify the same item in every run: a row id, or a line number in a file that does not change.
///
/// # The file
///
/// The file has one JSON object on each line, which other programs can read:
///
/// ```text
/// {"journal":"tight-api","version":1}
/// {"aboutToSend":[0,1]}
/// {"cameTo":[[0,{"state":"saved","entity":{"id":"msg_1", …}}],[1,{"state":"unknown","error":"…"}]]}
/// {"markedNotSaved":[1]}
/// ```
///
/// An incomplete last line, left by a killed process, is removed. All keys are held in memory.
///
/// Opening, resolving and marking block until the file is synced. During a batch, syncs run on a blocking thread, and requests in
/// flight share them.
pub struct FileJournal<K>(Arc<Inner<K>>);

struct Inner<K> {
    log: Log,
    known: Mutex<Known<K>>,
}

/// The known states of items.
struct Known<K> {
    items: HashMap<K, KnownState>,
    /// Counts the items that came into doubt, to keep their order.
    doubts: u64,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum KnownState {
    Saved,
    Rejected,
    /// Not saved and not rejected.
    Open,
    /// About to be sent, or unknown; with its position among those.
    InDoubt(u64),
}

/// The state of an item whose key another item of the same request has.
const TWICE: &str = "there twice";

/// A line of the file.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
enum Line<K, S> {
    AboutToSend(Vec<K>),
    CameTo(Vec<(K, S)>),
    MarkedSaved(Vec<K>),
    MarkedNotSaved(Vec<K>),
}

/// The part of a state that is read back.
#[derive(Deserialize)]
struct Name {
    state: String,
}

impl<K> FileJournal<K>
where
    K: Serialize + DeserializeOwned + Eq + Hash + Clone,
{
    /// Opens a journal, or creates it if there is no file.
    ///
    /// # Errors
    ///
    /// Fails with [`ErrorKind::Journal`] if the file cannot be opened, read or written, is not a journal (it is not changed), has
    /// keys of another type, or is already open. The message names the file and the line.
    pub fn open(path: impl Into<PathBuf>) -> Result<Self> {
        let mut known = Known {
            items: HashMap::new(),
            doubts: 0,
        };
        let log = Log::open(path.into(), |line| {
            let read = known.read(line).map_err(|error| error.to_string());
            read.map_err(|error| error.replace(" at line 1 column ", " at column "))
        })
        .map_err(failed)?;
        let known = Mutex::new(known);
        Ok(Self(Arc::new(Inner { log, known })))
    }

    /// Returns the keys of items that may or may not be saved, in the order in which they were sent: they were about to be sent, or
    /// their outcome is unknown.
    ///
    /// Look them up and [`resolve`](Self::resolve) them before you save a batch. Until then, they are not
    /// [pending](Self::pending).
    ///
    /// A request that was in flight when the process was killed may still arrive: wait a while before you look items up.
    pub fn in_doubt(&self) -> Vec<K> {
        let known = self.known();
        let items = known.items.iter();
        let mut in_doubt: Vec<_> = items
            .filter_map(|(key, state_known)| match state_known {
                KnownState::InDoubt(place) => Some((*place, key.clone())),
                _ => None,
            })
            .collect();
        drop(known);
        in_doubt.sort_unstable_by_key(|(place, _)| *place);
        in_doubt.into_iter().map(|(_, key)| key).collect()
    }

    /// Returns whether an item is recorded as saved.
    pub fn is_saved(&self, key: &K) -> bool {
        self.known().items.get(key) == Some(&KnownState::Saved)
    }

    /// Calls `was_found` for each item in doubt, in order, and records the answer: found items are saved, the others are
    /// [pending](Self::pending) again.
    ///
    /// # Errors
    ///
    /// Fails with [`ErrorKind::Journal`] if the file cannot be written.
    pub fn resolve(&self, was_found: impl FnMut(&K) -> bool) -> Result<()> {
        let in_doubt = self.in_doubt().into_iter();
        let (found, missing): (Vec<K>, Vec<K>) = in_doubt.partition(was_found);
        self.mark_saved(found)?;
        self.mark_not_saved(missing)
    }

    /// Records that items are saved.
    ///
    /// # Errors
    ///
    /// Fails with [`ErrorKind::Journal`] if the file cannot be written.
    pub fn mark_saved(&self, keys: impl IntoIterator<Item = K>) -> Result<()> {
        self.mark(keys, Line::MarkedSaved, KnownState::Saved)
    }

    /// Records that items are not saved, so that they are [pending](Self::pending) again: for example rejected items that you have
    /// corrected.
    ///
    /// # Errors
    ///
    /// Fails with [`ErrorKind::Journal`] if the file cannot be written.
    pub fn mark_not_saved(&self, keys: impl IntoIterator<Item = K>) -> Result<()> {
        self.mark(keys, Line::MarkedNotSaved, KnownState::Open)
    }

    /// Filters the items to those that are neither saved, nor rejected, nor in doubt.
    pub fn pending<I, L>(&self, items: L) -> Pending<K, L::IntoIter>
    where
        L: IntoIterator<Item = Keyed<K, I>>,
    {
        Pending {
            journal: self.clone(),
            items: items.into_iter(),
        }
    }

    fn mark(
        &self,
        keys: impl IntoIterator<Item = K>,
        line: impl FnOnce(Vec<K>) -> Line<K, ()>,
        state_known: KnownState,
    ) -> Result<()> {
        let keys: Vec<K> = keys.into_iter().collect();
        if keys.is_empty() {
            return Ok(());
        }
        let text = serde_json::to_vec(&line(keys.clone())).map_err(|error| failed(error.into()))?;
        self.0.log.append(&text).map_err(failed)?;
        self.known()
            .items
            .extend(keys.into_iter().map(|key| (key, state_known)));
        Ok(())
    }
}

/// The error of a journal that cannot be opened or written. The cause names the file.
fn failed(cause: io::Error) -> Error {
    Error::new(ErrorKind::Journal, cause.to_string()).caused_by(cause)
}

/// The items that are to be sent. Made by [`FileJournal::pending`].
#[must_use = "an iterator does nothing until it is asked for items"]
pub struct Pending<K, It> {
    journal: FileJournal<K>,
    items: It,
}

impl<K, I, It> Iterator for Pending<K, It>
where
    K: Eq + Hash,
    It: Iterator<Item = Keyed<K, I>>,
{
    type Item = Keyed<K, I>;

    fn next(&mut self) -> Option<Keyed<K, I>> {
        let journal = &self.journal;
        self.items.find(|keyed| {
            let state_known = journal.known().items.get(&keyed.key).copied();
            matches!(state_known, None | Some(KnownState::Open))
        })
    }
}

impl<K, It> fmt::Debug for Pending<K, It> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pending")
            .field("journal", &self.journal)
            .finish_non_exhaustive()
    }
}

impl<K> FileJournal<K> {
    /// Returns the path of the file.
    pub fn path(&self) -> &Path {
        self.0.log.path()
    }

    fn known(&self) -> MutexGuard<'_, Known<K>> {
        self.0.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<K> FileJournal<K>
where
    K: Send + Sync + 'static,
{
    /// Appends a line, on a blocking thread if there is a runtime.
    async fn append(&self, mut line: Vec<u8>) -> io::Result<()> {
        // Raw JSON can have line breaks as white space. Strings cannot: there they are escaped.
        for byte in &mut line {
            if matches!(byte, b'\n' | b'\r') {
                *byte = b' ';
            }
        }
        let Ok(runtime) = Handle::try_current() else {
            return self.0.log.append(&line);
        };
        let inner = Arc::clone(&self.0);
        let appended = runtime.spawn_blocking(move || inner.log.append(&line));
        appended.await.map_err(io::Error::other)?
    }
}

impl<K: Eq + Hash + Clone> Known<K> {
    fn doubt(&mut self, key: K) {
        self.doubts += 1;
        self.items.insert(key, KnownState::InDoubt(self.doubts));
    }

    /// Records the state of an item, by its [name](ItemState::name).
    fn note(&mut self, key: K, state: &str) {
        let state_known = match state {
            "saved" => KnownState::Saved,
            "rejected" => KnownState::Rejected,
            "notSaved" => KnownState::Open,
            _ => return self.doubt(key),
        };
        self.items.insert(key, state_known);
    }

    fn read(&mut self, line: &[u8]) -> serde_json::Result<()>
    where
        K: DeserializeOwned,
    {
        match serde_json::from_slice::<Line<K, Box<RawValue>>>(line)? {
            Line::AboutToSend(keys) => keys.into_iter().for_each(|key| self.doubt(key)),
            Line::CameTo(states) => {
                for (key, state) in states {
                    let Name { state } = serde_json::from_str(state.get())?;
                    self.note(key, &state);
                }
            }
            Line::MarkedSaved(keys) => {
                let keys = keys.into_iter();
                self.items.extend(keys.map(|key| (key, KnownState::Saved)));
            }
            Line::MarkedNotSaved(keys) => {
                let keys = keys.into_iter();
                self.items.extend(keys.map(|key| (key, KnownState::Open)));
            }
        }
        Ok(())
    }

    /// Marks items as in doubt, if all of them may be sent.
    fn claim(&mut self, keys: &[K]) -> Result<(), (usize, &'static str)> {
        for (place, key) in keys.iter().enumerate() {
            let reason = match self.items.get(key) {
                Some(KnownState::InDoubt(_)) if keys[..place].contains(key) => TWICE,
                None | Some(KnownState::Open) => {
                    self.doubt(key.clone());
                    continue;
                }
                Some(KnownState::Saved) => "saved",
                Some(KnownState::Rejected) => "rejected",
                Some(KnownState::InDoubt(_)) => "in doubt",
            };
            self.release(&keys[..place]);
            return Err((place, reason));
        }
        Ok(())
    }

    /// Undoes a claim that was not sent.
    fn release(&mut self, keys: &[K]) {
        let keys = keys.iter().cloned();
        self.items.extend(keys.map(|key| (key, KnownState::Open)));
    }
}

impl<K, E> Journal<K, E> for FileJournal<K>
where
    K: Serialize + DeserializeOwned + Eq + Hash + Clone + Send + Sync + 'static,
    E: Serialize + Sync,
{
    async fn about_to_send(&self, keys: &[K]) -> JournalResult {
        let line = serde_json::to_vec(&Line::<&K, ()>::AboutToSend(keys.iter().collect()))?;
        let claimed = self.known().claim(keys);
        if let Err((place, state_known)) = claimed {
            let key = serde_json::to_string(&keys[place])?;
            let path = self.path().display();
            if state_known == TWICE {
                let message = format!(
                    "two items of one request have the key {key}: each item needs a key of its own in the journal {path}"
                );
                return Err(Error::new(ErrorKind::Journal, message).into());
            }
            let message = format!("the item {key} is {state_known} in the journal {path}");
            // Nothing was sent now, but the item was sent earlier.
            return Err(Error::new(ErrorKind::Journal, message)
                .with_effect(true)
                .into());
        }
        let appended = self.append(line).await;
        if appended.is_err() {
            self.known().release(keys);
        }
        Ok(appended?)
    }

    async fn came_to(&self, keys: &[K], states: &[ItemState<E>]) -> JournalResult {
        let line = Line::CameTo(keys.iter().zip(states).collect());
        let line = serde_json::to_vec(&line)?;
        self.append(line).await?;
        let mut known = self.known();
        for (key, state) in keys.iter().zip(states) {
            known.note(key.clone(), state.name());
        }
        Ok(())
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
            .field("path", &self.path())
            .field("items", &self.known().items.len())
            .finish_non_exhaustive()
    }
}
