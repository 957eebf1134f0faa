//! What was about to be sent, and what became of it, to outlive the process.

mod file;
mod log;

use std::error::Error as StdError;
use std::sync::Arc;

use futures_util::FutureExt;

use super::outcome::{Doubt, ItemState};
use super::request::{Report, SendItems};
use crate::api_errors::ApiErrors;
use crate::runtime::error::{Error, ErrorKind};

pub use file::{FileJournal, Pending};

/// What recording comes to.
pub type JournalResult = Result<(), Box<dyn StdError + Send + Sync>>;

/// A record of a batch that outlives the process: a file ([`FileJournal`]), or a table of your own database.
///
/// Before the items of a request are sent, their keys are recorded; when there is a verdict, their states are. So after a restart,
/// an item that was about to be sent and has no state is in doubt, as is one with the state [`Unknown`](ItemState::Unknown): it
/// must be looked up before it is sent again.
///
/// What [`about_to_send`](Self::about_to_send) and [`came_to`](Self::came_to) have returned from must be kept even if the process
/// is killed at that moment. With several requests in flight, they are called for one while they are under way for another.
///
/// ```
/// use std::collections::HashMap;
/// use std::sync::Mutex;
///
/// use tight_api::types::Message;
/// use tight_api::{ItemState, Journal, JournalResult};
///
/// /// As it would be in a database: `id` is a row of the table `outbox`, and `state` a column.
/// struct Outbox(Mutex<HashMap<i64, String>>);
///
/// impl Journal<i64, Message> for Outbox {
///     async fn about_to_send(&self, ids: &[i64]) -> JournalResult {
///         // update outbox set state = 'sending' where id = any($1)
///         # let mut rows = self.0.lock().map_err(|error| error.to_string())?;
///         # rows.extend(ids.iter().map(|id| (*id, "sending".to_owned())));
///         Ok(())
///     }
///
///     async fn came_to(&self, ids: &[i64], states: &[ItemState<Message>]) -> JournalResult {
///         for (id, state) in ids.iter().zip(states) {
///             let _json = serde_json::to_string(state)?; // {"state":"saved","entity":{"id":"msg_1", …}}
///             // update outbox set state = $2, answer = $3 where id = $1
///             # let mut rows = self.0.lock().map_err(|error| error.to_string())?;
///             # rows.insert(*id, state.name().to_owned());
///         }
///         Ok(())
///     }
/// }
/// ```
pub trait Journal<K, E>: Send + Sync {
    /// Records that the items with these keys are about to be sent. If it fails, they are not sent, and the batch stops.
    fn about_to_send(&self, keys: &[K]) -> impl Future<Output = JournalResult> + Send;

    /// Records what the items with these keys came to, in as many states as keys. If it fails, the batch stops; the states stand
    /// in the outcome.
    fn came_to(
        &self,
        keys: &[K],
        states: &[ItemState<E>],
    ) -> impl Future<Output = JournalResult> + Send;
}

/// Records nothing: for keys alone, by which outcomes are known again.
impl<K: Sync, E: Sync> Journal<K, E> for () {
    async fn about_to_send(&self, _: &[K]) -> JournalResult {
        Ok(())
    }

    async fn came_to(&self, _: &[K], _: &[ItemState<E>]) -> JournalResult {
        Ok(())
    }
}

/// To keep a journal that a batch has.
impl<K: Sync, E: Sync, J: Journal<K, E>> Journal<K, E> for Arc<J> {
    fn about_to_send(&self, keys: &[K]) -> impl Future<Output = JournalResult> + Send {
        J::about_to_send(self, keys)
    }

    fn came_to(
        &self,
        keys: &[K],
        states: &[ItemState<E>],
    ) -> impl Future<Output = JournalResult> + Send {
        J::came_to(self, keys, states)
    }
}

/// An item of a batch with a journal, and the key that it is known by there: the number of a line, the id of a row.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Keyed<K, I> {
    /// What the journal knows it by.
    pub key: K,
    /// What is sent.
    pub item: I,
}

impl<K, I> Keyed<K, I> {
    /// Creates an item under a key.
    pub fn new(key: K, item: I) -> Self {
        Self { key, item }
    }
}

/// Sends items as `send` does, and records it.
pub(super) fn recorded<J, K, I, E, X>(
    journal: J,
    operation: &'static str,
    send: SendItems<I, E, X>,
) -> SendItems<Keyed<K, I>, E, X>
where
    J: Journal<K, E> + 'static,
    K: Send + Sync + 'static,
    I: Send + 'static,
    E: Send + Sync + 'static,
    X: Send + Sync + 'static,
{
    let journal = Arc::new(journal);
    Arc::new(move |keyed| {
        let (journal, send) = (Arc::clone(&journal), Arc::clone(&send));
        async move {
            let (keys, items): (Vec<K>, Vec<I>) = keyed
                .into_iter()
                .map(|keyed| (keyed.key, keyed.item))
                .unzip();
            let failed = |message: &str, cause: Box<dyn StdError + Send + Sync>| {
                Error::new(ErrorKind::Journal, format!("{message}: {cause}"))
                    .in_operation(operation)
                    .caused_by(cause)
            };
            let report = match journal.about_to_send(&keys).await {
                Ok(()) => send(items).await,
                Err(cause) => {
                    let message =
                        "nothing was sent, since the journal could not record that it would be";
                    // The journal may know that an item was sent before.
                    let is_in_doubt = cause
                        .downcast_ref::<Error>()
                        .is_some_and(Error::may_have_taken_effect);
                    not_sent(items, &failed(message, cause).with_effect(is_in_doubt))
                }
            };
            let Report {
                items,
                states,
                besides,
                mut trouble,
                mut is_fatal,
                head,
                errors,
                extras,
            } = report;
            if !is_fatal && let Err(cause) = journal.came_to(&keys, &states).await {
                let message = "the journal could not record what became of the items";
                trouble = Some(failed(message, cause));
                is_fatal = true;
            }
            let items = keys.into_iter().zip(items);
            Report {
                items: items.map(|(key, item)| Keyed { key, item }).collect(),
                states,
                besides,
                trouble,
                is_fatal,
                head,
                errors,
                extras,
            }
        }
        .boxed()
    })
}

fn not_sent<I, E, X>(items: Vec<I>, error: &Error) -> Report<I, E, X> {
    let states = items.iter().map(|_| {
        if error.may_have_taken_effect() {
            ItemState::Unknown(Doubt::new(error.clone(), None))
        } else {
            ItemState::NotSaved(error.clone())
        }
    });
    Report {
        states: states.collect(),
        items,
        besides: Vec::new(),
        trouble: Some(error.clone()),
        is_fatal: true,
        head: None,
        errors: ApiErrors::default(),
        extras: None,
    }
}
