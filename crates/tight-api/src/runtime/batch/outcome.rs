//! The outcome of each item of a batch.

use std::error::Error as StdError;
use std::fmt;
use std::time::Duration;

use serde::ser::{Serialize, SerializeMap, Serializer};

use crate::api_errors::ApiErrors;
use crate::runtime::error::{Error, ErrorKind};
use crate::runtime::response::ResponseHead;
use crate::text;
use crate::wire::UnknownFields;

/// The outcome of a batch: every item in the order in which you passed it, in exactly one [state](ItemState).
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
    /// Boxed to keep `Incomplete` small.
    about: Box<About<X>>,
}

/// What is known about the whole batch.
#[derive(Clone, Debug)]
struct About<X> {
    last_response: Option<ResponseHead>,
    extras: Vec<X>,
    errors: ApiErrors,
    stopped_by: Option<Error>,
}

/// The outcome of one item.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ItemOutcome<I, E> {
    /// The position of the item in the batch, from 0.
    pub index: usize,
    /// The item.
    pub item: I,
    /// The state of the item.
    pub state: ItemState<E>,
    /// The undocumented fields of its result.
    pub extras: UnknownFields,
}

/// The state of an item after a batch.
#[derive(Clone, Debug)]
pub enum ItemState<E> {
    /// The item was saved, as this entity.
    Saved(E),
    /// Tight rejected the item. It is not saved; correct it before you send it again.
    Rejected(Rejection),
    /// The item is not saved: its whole request failed without effect, for example because of a rate limit, or was not sent (kind
    /// [`NotSent`](ErrorKind::NotSent)). Send it again if the error [is retryable](Error::is_retryable).
    NotSaved(Error),
    /// The item was sent, and its result is unknown. Look it up before you send it again: otherwise it may be saved twice.
    Unknown(Doubt),
}

impl<E> ItemState<E> {
    /// Returns the name of the state in JSON: `saved`, `rejected`, `notSaved` or `unknown`.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Saved(_) => "saved",
            Self::Rejected(_) => "rejected",
            Self::NotSaved(_) => "notSaved",
            Self::Unknown(_) => "unknown",
        }
    }
}

/// Serializes to an object with the [name](ItemState::name) of the `state` and its details.
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

/// Why Tight rejected an item.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Rejection {
    /// The errors that Tight returned for the item.
    pub errors: ApiErrors,
    /// The HTTP status that Tight states for the item, if it does.
    pub status_code: Option<i64>,
}

/// Why the state of an item is unknown.
#[derive(Clone)]
#[non_exhaustive]
pub struct Doubt {
    /// The error.
    pub error: Error,
    /// The JSON that was received in place of a result, if any.
    pub received: Option<String>,
}

impl<I, E> ItemOutcome<I, E> {
    /// Creates an outcome, for tests.
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
    /// Creates a rejection, for tests.
    pub fn new(errors: impl Into<ApiErrors>, status_code: Option<i64>) -> Self {
        Self {
            errors: errors.into(),
            status_code,
        }
    }
}

impl Doubt {
    /// Creates a doubt from an error and the JSON that was received, for tests.
    pub fn new(error: Error, received: Option<String>) -> Self {
        Self { error, received }
    }
}

/// Shows only the length of what was received, since it can be confidential.
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
    /// The position of the item in the batch, from 0.
    pub index: usize,
    /// The item as it was sent.
    pub item: &'a I,
    /// The saved entity.
    pub entity: &'a E,
}

/// A rejected item.
#[derive(Debug)]
#[non_exhaustive]
pub struct RejectedItem<'a, I> {
    /// The position of the item in the batch, from 0.
    pub index: usize,
    /// The item as it was sent.
    pub item: &'a I,
    /// The errors that Tight returned for the item.
    pub errors: &'a ApiErrors,
    /// The HTTP status that Tight states for the item, if it does.
    pub status_code: Option<i64>,
}

/// An item with an unknown outcome.
#[non_exhaustive]
pub struct UnknownItem<'a, I> {
    /// The position of the item in the batch, from 0.
    pub index: usize,
    /// The item as it was sent.
    pub item: &'a I,
    /// The error.
    pub error: &'a Error,
    /// The JSON that was received in place of a result, if any.
    pub received: Option<&'a str>,
}

/// Shows only the length of what was received, since it can be confidential.
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

/// An item that was neither saved nor rejected.
#[derive(Debug)]
#[non_exhaustive]
pub struct NotSavedItem<'a, I> {
    /// The position of the item in the batch, from 0.
    pub index: usize,
    /// The item.
    pub item: &'a I,
    /// Why the item is not saved, and [whether to retry](Error::is_retryable).
    pub error: &'a Error,
}

