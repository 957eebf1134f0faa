//! What became of each item of a batch.

use std::error::Error as StdError;
use std::fmt;
use std::time::Duration;

use serde::ser::{Serialize, SerializeMap, Serializer};

use crate::api_errors::ApiErrors;
use crate::runtime::error::{Error, ErrorKind};
use crate::runtime::response::ResponseHead;
use crate::text;
use crate::wire::UnknownFields;

/// What became of the items that were handed to a batch operation: every one of them, in the order in which they were
/// handed over, in exactly one state.
///
/// ```
/// # use tight_api::{BatchOutcome, types::{Message, NewMessage}};
/// # fn example(outcome: BatchOutcome<NewMessage, Message>) {
/// println!("{outcome}"); // 2 saved, 1 rejected
/// for rejected in outcome.rejected() {
///     eprintln!("{}: {}", rejected.item.conversation_id, rejected.errors);
/// }
/// for unknown in outcome.unknown() {
///     eprintln!("{} must be looked up: {}", unknown.item.conversation_id, unknown.error);
/// }
/// # }
/// ```
#[derive(Clone, Debug)]
#[must_use = "items may have been rejected"]
pub struct BatchOutcome<I, E, X = UnknownFields> {
    items: Vec<ItemOutcome<I, E>>,
    /// Boxed, since an error that is made from an outcome should be small.
    about: Box<About<X>>,
}

/// What is known beside the items.
#[derive(Clone, Debug)]
struct About<X> {
    last_response: Option<ResponseHead>,
    extras: Vec<X>,
    errors: ApiErrors,
    stopped_by: Option<Error>,
}

/// What became of one item.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ItemOutcome<I, E> {
    /// Where the item stood among those that were handed over, from 0.
    pub index: usize,
    /// The item.
    pub item: I,
    /// What became of it.
    pub state: ItemState<E>,
    /// What its result has beside what is documented there.
    pub extras: UnknownFields,
}

/// The four things that can become of an item.
#[derive(Clone, Debug)]
pub enum ItemState<E> {
    /// It was saved, as this.
    Saved(E),
    /// Tight judged this very item, and refused it. It is certainly not saved, and will be refused again as it is.
    Rejected(Rejection),
    /// It is certainly not saved, and was not judged: its request was refused as a whole, such as by a rate limit, or never sent.
    /// The error says which ([`NotSent`](ErrorKind::NotSent) is the latter), and whether [trying again can
    /// help](Error::is_retryable).
    NotSaved(Error),
    /// It was sent, and there is no readable verdict. It may be saved or not; sending it again may save it twice.
    Unknown(Doubt),
}

impl<E> ItemState<E> {
    /// Returns what the state is called where it is written: `saved`, `rejected`, `notSaved` or `unknown`.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Saved(_) => "saved",
            Self::Rejected(_) => "rejected",
            Self::NotSaved(_) => "notSaved",
            Self::Unknown(_) => "unknown",
        }
    }
}

/// As an object with the [name](ItemState::name) of the `state`, and what is known about it.
impl<E: Serialize> Serialize for ItemState<E> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut object = serializer.serialize_map(None)?;
        object.serialize_entry("state", self.name())?;
        match self {
            Self::Saved(entity) => object.serialize_entry("entity", entity)?,
            Self::Rejected(rejection) => {
                object.serialize_entry("errors", &*rejection.errors)?;
                if let Some(status_code) = rejection.status_code {
                    object.serialize_entry("statusCode", &status_code)?;
                }
            }
            Self::NotSaved(error) => {
                object.serialize_entry("error", &error.to_string())?;
                object.serialize_entry("isRetryable", &error.is_retryable())?;
            }
            Self::Unknown(doubt) => {
                object.serialize_entry("error", &doubt.error.to_string())?;
                if let Some(received) = &doubt.received {
                    object.serialize_entry("received", received)?;
                }
            }
        }
        object.end()
    }
}

/// Why Tight refused an item.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Rejection {
    /// All that Tight says is wrong with it.
    pub errors: ApiErrors,
    /// The HTTP status that this item alone would have been answered with, if Tight says so.
    pub status_code: Option<i64>,
}

/// Why there is no verdict on an item.
#[derive(Clone)]
#[non_exhaustive]
pub struct Doubt {
    /// What went wrong.
    pub error: Error,
    /// What was received in place of a verdict, as JSON, if anything was.
    pub received: Option<String>,
}

impl<I, E> ItemOutcome<I, E> {
    /// Creates an outcome, for tests of code that handles outcomes.
    pub fn new(index: usize, item: I, state: ItemState<E>) -> Self {
        Self {
            index,
            item,
            state,
            extras: UnknownFields::default(),
        }
    }
}

