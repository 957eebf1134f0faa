//! What became of each item of a batch.

use std::error::Error as StdError;
use std::fmt;

use crate::api_errors::ApiErrors;
use crate::error::{Error, ErrorKind};
use crate::response::ResponseHead;

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
pub struct BatchOutcome<I, E> {
    items: Vec<ItemOutcome<I, E>>,
    /// Boxed, since an error that is made from an outcome should be small.
    last_response: Option<Box<ResponseHead>>,
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
}

/// The four things that can become of an item.
#[derive(Clone, Debug)]
pub enum ItemState<E> {
    /// It was saved, as this.
    Saved(E),
    /// Tight refused it. It is certainly not saved.
    Rejected(Rejection),
    /// It was sent, and there is no readable verdict. It may be saved or not; sending it again may save it twice.
    Unknown(Doubt),
    /// It was not sent, since an earlier request ended in doubt or was refused.
    NotSent(Error),
}

/// Why an item was refused.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Rejection {
    /// All that Tight says is wrong with it.
    pub errors: ApiErrors,
    /// The HTTP status for this item, or for the request that it was part of.
    pub status_code: Option<i64>,
    /// The error of the request, if Tight refused it as a whole.
    pub request: Option<Error>,
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
    /// An outcome, for tests of code that handles outcomes.
    pub fn new(index: usize, item: I, state: ItemState<E>) -> Self {
        Self { index, item, state }
    }
}

impl Rejection {
    /// The refusal of one item.
    pub fn new(errors: impl Into<ApiErrors>, status_code: Option<i64>) -> Self {
        Self {
            errors: errors.into(),
            status_code,
            request: None,
        }
    }

    /// The refusal of a request, for an item of it.
    pub(crate) fn of_request(error: Error) -> Self {
        let status_code = error.status().map(|status| i64::from(status.as_u16()));
        Self {
            errors: error.errors().clone(),
            status_code,
            request: Some(error),
        }
    }
}

impl Doubt {
    /// A doubt because of `error`, with what was received in place of a verdict.
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
    /// The HTTP status for this item, or for the request that it was part of.
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

/// An item that was not sent.
#[derive(Debug)]
#[non_exhaustive]
pub struct NotSentItem<'a, I> {
    /// Where the item stood among those that were handed over, from 0.
    pub index: usize,
    /// What was to be sent.
    pub item: &'a I,
    /// Why sending ended before it.
    pub error: &'a Error,
}

impl<I, E> BatchOutcome<I, E> {
    /// An outcome of these items, for tests of code that handles outcomes.
    pub fn from_items(items: Vec<ItemOutcome<I, E>>) -> Self {
        Self {
            items,
            last_response: None,
        }
    }

    pub(crate) fn new() -> Self {
        Self {
            items: Vec::new(),
            last_response: None,
        }
    }

    pub(crate) fn add(&mut self, items: Vec<ItemOutcome<I, E>>, response: Option<ResponseHead>) {
        self.items.extend(items);
        self.last_response = response.map(Box::new).or_else(|| self.last_response.take());
    }

    /// How many items are in here: all that were handed over, but for those that were taken out.
    pub fn len(&self) -> usize {
        self.items.len()
    }

    /// Whether no item is in here.
    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    /// Every item with its state, in order.
    pub fn items(&self) -> &[ItemOutcome<I, E>] {
        &self.items
    }

    /// Every item with its state, in order, to keep.
    pub fn into_items(self) -> Vec<ItemOutcome<I, E>> {
        self.items
    }

