//! Sends the requests of a batch, several at a time, and yields the outcomes in order.
//!
//! A state machine instead of an `async` block: its futures and streams are `Send` whenever the source is, also for sources that
//! borrow (`rows.iter().map(|row| …)`), where the compiler cannot prove it for a block.

use std::fmt;
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

/// What happens to the rest of a batch after a request fails or has an unknown outcome.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AfterTrouble {
    /// Sends no further requests. Requests in flight are completed.
    #[default]
    Stop,
    /// Sends the rest.
    Continue,
}

/// The settings of a batch.
#[derive(Clone)]
pub(super) struct Settings {
    pub(super) request_size: usize,
    pub(super) in_flight: usize,
    pub(super) after_trouble: AfterTrouble,
    pub(super) linger: Duration,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) observer: Option<Observer>,
}

/// The progress of a batch.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct BatchProgress {
    /// The number of items taken from the source.
    pub taken: usize,
    /// The number of saved items.
    pub saved: usize,
    /// The number of rejected items.
    pub rejected: usize,
    /// The number of items that were neither saved nor rejected.
    pub not_saved: usize,
    /// The number of items with an unknown outcome.
    pub unknown: usize,
}

/// A stream of the outcomes of a batch, in the order of the items, each available once its request is completed.
///
/// Polling the stream sends the requests: poll it promptly, and move slow processing of outcomes to another task. The stream
/// itself never fails. It ends with the source, or when the batch was stopped and every item taken has an outcome; the items not
/// taken are [still in the source](Self::into_source).
///
/// If you drop the stream, nothing more is sent, and requests in flight may or may not take effect.
#[must_use = "a stream does nothing until it is polled"]
pub struct Outcomes<S, T, E, X = UnknownFields> {
    source: Pin<Box<S>>,
    is_exhausted: bool,
    send: SendItems<T, E, X>,
    settings: Settings,
    /// Items that do not fill a request yet.
    taken: Vec<T>,
    /// When `taken` is sent even if it does not fill a request.
    linger: Option<BoxFuture<'static, ()>>,
    in_flight: FuturesOrdered<BoxFuture<'static, Report<T, E, X>>>,
    /// Why the batch was stopped: the error of the first request that failed.
    stopped: Arc<OnceLock<Error>>,
    ready: vec::IntoIter<ItemOutcome<T, E>>,
    /// The number of items that have an outcome.
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

    /// Returns the error that stopped the batch, if it was stopped.
    pub fn stopped_by(&self) -> Option<&Error> {
        self.stopped.get()
    }

    /// Returns the progress so far.
    pub fn progress(&self) -> BatchProgress {
        self.progress
    }

    /// Returns the status and headers of the last response, if one was received.
    pub fn last_response(&self) -> Option<&ResponseHead> {
        self.last_response.as_ref()
    }

    /// Returns the errors about whole requests so far, up to 100.
    pub fn errors(&self) -> &ApiErrors {
        &self.errors
    }

    /// Returns the extra fields of the responses so far, up to 100 of those that have any.
    pub fn extras(&self) -> &[X] {
        &self.extras
    }

    /// Removes and returns the [extras](Self::extras), which makes room for others.
    pub fn take_extras(&mut self) -> Vec<X> {
        std::mem::take(&mut self.extras)
    }

    /// Returns the source with the items that were not taken. All items taken have an outcome if the stream was polled to its end.
    pub fn into_source(self) -> Pin<Box<S>> {
        self.source
    }
}

/// What the source yields now.
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
    /// Takes items until they fill a request, or the linger time is over.
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

    fn send_request(&mut self, items: Vec<T>) {
        let stopped = Arc::clone(&self.stopped);
        let goes_on = self.settings.after_trouble == AfterTrouble::Continue;
        let sent = (self.send)(items).map(move |report| {
            // Immediately: requests before it in order can take long.
            if let Some(stop_reason) = &report.stop_reason
                && (report.is_fatal || !goes_on)
            {
                let _ = stopped.set(stop_reason.clone());
            }
            report
        });
        self.in_flight.push_back(sent.boxed());
    }

    fn record(&mut self, report: Report<T, E, X>) {
        self.last_response = report.head.or(self.last_response.take());
        self.errors.extend(report.errors);
        /// The stream can be endless.
        const MOST_EXTRAS: usize = 100;
        self.extras
            .extend(report.extras.filter(|_| self.extras.len() < MOST_EXTRAS));
        self.finish(report.items, report.states, report.item_extras);
    }

    /// Records items that were taken and will not be sent.
    fn record_not_sent(&mut self, items: Vec<T>, stopped: &Error) {
        let error = Error::not_sent(stopped);
        let states = items.iter().map(|_| ItemState::NotSaved(error.clone()));
        let states = states.collect();
        self.finish(items, states, Vec::new());
    }

    /// Makes the outcomes ready. Only if any item has extras, all of them have.
    fn finish(&mut self, items: Vec<T>, states: Vec<ItemState<E>>, extras: Vec<UnknownFields>) {
        let mut outcomes = Vec::with_capacity(items.len());
        let mut extras = extras.into_iter();
        // One loop, since outcomes are large, and each step of an iterator copies them.
        for (item, state) in items.into_iter().zip(states) {
            let count = match &state {
                ItemState::Saved(_) => &mut self.progress.saved,
                ItemState::Rejected(_) => &mut self.progress.rejected,
                ItemState::NotSaved(_) => &mut self.progress.not_saved,
                ItemState::Unknown(_) => &mut self.progress.unknown,
            };
            *count += 1;
            outcomes.push(ItemOutcome {
                index: self.count,
                item,
                state,
                extras: extras.next().unwrap_or_default(),
            });
            self.count += 1;
        }
        self.ready = outcomes.into_iter();
        if let Some(observer) = &self.settings.observer {
            observer(&self.progress);
        }
    }

    /// Polls for all outcomes that are ready: at least one, or the end.
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
                self.record(report);
                continue;
            }
            if let Some(stopped) = self.stopped.get().cloned() {
                if !self.in_flight.is_empty() {
                    return Poll::Pending;
                }
                self.is_done = true;
                let taken = std::mem::take(&mut self.taken);
                if !taken.is_empty() {
                    self.record_not_sent(taken, &stopped);
                }
                continue;
            }
            if self.in_flight.len() >= self.settings.in_flight {
                return Poll::Pending;
            }
            match self.take(context) {
                Taken::Request(items) => self.send_request(items),
                Taken::Nothing => return Poll::Pending,
                Taken::End if self.in_flight.is_empty() => self.is_done = true,
                Taken::End => return Poll::Pending,
            }
        }
    }

    /// Records the items that a stopped batch leaves in a finite source, such as a list.
    pub(super) fn drain(&mut self, context: &mut Context<'_>) -> Vec<ItemOutcome<T, E>> {
        let Some(stopped) = self.stopped.get().cloned() else {
            return Vec::new();
        };
        let mut left = Vec::new();
        // A source must not be polled after its end.
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
        self.record_not_sent(left, &stopped);
        std::mem::take(&mut self.ready).collect()
    }
}

/// Only the source is pinned, in its own box.
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
