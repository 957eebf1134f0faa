//! Journals: records of a batch that outlive the process.

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

/// The result of a [`Journal`] method.
pub type JournalResult = Result<(), Box<dyn StdError + Send + Sync>>;

/// A record of a batch that outlives the process: a file ([`FileJournal`]), or a table of your own database.
///
/// The keys of items are recorded before their request is sent, their states when the request is completed. After a restart, an
/// item that was about to be sent and has no state, or has the state [`Unknown`](ItemState::Unknown), must be looked up before it
/// is sent again.
///
/// When [`about_to_send`](Self::about_to_send) or [`came_to`](Self::came_to) returns, the record must be durable, even if the
/// process is killed then. With several requests in flight, calls overlap.
///
/// ```
/// use std::collections::HashMap;
/// use std::sync::Mutex;
///
/// use tight_api::types::Message;
/// use tight_api::{ItemState, Journal, JournalResult};
///
/// /// In a database, `id` is a row of the table `outbox`, and `state` a column.
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
///             // update outbox set state = $2, response = $3 where id = $1
///             # let mut rows = self.0.lock().map_err(|error| error.to_string())?;
///             # rows.insert(*id, state.name().to_owned());
///         }
///         Ok(())
///     }
/// }
/// ```
pub trait Journal<K, E>: Send + Sync {
    /// Records that the items with these keys are about to be sent. If this fails, they are not sent, and the batch stops.
    fn about_to_send(&self, keys: &[K]) -> impl Future<Output = JournalResult> + Send;

    /// Records the states of the items with these keys, one state for each key. If this fails, the batch stops; the outcome has the
    /// states all the same.
    fn came_to(
        &self,
        keys: &[K],
        states: &[ItemState<E>],
    ) -> impl Future<Output = JournalResult> + Send;
}

/// Records nothing. Use it to have keys in the outcomes without a journal.
impl<K: Sync, E: Sync> Journal<K, E> for () {
    async fn about_to_send(&self, _: &[K]) -> JournalResult {
        Ok(())
    }

    async fn came_to(&self, _: &[K], _: &[ItemState<E>]) -> JournalResult {
        Ok(())
    }
}

/// Shares a journal with a batch.
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

/// An item with its key in a journal, such as a row id or a line number.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Keyed<K, I> {
    /// The key in the journal.
    pub key: K,
    /// The item.
    pub item: I,
}

impl<K, I> Keyed<K, I> {
    /// Creates an item with a key.
    pub fn new(key: K, item: I) -> Self {
        Self { key, item }
    }
}

/// Wraps `send` so that each step is recorded in the journal.
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
                // An error of ours says by itself whether anything may have taken effect.
                let reason = match cause.downcast_ref::<Error>() {
                    Some(error) => error.summary(),
                    None => cause.to_string(),
                };
                Error::new(ErrorKind::Journal, format!("{message}: {reason}"))
                    .in_operation(operation)
                    .caused_by(cause)
            };
            let report = match journal.about_to_send(&keys).await {
                Ok(()) => send(items).await,
                Err(cause) => {
                    let message = "nothing was sent, since the journal could not record the items";
                    // The journal may know that an item was sent earlier.
                    let is_in_doubt = cause
                        .downcast_ref::<Error>()
                        .is_some_and(Error::may_have_taken_effect);
                    not_sent(items, &failed(message, cause).with_effect(is_in_doubt))
                }
            };
            let Report {
                items,
                states,
                item_extras,
                mut stop_reason,
                mut is_fatal,
                head,
                errors,
                extras,
            } = report;
            if !is_fatal && let Err(cause) = journal.came_to(&keys, &states).await {
                let message = "the journal could not record the outcome of the items";
                stop_reason = Some(failed(message, cause));
                is_fatal = true;
            }
            let items = keys.into_iter().zip(items);
            Report {
                items: items.map(|(key, item)| Keyed { key, item }).collect(),
                states,
                item_extras,
                stop_reason,
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
        item_extras: Vec::new(),
        stop_reason: Some(error.clone()),
        is_fatal: true,
        head: None,
        errors: ApiErrors::default(),
        extras: None,
    }
}