impl<I, E> BatchOutcome<I, E> {
    /// Creates an outcome from its items, for tests.
    pub fn from_items(items: Vec<ItemOutcome<I, E>>) -> Self {
        Self::new(items, Vec::new(), None, ApiErrors::default(), None)
    }
}

impl<I, E, X> BatchOutcome<I, E, X> {
    /// Replaces the [extras](Self::extras), for tests.
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

    /// Returns the number of items: all items of the batch, without those that you took out.
    pub fn len(&self) -> usize {
        self.items.len()
    }

    /// Returns whether there are no items.
    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    /// Returns every item with its state, in order.
    pub fn items(&self) -> &[ItemOutcome<I, E>] {
        &self.items
    }

    /// Converts the outcome into its items, in order.
    pub fn into_items(self) -> Vec<ItemOutcome<I, E>> {
        self.items
    }

    /// Returns the saved items and their entities.
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

    /// Returns the rejected items and the reasons. None of them is saved.
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

    /// Returns the items with an unknown outcome. Each may or may not be saved.
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

    /// Returns the items that are not saved because their request failed as a whole or was not sent.
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

    /// Removes and returns the items that are [not saved](Self::not_saved), in order. They can be sent again without harm;
    /// [`take_retryable`](Self::take_retryable) returns only those where that may help. Saved, rejected and unknown items stay.
    pub fn take_not_saved(&mut self) -> Vec<I> {
        self.take(|state| matches!(state, ItemState::NotSaved(_)))
    }

    /// Removes and returns the items that are [not saved](Self::not_saved) and whose error is [retryable](Error::is_retryable), in
    /// order. Send them again after [`retry_after`](Self::retry_after).
    pub fn take_retryable(&mut self) -> Vec<I> {
        self.take(|state| matches!(state, ItemState::NotSaved(error) if error.is_retryable()))
    }

    /// Returns how long to wait before items that are not saved are sent again: the longest of their
    /// [`Retry-After`](Error::retry_after) times.
    pub fn retry_after(&self) -> Option<Duration> {
        let asked = self.not_saved().filter_map(|item| item.error.retry_after());
        asked.max()
    }

    /// Removes and returns the rejected items, in order. Correct them before you send them again.
    pub fn take_rejected(&mut self) -> Vec<I> {
        self.take(|state| matches!(state, ItemState::Rejected(_)))
    }

    fn take(&mut self, which: impl Fn(&ItemState<E>) -> bool) -> Vec<I> {
        self.items
            .extract_if(.., |item| which(&item.state))
            .map(|item| item.item)
            .collect()
    }

    /// Returns the status and headers of the last response, if one was received.
    pub fn last_response(&self) -> Option<&ResponseHead> {
        self.about.last_response.as_ref()
    }

    /// Returns the extra fields of the responses that have any, in order: at most one entry for each request.
    pub fn extras(&self) -> &[X] {
        &self.about.extras
    }

    /// Returns the errors about whole requests, also of requests that have a result for each item; up to 100.
    pub fn errors(&self) -> &ApiErrors {
        &self.about.errors
    }

    /// Returns the error that stopped the batch, if it was stopped.
    pub fn stopped_by(&self) -> Option<&Error> {
        self.about.stopped_by.as_ref()
    }

    /// Returns whether every item was saved.
    pub fn is_complete(&self) -> bool {
        self.items
            .iter()
            .all(|item| matches!(item.state, ItemState::Saved(_)))
    }

    /// Returns the saved entities, in order, if every item was saved.
    ///
    /// # Errors
    ///
    /// Returns [`Incomplete`], which keeps every item, if any item was not saved.
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

/// Shows the number of items in each state: `2 saved, 1 rejected`.
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

/// The error of a batch of which some items were not saved. Keeps every item.
pub struct Incomplete<I, E, X = UnknownFields> {
    outcome: BatchOutcome<I, E, X>,
}

impl<I, E, X> Incomplete<I, E, X> {
    /// Returns the outcome of the batch.
    pub fn outcome(&self) -> &BatchOutcome<I, E, X> {
        &self.outcome
    }

    /// Converts the error into the outcome of the batch.
    pub fn into_outcome(self) -> BatchOutcome<I, E, X> {
        self.outcome
    }
}

/// Shows one line of at most 500 characters: the number of items in each state, and the error of the first that is not saved.
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

/// Shows the same as `Display`: errors are often logged, and items can be confidential.
impl<I, E, X> fmt::Debug for Incomplete<I, E, X> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Incomplete({self})")
    }
}

impl<I, E, X> StdError for Incomplete<I, E, X> {}

/// For `?` in a function that returns [`Error`]. The error has this [`Incomplete`] as its source, and Tight's errors for all
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
        // Keeps `Retry-After`.
        let error = match first.and_then(|first| Some((first.status()?, first.headers()?))) {
            Some((status, headers)) => {
                error.with_response(status, headers.clone(), bytes::Bytes::new(), false)
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