impl Rejection {
    /// Creates the refusal of one item.
    pub fn new(errors: impl Into<ApiErrors>, status_code: Option<i64>) -> Self {
        Self {
            errors: errors.into(),
            status_code,
        }
    }
}

impl Doubt {
    /// Creates a doubt because of `error`, with what was received in place of a verdict.
    pub fn new(error: Error, received: Option<String>) -> Self {
        Self { error, received }
    }
}

/// What was received may hold what is not for a log, so only its length shows.
impl fmt::Debug for Doubt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let received = self.received.as_ref().map(String::len);
        f.debug_struct("Doubt")
            .field("error", &self.error)
            .field("received_bytes", &received)
            .finish()
    }
}

/// A saved item.
#[derive(Debug)]
#[non_exhaustive]
pub struct SavedItem<'a, I, E> {
    /// Where the item stood among those that were handed over, from 0.
    pub index: usize,
    /// What was sent.
    pub item: &'a I,
    /// What it was saved as.
    pub entity: &'a E,
}

/// A rejected item.
#[derive(Debug)]
#[non_exhaustive]
pub struct RejectedItem<'a, I> {
    /// Where the item stood among those that were handed over, from 0.
    pub index: usize,
    /// What was sent.
    pub item: &'a I,
    /// All that Tight says is wrong with it.
    pub errors: &'a ApiErrors,
    /// The HTTP status that this item alone would have been answered with, if Tight says so.
    pub status_code: Option<i64>,
}

/// An item without a verdict.
#[non_exhaustive]
pub struct UnknownItem<'a, I> {
    /// Where the item stood among those that were handed over, from 0.
    pub index: usize,
    /// What was sent.
    pub item: &'a I,
    /// What went wrong.
    pub error: &'a Error,
    /// What was received in place of a verdict, as JSON, if anything was.
    pub received: Option<&'a str>,
}

/// What was received may hold what is not for a log, so only its length shows.
impl<I: fmt::Debug> fmt::Debug for UnknownItem<'_, I> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UnknownItem")
            .field("index", &self.index)
            .field("item", &self.item)
            .field("error", &self.error)
            .field("received_bytes", &self.received.map(str::len))
            .finish()
    }
}

/// An item that is certainly not saved, and was not judged.
#[derive(Debug)]
#[non_exhaustive]
pub struct NotSavedItem<'a, I> {
    /// Where the item stood among those that were handed over, from 0.
    pub index: usize,
    /// What was to be sent.
    pub item: &'a I,
    /// Why it is not saved, and whether trying again can help.
    pub error: &'a Error,
}

impl<I, E> BatchOutcome<I, E> {
    /// Creates an outcome of these items, for tests of code that handles outcomes.
    pub fn from_items(items: Vec<ItemOutcome<I, E>>) -> Self {
        Self::new(items, Vec::new(), None, ApiErrors::default(), None)
    }
}

impl<I, E, X> BatchOutcome<I, E, X> {
    /// Returns the outcome with these [extras](Self::extras), for tests of code that handles them.
    pub fn with_extras<Y>(self, extras: Vec<Y>) -> BatchOutcome<I, E, Y> {
        let About {
            last_response,
            errors,
            stopped_by,
            ..
        } = *self.about;
        BatchOutcome::new(self.items, extras, last_response, errors, stopped_by)
    }

    pub(super) fn new(
        items: Vec<ItemOutcome<I, E>>,
        extras: Vec<X>,
        last_response: Option<ResponseHead>,
        errors: ApiErrors,
        stopped_by: Option<Error>,
    ) -> Self {
        let about = About {
            last_response,
            extras,
            errors,
            stopped_by,
        };
        Self {
            items,
            about: Box::new(about),
        }
    }

    /// Returns how many items are in here: all that were handed over, but for those that were taken out.
    pub fn len(&self) -> usize {
        self.items.len()
    }

    /// Returns whether no item is in here.
    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    /// Returns every item with its state, in order.
    pub fn items(&self) -> &[ItemOutcome<I, E>] {
        &self.items
    }

    /// Returns every item with its state, in order, to keep.
    pub fn into_items(self) -> Vec<ItemOutcome<I, E>> {
        self.items
    }