    /// The items that were saved, and what they became.
    pub fn saved(&self) -> impl Iterator<Item = SavedItem<'_, I, E>> {
        self.items
            .iter()
            .filter_map(|ItemOutcome { index, item, state }| match state {
                ItemState::Saved(entity) => Some(SavedItem {
                    index: *index,
                    item,
                    entity,
                }),
                _ => None,
            })
    }

    /// The items that Tight refused, and why. None of them is saved.
    pub fn rejected(&self) -> impl Iterator<Item = RejectedItem<'_, I>> {
        self.items
            .iter()
            .filter_map(|ItemOutcome { index, item, state }| match state {
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
            })
    }

    /// The items that were sent and have no readable verdict. Each may be saved or not.
    pub fn unknown(&self) -> impl Iterator<Item = UnknownItem<'_, I>> {
        self.items
            .iter()
            .filter_map(|ItemOutcome { index, item, state }| match state {
                ItemState::Unknown(Doubt { error, received }) => Some(UnknownItem {
                    index: *index,
                    item,
                    error,
                    received: received.as_deref(),
                }),
                _ => None,
            })
    }

    /// The items that were not sent, since an earlier request ended in doubt or was refused.
    pub fn not_sent(&self) -> impl Iterator<Item = NotSentItem<'_, I>> {
        self.items
            .iter()
            .filter_map(|ItemOutcome { index, item, state }| match state {
                ItemState::NotSent(error) => Some(NotSentItem {
                    index: *index,
                    item,
                    error,
                }),
                _ => None,
            })
    }

    /// Takes out the items that are safe to send again, in order: those that are certainly not saved, because they were not
    /// sent or were rejected. What stays is saved or in doubt. A rejected item that is sent as it is will be rejected again,
    /// unless what it was rejected for has changed.
    pub fn take_resendable(&mut self) -> Vec<I> {
        let is_resendable = |item: &mut ItemOutcome<I, E>| {
            matches!(item.state, ItemState::Rejected(_) | ItemState::NotSent(_))
        };
        self.items
            .extract_if(.., is_resendable)
            .map(|item| item.item)
            .collect()
    }

    /// The status and the headers of the last answer that came, if one did.
    pub fn last_response(&self) -> Option<&ResponseHead> {
        self.last_response.as_deref()
    }

    /// Whether every item in here was saved.
    pub fn is_complete(&self) -> bool {
        self.items
            .iter()
            .all(|item| matches!(item.state, ItemState::Saved(_)))
    }

    /// What the items became, in order, if all of them were saved.
    ///
    /// # Errors
    ///
    /// [`Incomplete`], which still holds every item, if any was not.
    pub fn into_result(self) -> Result<Vec<E>, Incomplete<I, E>> {
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
impl<I, E> fmt::Display for BatchOutcome<I, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} saved", self.saved().count())?;
        let others = [
            (self.rejected().count(), "rejected"),
            (self.unknown().count(), "unknown"),
            (self.not_sent().count(), "not sent"),
        ];
        for (count, state) in others.into_iter().filter(|(count, _)| *count > 0) {
            write!(f, ", {count} {state}")?;
        }
        Ok(())
    }
}

impl<I, E> IntoIterator for BatchOutcome<I, E> {
    type Item = ItemOutcome<I, E>;
    type IntoIter = std::vec::IntoIter<ItemOutcome<I, E>>;

    fn into_iter(self) -> Self::IntoIter {
        self.items.into_iter()
    }
}

impl<'a, I, E> IntoIterator for &'a BatchOutcome<I, E> {
    type Item = &'a ItemOutcome<I, E>;
    type IntoIter = std::slice::Iter<'a, ItemOutcome<I, E>>;

    fn into_iter(self) -> Self::IntoIter {
        self.items.iter()
    }
}

/// Some items of a batch were not saved. Every item is still in here.
pub struct Incomplete<I, E> {
    outcome: BatchOutcome<I, E>,
}

impl<I, E> Incomplete<I, E> {
    /// What became of each item.
    pub fn outcome(&self) -> &BatchOutcome<I, E> {
        &self.outcome
    }

    /// What became of each item, to keep.
    pub fn into_outcome(self) -> BatchOutcome<I, E> {
        self.outcome
    }
}

impl<I, E> fmt::Display for Incomplete<I, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "not every item was saved: {}", self.outcome)?;
        let first = self
            .outcome
            .items
            .iter()
            .find(|item| !matches!(item.state, ItemState::Saved(_)));
        match first.map(|first| (first.index, &first.state)) {
            Some((index, ItemState::Rejected(rejection))) => {
                write!(f, "; item {index}: {}", rejection.errors)
            }
            Some((index, ItemState::Unknown(Doubt { error, .. }) | ItemState::NotSent(error))) => {
                write!(f, "; item {index}: {error}")
            }
            _ => Ok(()),
        }
    }
}

/// An error is logged more readily than an outcome, and items may hold what is not for a log. So `Debug` says what `Display`
/// does.
impl<I, E> fmt::Debug for Incomplete<I, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Incomplete({self})")
    }
}

impl<I, E> StdError for Incomplete<I, E> {}

/// For `?` in a function that returns [`Error`]. The items are then in the error's source, and Tight's errors for all
/// rejected items in [`Error::errors`].
impl<I, E> From<Incomplete<I, E>> for Error
where
    I: Send + Sync + 'static,
    E: Send + Sync + 'static,
{
    fn from(incomplete: Incomplete<I, E>) -> Self {
        let outcome = &incomplete.outcome;
        let errors: Vec<_> = outcome
            .rejected()
            .flat_map(|rejected| rejected.errors.iter().cloned())
            .collect();
        let took_effect = outcome.saved().next().is_some() || outcome.unknown().next().is_some();
        Self::new(ErrorKind::Incomplete, format!("a batch came to {outcome}"))
            .with_errors(errors.into())
            .with_effect(took_effect)
            .caused_by(incomplete)
    }
}
