//! The builder of a batch: settings, then one outcome or a stream of outcomes.

use std::fmt;
use std::future::IntoFuture;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use futures_util::{FutureExt, Stream, stream};

use super::journal::{self, Journal, Keyed};
use super::outcome::{BatchOutcome, ItemOutcome};
use super::outcome_stream::{AfterTrouble, BatchProgress, Outcomes, Settings};
use super::request::{self, BatchSave, SendItems};
use crate::runtime::call::Session;
use crate::wire::UnknownFields;

/// The most items of one request. Bounded, since memory is reserved for them.
pub(crate) const MOST_ITEMS: usize = 100_000;

/// The default linger time.
const LINGER: Duration = Duration::from_millis(50);

/// A batch to save. `await` it for the [outcome](BatchOutcome) of all items, or call [`outcomes`](Self::outcomes) for a stream.
///
/// Nothing is sent before that. Items are taken from the source in order as they are sent, at most
/// [`request_size`](Self::request_size) × [`in_flight`](Self::in_flight) at a time.
///
/// ```
/// use tight_api::types::NewMessage;
/// # async fn example(client: &tight_api::Client, rows: Vec<(String, String)>) -> tight_api::Result<()> {
/// let messages = rows.iter().map(|(conversation, text)| NewMessage::new(conversation).text(text));
/// let outcome = client.messages().save(messages).request_size(50).in_flight(8).await;
/// println!("{outcome}"); // 120 saved, 3 rejected
/// # Ok(())
/// # }
/// ```
#[must_use = "nothing is sent until it is awaited or its outcomes are polled"]
pub struct SaveBatch<S, T, E, X = UnknownFields> {
    source: S,
    send: SendItems<T, E, X>,
    settings: Settings,
    /// Whether the source is finite, so that items left after a stop get an outcome, too.
    is_list: bool,
}

impl<S, T, E, X> SaveBatch<S, T, E, X> {
    fn new(session: &Session, source: S, send: SendItems<T, E, X>, is_list: bool) -> Self {
        Self {
            source,
            send,
            settings: Settings {
                request_size: session.options.request_size,
                in_flight: session.options.in_flight,
                after_trouble: AfterTrouble::default(),
                linger: LINGER,
                clock: Arc::clone(&session.transport.clock),
                observer: None,
            },
            is_list,
        }
    }

    /// Sets the maximum number of items of one request, from 1 to 100,000; if not set, the client's
    /// [`request_size`](crate::ClientBuilder::request_size).
    pub fn request_size(mut self, items: usize) -> Self {
        self.settings.request_size = items.clamp(1, MOST_ITEMS);
        self
    }

    /// Sets the maximum number of requests in flight; if not set, the client's [`in_flight`](crate::ClientBuilder::in_flight).
    /// Outcomes keep the order of the items.
    pub fn in_flight(mut self, requests: usize) -> Self {
        self.settings.in_flight = requests.max(1);
        self
    }

    /// Sets what happens to the rest of the batch after a request fails or has an unknown outcome; if not set,
    /// [`Stop`](AfterTrouble::Stop). A rejected item does not stop the batch.
    pub fn after_trouble(mut self, then: AfterTrouble) -> Self {
        self.settings.after_trouble = then;
        self
    }

    /// Sets how long items wait for others to fill a request while the source is pending; if not set, 50 ms.
    pub fn linger(mut self, time: Duration) -> Self {
        self.settings.linger = time;
        self
    }

    /// Sets a callback that is called after each request with the progress of the batch.
    pub fn on_progress(
        mut self,
        observer: impl Fn(&BatchProgress) + Send + Sync + 'static,
    ) -> Self {
        self.settings.observer = Some(Arc::new(observer));
        self
    }

    /// Returns a stream of the outcomes, for any number of items in bounded memory.
    pub fn outcomes(self) -> Outcomes<S, T, E, X> {
        Outcomes::new(self.source, self.send, self.settings)
    }
}

