//! Requests in flight, outcomes in order.
//!
//! Written as a state machine, not as an `async` block: so a future or stream of a batch is `Send` whenever its source is, also
//! where the source borrows (`rows.iter().map(|row| …)`), which compilers cannot see of a block.

use std::fmt;
use std::iter;
use std::pin::Pin;
use std::sync::{Arc, OnceLock};
use std::task::{Context, Poll, ready};
use std::time::Duration;
use std::vec;

use futures_util::future::BoxFuture;
use futures_util::stream::{FusedStream, FuturesOrdered};
use futures_util::{FutureExt, Stream, StreamExt};

use super::outcome::{ItemOutcome, ItemState};
use super::request::{Report, SendItems};
use crate::api_errors::ApiErrors;
use crate::runtime::clock::Clock;
use crate::runtime::error::Error;
use crate::runtime::response::ResponseHead;
use crate::wire::UnknownFields;

pub(super) type Observer = Arc<dyn Fn(&BatchProgress) + Send + Sync>;

/// What a doubt or a refusal does to the rest of a batch.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AfterTrouble {
    /// Nothing more is sent. Requests under way are waited for and accounted for.
    #[default]
    Stop,
    /// The rest is sent all the same.
    Continue,
}

/// How a batch is sent.
#[derive(Clone)]
pub(super) struct Settings {
    pub(super) request_size: usize,
    pub(super) in_flight: usize,
    pub(super) after_trouble: AfterTrouble,
    pub(super) linger: Duration,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) observer: Option<Observer>,
}

/// How far a batch is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct BatchProgress {
    /// How many items have been taken from the source.
    pub taken: usize,
    /// How many of them are saved.
    pub saved: usize,
    /// How many Tight has rejected.
    pub rejected: usize,
    /// How many are certainly not saved, and were not judged.
    pub not_saved: usize,
    /// Of how many nobody can tell.
    pub unknown: usize,
}

/// The outcomes of a batch, each as soon as there is a verdict on its request, in the order of the items.
///
/// A stream that sends as it is polled: poll it promptly, and hand an outcome that takes long to deal with to another task. It
/// never fails: what became of an item is in its outcome. It ends when the source does,
/// or when a doubt or a refusal has stopped the batch and every item that was taken is accounted for; what was not taken is
/// [still in the source](Self::into_source).
///
/// When it is dropped, requests under way are in doubt, and nothing more is sent.
#[must_use = "a stream does nothing until it is polled"]
pub struct Outcomes<S, T, E, X = UnknownFields> {
    source: Pin<Box<S>>,
    is_exhausted: bool,
    send: SendItems<T, E, X>,
    settings: Settings,
    /// What was taken and fills no request yet.
    taken: Vec<T>,
    /// When what was taken is sent all the same.
    linger: Option<BoxFuture<'static, ()>>,
    in_flight: FuturesOrdered<BoxFuture<'static, Report<T, E, X>>>,
    /// Why nothing is sent any more, told by whichever request finds out first.
    stopped: Arc<OnceLock<Error>>,
    ready: vec::IntoIter<ItemOutcome<T, E>>,
    /// How many items have an outcome.
    count: usize,
    progress: BatchProgress,
    last_response: Option<ResponseHead>,
    errors: ApiErrors,
    extras: Vec<X>,
    is_done: bool,
}

impl<S, T, E, X> Outcomes<S, T, E, X> {
    pub(super) fn new(source: S, send: SendItems<T, E, X>, settings: Settings) -> Self {
        Self {
            source: Box::pin(source),
            is_exhausted: false,
            send,
            settings,
            taken: Vec::new(),
            linger: None,
            in_flight: FuturesOrdered::new(),
            stopped: Arc::default(),
            ready: Vec::new().into_iter(),
            count: 0,
            progress: BatchProgress::default(),
            last_response: None,
            errors: ApiErrors::default(),
            extras: Vec::new(),
            is_done: false,
        }
    }

    /// Returns the doubt or refusal that stopped the batch, if one did.
    pub fn stopped_by(&self) -> Option<&Error> {
        self.stopped.get()
    }