    /// Returns the items that were saved, and what they became.
    pub fn saved(&self) -> impl Iterator<Item = SavedItem<'_, I, E>> {
        self.items.iter().filter_map(
            |ItemOutcome {
                 index, item, state, ..
             }| match state {
                ItemState::Saved(entity) => Some(SavedItem {
                    index: *index,
                    item,
                    entity,
                }),
                _ => None,
            },
        )
    }

    /// Returns the items that Tight refused, and why. None of them is saved.
    pub fn rejected(&self) -> impl Iterator<Item = RejectedItem<'_, I>> {
        self.items.iter().filter_map(
            |ItemOutcome {
                 index, item, state, ..
             }| match state {
                ItemState::Rejected(Rejection {
                    errors,
                    status_code,
                    ..
                }) => Some(RejectedItem {
                    index: *index,
                    item,
                    errors,
                    status_code: *status_code,
                }),
                _ => None,
            },
        )
    }

    /// Returns the items that were sent and have no readable verdict. Each may be saved or not.
    pub fn unknown(&self) -> impl Iterator<Item = UnknownItem<'_, I>> {
        self.items.iter().filter_map(
            |ItemOutcome {
                 index, item, state, ..
             }| match state {
                ItemState::Unknown(Doubt { error, received }) => Some(UnknownItem {
                    index: *index,
                    item,
                    error,
                    received: received.as_deref(),
                }),
                _ => None,
            },
        )
    }

    /// Returns the items that are certainly not saved and were not judged: their request was refused as a whole, or never sent.
    pub fn not_saved(&self) -> impl Iterator<Item = NotSavedItem<'_, I>> {
        self.items.iter().filter_map(
            |ItemOutcome {
                 index, item, state, ..
             }| match state {
                ItemState::NotSaved(error) => Some(NotSavedItem {
                    index: *index,
                    item,
                    error,
                }),
                _ => None,
            },
        )
    }

    /// Takes out the items that are certainly not saved and were not judged, in order: they can be sent again as they are without
    /// harm. Whether that helps, their errors say ([`take_retryable`](Self::take_retryable)). What stays is saved, rejected or in
    /// doubt.
    pub fn take_not_saved(&mut self) -> Vec<I> {
        self.take(|state| matches!(state, ItemState::NotSaved(_)))
    }

    /// Takes out the items that are not saved and whose error [says](Error::is_retryable) that sending them again may help, in
    /// order. [`retry_after`](Self::retry_after) says when.
    pub fn take_retryable(&mut self) -> Vec<I> {
        self.take(|state| matches!(state, ItemState::NotSaved(error) if error.is_retryable()))
    }

    /// Returns how long Tight asks to wait before items that are not saved are sent again: the longest of their
    /// [`Retry-After`](Error::retry_after)s.
    pub fn retry_after(&self) -> Option<Duration> {
        let asked = self.not_saved().filter_map(|item| item.error.retry_after());
        asked.max()
    }

    /// Takes out the items that Tight rejected, in order. None of them is saved; as they are, they will be rejected again.
    pub fn take_rejected(&mut self) -> Vec<I> {
        self.take(|state| matches!(state, ItemState::Rejected(_)))
    }

    fn take(&mut self, which: impl Fn(&ItemState<E>) -> bool) -> Vec<I> {
        self.items
            .extract_if(.., |item| which(&item.state))
            .map(|item| item.item)
            .collect()
    }

    /// Returns the status and the headers of the last answer that came, if one did.
    pub fn last_response(&self) -> Option<&ResponseHead> {
        self.about.last_response.as_ref()
    }

    /// Returns what the answers have beside the results of the items, of those that have anything, in order: one for each
    /// request at most.
    pub fn extras(&self) -> &[X] {
        &self.about.extras
    }

    /// Returns what Tight says is wrong with requests as a whole, also where it answered for each item; the first hundred
    /// errors.
    pub fn errors(&self) -> &ApiErrors {
        &self.about.errors
    }

    /// Returns the doubt or refusal that stopped the batch, if one did.
    pub fn stopped_by(&self) -> Option<&Error> {
        self.about.stopped_by.as_ref()
    }

    /// Returns whether every item in here was saved.
    pub fn is_complete(&self) -> bool {
        self.items
            .iter()
            .all(|item| matches!(item.state, ItemState::Saved(_)))
    }

    /// Returns what the items became, in order, if all of them were saved.
    ///
    /// # Errors
    ///
    /// [`Incomplete`], which still holds every item, if any was not.
    pub fn into_result(self) -> Result<Vec<E>, Incomplete<I, E, X>> {
        if !self.is_complete() {
            return Err(Incomplete { outcome: self });
        }
        let entities = self.items.into_iter().filter_map(|item| match item.state {
            ItemState::Saved(entity) => Some(entity),
            _ => None,
        });
        Ok(entities.collect())
    }
}

