//! What became of each item of a batch.

use std::fmt;
use std::sync::Arc;

use serde_json::value::RawValue;

use crate::error::{ApiErrors, Error, ErrorKind};

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
#[derive(Debug)]
#[must_use = "items may have been rejected"]
pub struct BatchOutcome<I, E> {
    items: Vec<ItemOutcome<I, E>>,
}

/// What became of one item.
#[derive(Debug)]
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
#[derive(Debug)]
pub enum ItemState<E> {
    /// It was saved, as this.
    Saved(E),
    /// Tight refused it. It is certainly not saved.
    Rejected(Rejection),
    /// It was sent, and there is no readable verdict. It may be saved or not; sending it again may save it twice.
    Unknown(Doubt),
    /// It was not sent, since an earlier request ended in doubt or was refused.
    NotSent(Arc<Error>),
}

/// Why an item was refused.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Rejection {
    /// All that Tight says is wrong with it.
    pub errors: ApiErrors,
    /// The HTTP status for this item, or for the request that it was part of.
    pub status_code: Option<i64>,
}

/// Why there is no verdict on an item.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Doubt {
    /// What went wrong.
    pub error: Arc<Error>,
    /// What was received in place of a verdict, as JSON, if anything was.
    pub received: Option<Box<RawValue>>,
}

/// A saved item.
#[derive(Debug)]
#[non_exhaustive]
pub struct Saved<'a, I, E> {
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
pub struct Rejected<'a, I> {
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
#[derive(Debug)]
#[non_exhaustive]
pub struct Unknown<'a, I> {
    /// Where the item stood among those that were handed over, from 0.
    pub index: usize,
    /// What was sent.
    pub item: &'a I,
    /// What went wrong.
    pub error: &'a Error,
    /// What was received in place of a verdict, as JSON, if anything was.
    pub received: Option<&'a str>,
}

/// An item that was not sent.
#[derive(Debug)]
#[non_exhaustive]
pub struct NotSent<'a, I> {
    /// Where the item stood among those that were handed over, from 0.
    pub index: usize,
    /// What was to be sent.
    pub item: &'a I,
    /// Why sending ended before it.
    pub error: &'a Error,
}

impl<I, E> BatchOutcome<I, E> {
    pub(crate) fn new() -> Self {
        Self { items: Vec::new() }
    }

    pub(crate) fn push(&mut self, item: I, state: ItemState<E>) {
        self.items.push(ItemOutcome {
            index: self.items.len(),
            item,
            state,
        });
    }

    /// How many items were handed over.
    pub fn len(&self) -> usize {
        self.items.len()
    }

    /// Whether no item was handed over.
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
    pub fn saved(&self) -> impl Iterator<Item = Saved<'_, I, E>> {
        self.items
            .iter()
            .filter_map(|ItemOutcome { index, item, state }| match state {
                ItemState::Saved(entity) => Some(Saved {
                    index: *index,
                    item,
                    entity,
                }),
                _ => None,
            })
    }

    /// The items that Tight refused, and why. None of them is saved.
    pub fn rejected(&self) -> impl Iterator<Item = Rejected<'_, I>> {
        self.items
            .iter()
            .filter_map(|ItemOutcome { index, item, state }| match state {
                ItemState::Rejected(Rejection {
                    errors,
                    status_code,
                }) => Some(Rejected {
                    index: *index,
                    item,
                    errors,
                    status_code: *status_code,
                }),
                _ => None,
            })
    }

    /// The items that were sent and have no readable verdict. Each may be saved or not.
    pub fn unknown(&self) -> impl Iterator<Item = Unknown<'_, I>> {
        self.items
            .iter()
            .filter_map(|ItemOutcome { index, item, state }| match state {
                ItemState::Unknown(Doubt { error, received }) => Some(Unknown {
                    index: *index,
                    item,
                    error,
                    received: received.as_deref().map(RawValue::get),
                }),
                _ => None,
            })
    }

    /// The items that were not sent, since an earlier request ended in doubt or was refused.
    pub fn not_sent(&self) -> impl Iterator<Item = NotSent<'_, I>> {
        self.items
            .iter()
            .filter_map(|ItemOutcome { index, item, state }| match state {
                ItemState::NotSent(error) => Some(NotSent {
                    index: *index,
                    item,
                    error,
                }),
                _ => None,
            })
    }

    /// Whether every item was saved.
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
            (self.unknown().count(), "in doubt"),
            (self.not_sent().count(), "not sent"),
        ];
        for (count, state) in others.into_iter().filter(|(count, _)| *count > 0) {
            write!(f, ", {count} {state}")?;
        }
        Ok(())
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
        if let Some(first) = self.outcome.rejected().next() {
            write!(f, "; item {}: {}", first.index, first.errors)?;
        } else if let Some(first) = self.outcome.unknown().next() {
            write!(f, "; item {}: {}", first.index, first.error)?;
        }
        Ok(())
    }
}

/// The items may hold what is not for a log, so `Debug` says what `Display` does.
impl<I, E> fmt::Debug for Incomplete<I, E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Incomplete({self})")
    }
}

impl<I, E> std::error::Error for Incomplete<I, E> {}

/// For `?` in a function that returns [`Error`]. The items are then in the error's source.
impl<I, E> From<Incomplete<I, E>> for Error
where
    I: Send + Sync + 'static,
    E: Send + Sync + 'static,
{
    fn from(incomplete: Incomplete<I, E>) -> Self {
        let effect = incomplete.outcome.saved().next().is_some()
            || incomplete.outcome.unknown().next().is_some();
        let error = Self::new(ErrorKind::Incomplete, incomplete.to_string());
        let error = if effect {
            error.with_effect(crate::error::Possible::Effect)
        } else {
            error
        };
        error.caused_by(incomplete)
    }
}