    /// Returns how far the batch is.
    pub fn progress(&self) -> BatchProgress {
        self.progress
    }

    /// Returns the status and the headers of the last answer that came, if one did.
    pub fn last_response(&self) -> Option<&ResponseHead> {
        self.last_response.as_ref()
    }

    /// Returns what Tight has said is wrong with requests as a whole, so far; the first hundred errors.
    pub fn errors(&self) -> &ApiErrors {
        &self.errors
    }

    /// Returns what the answers so far have beside the results of the items, of those that have anything; the first hundred of
    /// them.
    pub fn extras(&self) -> &[X] {
        &self.extras
    }

    /// Takes them out, so that there is room for others.
    pub fn take_extras(&mut self) -> Vec<X> {
        std::mem::take(&mut self.extras)
    }

    /// Returns the source, with all that was not taken from it. Items that were taken have an outcome if the stream was polled
    /// to its end.
    pub fn into_source(self) -> Pin<Box<S>> {
        self.source
    }
}

/// What the source gives at the moment.
enum Taken<T> {
    Request(Vec<T>),
    Nothing,
    End,
}

impl<S, T, E, X> Outcomes<S, T, E, X>
where
    S: Stream<Item = T>,
    T: Send + 'static,
    E: Send + 'static,
    X: Send + 'static,
{
    /// Takes items until there are enough for a request, or those that have come have lingered.
    fn take(&mut self, context: &mut Context<'_>) -> Taken<T> {
        if self.taken.is_empty() {
            let announced = self.source.size_hint().0;
            self.taken
                .reserve(announced.min(self.settings.request_size));
        }
        while !self.is_exhausted && self.taken.len() < self.settings.request_size {
            match self.source.as_mut().poll_next(context) {
                Poll::Ready(Some(item)) => {
                    self.progress.taken += 1;
                    self.taken.push(item);
                }
                Poll::Ready(None) => self.is_exhausted = true,
                Poll::Pending if self.taken.is_empty() => return Taken::Nothing,
                Poll::Pending => {
                    let (clock, time) = (&self.settings.clock, self.settings.linger);
                    let linger = self.linger.get_or_insert_with(|| {
                        let clock = Arc::clone(clock);
                        async move { clock.sleep(time).await }.boxed()
                    });
                    match linger.poll_unpin(context) {
                        Poll::Ready(()) => break,
                        Poll::Pending => return Taken::Nothing,
                    }
                }
            }
        }
        self.linger = None;
        if self.taken.is_empty() {
            Taken::End
        } else {
            Taken::Request(std::mem::take(&mut self.taken))
        }
    }

    fn dispatch(&mut self, items: Vec<T>) {
        let stopped = Arc::clone(&self.stopped);
        let goes_on = self.settings.after_trouble == AfterTrouble::Continue;
        let sent = (self.send)(items).map(move |report| {
            // At once, and not when its turn comes: those before it may take long.
            if let Some(trouble) = &report.trouble
                && (report.is_fatal || !goes_on)
            {
                let _ = stopped.set(trouble.clone());
            }
            report
        });
        self.in_flight.push_back(sent.boxed());
    }

    fn account(&mut self, report: Report<T, E, X>) {
        self.last_response = report.head.or(self.last_response.take());
        self.errors.extend(report.errors);
        /// A stream may be without end.
        const MOST_EXTRAS: usize = 100;
        self.extras
            .extend(report.extras.filter(|_| self.extras.len() < MOST_EXTRAS));
        let besides = report
            .besides
            .into_iter()
            .chain(iter::repeat_with(UnknownFields::default));
        let items = report.items.into_iter().zip(report.states).zip(besides);
        self.finish(items.map(|((item, state), beside)| (item, state, beside)));
    }

    /// Accounts for items that were taken and will not be sent.
    fn give_back(&mut self, items: Vec<T>, stopped: &Error) {
        let error = Error::not_sent(stopped);
        let items = items.into_iter();
        self.finish(items.map(|item| {
            let state = ItemState::NotSaved(error.clone());
            (item, state, UnknownFields::default())
        }));
    }

    fn finish(&mut self, items: impl Iterator<Item = (T, ItemState<E>, UnknownFields)>) {
        let outcomes: Vec<_> = (self.count..)
            .zip(items)
            .map(|(index, (item, state, extras))| ItemOutcome {
                index,
                item,
                state,
                extras,
            })
            .collect();
        self.count += outcomes.len();
        for outcome in &outcomes {
            let count = match outcome.state {
                ItemState::Saved(_) => &mut self.progress.saved,
                ItemState::Rejected(_) => &mut self.progress.rejected,
                ItemState::NotSaved(_) => &mut self.progress.not_saved,
                ItemState::Unknown(_) => &mut self.progress.unknown,
            };
            *count += 1;
        }
        self.ready = outcomes.into_iter();
        if let Some(observer) = &self.settings.observer {
            observer(&self.progress);
        }
    }

    /// The outcomes that are ready, together: at least one, or the end.
    pub(super) fn poll_ready(
        &mut self,
        context: &mut Context<'_>,
    ) -> Poll<Option<vec::IntoIter<ItemOutcome<T, E>>>> {
        loop {
            if self.ready.len() > 0 {
                return Poll::Ready(Some(std::mem::take(&mut self.ready)));
            }
            if self.is_done {
                return Poll::Ready(None);
            }
            if let Poll::Ready(Some(report)) = self.in_flight.poll_next_unpin(context) {
                self.account(report);
                continue;
            }
            if let Some(stopped) = self.stopped.get().cloned() {
                if !self.in_flight.is_empty() {
                    return Poll::Pending;
                }
                self.is_done = true;
                let taken = std::mem::take(&mut self.taken);
                if !taken.is_empty() {
                    self.give_back(taken, &stopped);
                }
                continue;
            }
            if self.in_flight.len() >= self.settings.in_flight {
                return Poll::Pending;
            }
            match self.take(context) {
                Taken::Request(items) => self.dispatch(items),
                Taken::Nothing => return Poll::Pending,
                Taken::End if self.in_flight.is_empty() => self.is_done = true,
                Taken::End => return Poll::Pending,
            }
        }
    }

    /// Accounts for what a stopped batch leaves in a source that ends by itself, such as a list.
    pub(super) fn drain(&mut self, context: &mut Context<'_>) -> Vec<ItemOutcome<T, E>> {
        let Some(stopped) = self.stopped.get().cloned() else {
            return Vec::new();
        };
        let mut left = Vec::new();
        // A source is not asked again after its end.
        while !self.is_exhausted {
            match self.source.as_mut().poll_next(context) {
                Poll::Ready(Some(item)) => {
                    self.progress.taken += 1;
                    left.push(item);
                }
                Poll::Ready(None) | Poll::Pending => self.is_exhausted = true,
            }
        }
        if left.is_empty() {
            return Vec::new();
        }
        self.give_back(left, &stopped);
        std::mem::take(&mut self.ready).collect()
    }
}

/// The source is pinned by itself, and nothing else is.
impl<S, T, E, X> Unpin for Outcomes<S, T, E, X> {}

impl<S, T, E, X> Stream for Outcomes<S, T, E, X>
where
    S: Stream<Item = T>,
    T: Send + 'static,
    E: Send + 'static,
    X: Send + 'static,
{
    type Item = ItemOutcome<T, E>;

    fn poll_next(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let outcomes = self.get_mut();
        if outcomes.ready.len() == 0 {
            outcomes.ready = ready!(outcomes.poll_ready(context)).unwrap_or_default();
        }
        Poll::Ready(outcomes.ready.next())
    }
}

impl<S, T, E, X> FusedStream for Outcomes<S, T, E, X>
where
    S: Stream<Item = T>,
    T: Send + 'static,
    E: Send + 'static,
    X: Send + 'static,
{
    fn is_terminated(&self) -> bool {
        self.is_done && self.ready.len() == 0
    }
}

impl<S, T, E, X> fmt::Debug for Outcomes<S, T, E, X> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Outcomes")
            .field("progress", &self.progress)
            .field("in_flight", &self.in_flight.len())
            .field("stopped_by", &self.stopped.get())
            .finish_non_exhaustive()
    }
}