/// How many items are in each state: `2 saved, 1 rejected`.
impl<I, E, X> fmt::Display for BatchOutcome<I, E, X> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} saved", self.saved().count())?;
        let others = [
            (self.rejected().count(), "rejected"),
            (self.not_saved().count(), "not saved"),
            (self.unknown().count(), "unknown"),
        ];
        for (count, state) in others.into_iter().filter(|(count, _)| *count > 0) {
            write!(f, ", {count} {state}")?;
        }
        Ok(())
    }
}

impl<I, E, X> IntoIterator for BatchOutcome<I, E, X> {
    type Item = ItemOutcome<I, E>;
    type IntoIter = std::vec::IntoIter<ItemOutcome<I, E>>;

    fn into_iter(self) -> Self::IntoIter {
        self.items.into_iter()
    }
}

impl<'a, I, E, X> IntoIterator for &'a BatchOutcome<I, E, X> {
    type Item = &'a ItemOutcome<I, E>;
    type IntoIter = std::slice::Iter<'a, ItemOutcome<I, E>>;

    fn into_iter(self) -> Self::IntoIter {
        self.items.iter()
    }
}

/// Some items of a batch were not saved. Every item is still in here.
pub struct Incomplete<I, E, X = UnknownFields> {
    outcome: BatchOutcome<I, E, X>,
}

impl<I, E, X> Incomplete<I, E, X> {
    /// Returns what became of each item.
    pub fn outcome(&self) -> &BatchOutcome<I, E, X> {
        &self.outcome
    }

    /// Returns what became of each item, to keep.
    pub fn into_outcome(self) -> BatchOutcome<I, E, X> {
        self.outcome
    }
}

/// One line of at most 500 characters: how many items are in each state, and what is known of the first that is not saved.
impl<I, E, X> fmt::Display for Incomplete<I, E, X> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut items = self.outcome.items.iter();
        let first = items.find(|item| !matches!(item.state, ItemState::Saved(_)));
        let error = first.and_then(|item| match &item.state {
            ItemState::NotSaved(error) => Some(error),
            ItemState::Unknown(doubt) => Some(&doubt.error),
            ItemState::Saved(_) | ItemState::Rejected(_) => None,
        });
        let doubt = error.map_or("", Error::doubt);
        text::line(f, text::LINE - doubt.len(), |line| {
            write!(line, "not every item was saved: {}", self.outcome)?;
            let Some(ItemOutcome { index, state, .. }) = first else {
                return Ok(());
            };
            write!(line, "; item {index}: ")?;
            match (state, error) {
                (ItemState::Rejected(rejection), _) => rejection.errors.write(line),
                (_, Some(error)) => error.write(line),
                _ => Ok(()),
            }
        })?;
        f.write_str(doubt)
    }
}

/// An error is logged more readily than an outcome, and items may hold what is not for a log. So `Debug` says what `Display`
/// does.
impl<I, E, X> fmt::Debug for Incomplete<I, E, X> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Incomplete({self})")
    }
}

impl<I, E, X> StdError for Incomplete<I, E, X> {}

/// For `?` in a function that returns [`Error`]. The items are then in the error's source, and Tight's errors for all
/// rejected items in [`Error::errors`].
impl<I, E, X> From<Incomplete<I, E, X>> for Error
where
    I: Send + Sync + 'static,
    E: Send + Sync + 'static,
    X: Send + Sync + 'static,
{
    fn from(incomplete: Incomplete<I, E, X>) -> Self {
        let outcome = &incomplete.outcome;
        let errors: Vec<_> = outcome
            .rejected()
            .flat_map(|rejected| rejected.errors.iter().cloned())
            .collect();
        let took_effect = outcome.saved().next().is_some() || outcome.unknown().next().is_some();
        let is_retryable =
            errors.is_empty() && outcome.not_saved().all(|item| item.error.is_retryable());
        let first = outcome.not_saved().map(|item| item.error);
        let first = first.chain(outcome.unknown().map(|item| item.error)).next();
        let message = match first {
            Some(first) => format!("a batch came to {outcome}; {}", first.summary()),
            None => format!("a batch came to {outcome}"),
        };
        let error = Self::new(ErrorKind::Incomplete, message);
        // How long to wait is there, too.
        let error = match first.and_then(|first| Some((first.status()?, first.headers()?))) {
            Some((status, headers)) => {
                error.with_answer(status, headers.clone(), bytes::Bytes::new(), false)
            }
            None => error,
        };
        error
            .with_errors(errors)
            .with_effect(took_effect)
            .with_retryable(is_retryable)
            .caused_by(incomplete)
    }
}