impl<S, T, E, X> IntoFuture for SaveBatch<S, T, E, X>
where
    S: Stream<Item = T>,
    T: Send + 'static,
    E: Send + 'static,
    X: Send + 'static,
{
    type Output = BatchOutcome<T, E, X>;
    type IntoFuture = Saving<S, T, E, X>;

    fn into_future(self) -> Saving<S, T, E, X> {
        Saving {
            is_list: self.is_list,
            outcomes: self.outcomes(),
            items: Vec::new(),
            extras: Vec::new(),
        }
    }
}

impl<S, T, E, X> fmt::Debug for SaveBatch<S, T, E, X> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SaveBatch")
            .field("request_size", &self.settings.request_size)
            .field("in_flight", &self.settings.in_flight)
            .field("after_trouble", &self.settings.after_trouble)
            .field("linger", &self.settings.linger)
            .finish_non_exhaustive()
    }
}

/// The future of a [`SaveBatch`]. Resolves to the outcome of every item.
#[must_use = "a future does nothing until it is awaited"]
pub struct Saving<S, T, E, X = UnknownFields> {
    outcomes: Outcomes<S, T, E, X>,
    items: Vec<ItemOutcome<T, E>>,
    extras: Vec<X>,
    is_list: bool,
}

impl<S, T, E, X> Unpin for Saving<S, T, E, X> {}

impl<S, T, E, X> Future for Saving<S, T, E, X>
where
    S: Stream<Item = T>,
    T: Send + 'static,
    E: Send + 'static,
    X: Send + 'static,
{
    type Output = BatchOutcome<T, E, X>;

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        let saving = self.get_mut();
        while let Some(outcomes) = ready!(saving.outcomes.poll_ready(context)) {
            if saving.items.is_empty() {
                // No copy if one request holds all items.
                saving.items = outcomes.collect();
            } else {
                saving.items.extend(outcomes);
            }
            saving.extras.append(&mut saving.outcomes.take_extras());
        }
        if saving.is_list {
            saving.items.extend(saving.outcomes.drain(context));
        }
        let (items, outcomes) = (std::mem::take(&mut saving.items), &saving.outcomes);
        Poll::Ready(BatchOutcome::new(
            items,
            std::mem::take(&mut saving.extras),
            outcomes.last_response().cloned(),
            outcomes.errors().clone(),
            outcomes.stopped_by().cloned(),
        ))
    }
}

impl<S, T, E, X> fmt::Debug for Saving<S, T, E, X> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Saving").field(&self.outcomes).finish()
    }
}

fn sender<B: BatchSave>(
    session: &Session,
    settings: B::Settings,
) -> SendItems<B::Item, B::Entity, B::Extras> {
    let session = session.clone();
    Arc::new(move |items| {
        let (session, settings) = (session.clone(), settings.clone());
        async move { request::send::<B>(&session, items, settings).await }.boxed()
    })
}

/// A batch of the items of a list.
pub(crate) type SaveList<L, T, E, X> =
    SaveBatch<stream::Iter<<L as IntoIterator>::IntoIter>, T, E, X>;

/// Saves the items of a list or an iterator.
pub(crate) fn save<B: BatchSave, L: IntoIterator<Item = B::Item>>(
    session: &Session,
    items: L,
    settings: B::Settings,
) -> SaveList<L, B::Item, B::Entity, B::Extras> {
    SaveBatch::new(
        session,
        stream::iter(items),
        sender::<B>(session, settings),
        true,
    )
}

/// Saves the items of a stream.
pub(crate) fn save_stream<B: BatchSave, S: Stream<Item = B::Item>>(
    session: &Session,
    items: S,
    settings: B::Settings,
) -> SaveBatch<S, B::Item, B::Entity, B::Extras> {
    SaveBatch::new(session, items, sender::<B>(session, settings), false)
}

/// Saves the items of a list, each with a key, and records each step in a journal.
pub(crate) fn save_journaled<B, J, K, L>(
    session: &Session,
    journal: J,
    items: L,
    settings: B::Settings,
) -> SaveList<L, Keyed<K, B::Item>, B::Entity, B::Extras>
where
    B: BatchSave,
    J: Journal<K, B::Entity> + 'static,
    K: Send + Sync + 'static,
    L: IntoIterator<Item = Keyed<K, B::Item>>,
{
    let send = journal::recorded(journal, B::OPERATION.id, sender::<B>(session, settings));
    SaveBatch::new(session, stream::iter(items), send, true)
}
