//! Matches results to items by the values that an entity echoes, in addition to their positions.
//!
//! The order of results is not documented. A value of *another* item contradicts the position; a value of no item is no evidence,
//! since servers trim and normalise.

use std::collections::HashMap;

use crate::wire::{Date, Decimal, Number, Timestamp};

/// A field that an item and its entity share.
pub(crate) struct Echo<I, E> {
    pub(crate) sent: for<'a> fn(&'a I) -> Option<Value<'a>>,
    pub(crate) received: for<'a> fn(&'a E) -> Option<Value<'a>>,
}

/// A value that is sent and returned.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Value<'a> {
    Text(&'a str),
    Number(i64),
}

impl Value<'_> {
    /// Whether two values differ only in case and surrounding white space.
    fn is_alike(self, other: Self) -> bool {
        match (self, other) {
            (Self::Text(one), Self::Text(other)) => {
                one.trim().to_lowercase() == other.trim().to_lowercase()
            }
            _ => false,
        }
    }
}

/// A value that can identify an item. Enums, such as a status, cannot.
pub(crate) trait Echoed {
    fn echo(&self) -> Option<Value<'_>>;
}

impl Echoed for String {
    fn echo(&self) -> Option<Value<'_>> {
        Some(Value::Text(self))
    }
}

impl Echoed for i64 {
    fn echo(&self) -> Option<Value<'_>> {
        Some(Value::Number(*self))
    }
}

impl Echoed for Number {
    fn echo(&self) -> Option<Value<'_>> {
        self.as_i64().map(Value::Number)
    }
}

impl Echoed for Decimal {
    fn echo(&self) -> Option<Value<'_>> {
        Some(Value::Text(self.as_str()))
    }
}

impl Echoed for Date {
    fn echo(&self) -> Option<Value<'_>> {
        Some(Value::Text(self.as_str()))
    }
}

impl Echoed for Timestamp {
    fn echo(&self) -> Option<Value<'_>> {
        Some(Value::Text(self.as_str()))
    }
}

impl<T: Echoed> Echoed for Option<T> {
    fn echo(&self) -> Option<Value<'_>> {
        self.as_ref()?.echo()
    }
}

/// Which item each entity belongs to, by its echo.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Correlation {
    /// Nothing contradicts the positions.
    ByPosition,
    /// The items that each entity may belong to.
    ByEcho(Vec<EchoMatch>),
}

/// The items that one entity may belong to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum EchoMatch {
    /// Unknown: there is no entity, or it echoes values of no item.
    Unmatched,
    /// It belongs to one of these items, in order.
    Items(Vec<usize>),
    /// It may belong to one of these items, or to the item in its position, which it does not contradict: a server may have filled
    /// in or normalised a value that another item has by chance.
    Ambiguous(Vec<usize>),
    /// It echoes values of several items, and fits none.
    Contradictory,
}

/// Matches entities to the items of their request.
pub(super) fn correlate<I, E>(
    echoes: &[Echo<I, E>],
    items: &[I],
    entities: &[Option<&E>],
) -> Correlation {
    if items.len() == entities.len()
        && items.iter().zip(entities).all(|(item, entity)| {
            entity.is_none_or(|entity| echoes.iter().all(|echo| echo.agrees(item, entity)))
        })
    {
        return Correlation::ByPosition;
    }
    let known: Vec<HashMap<Value<'_>, Vec<usize>>> =
        echoes.iter().map(|echo| echo.index(items)).collect();
    let matches: Vec<EchoMatch> = entities
        .iter()
        .enumerate()
        .map(|(place, entity)| {
            let placed = items.get(place).filter(|_| items.len() == entities.len());
            entity.map_or(EchoMatch::Unmatched, |entity| {
                echo_match(echoes, &known, items, placed, entity)
            })
        })
        .collect();
    let fits = |(place, echo_match): (usize, &EchoMatch)| match echo_match {
        EchoMatch::Unmatched => true,
        EchoMatch::Items(items) => items.contains(&place),
        EchoMatch::Ambiguous(_) | EchoMatch::Contradictory => false,
    };
    if items.len() == entities.len() && matches.iter().enumerate().all(fits) {
        return Correlation::ByPosition;
    }
    Correlation::ByEcho(matches)
}

impl<I, E> Echo<I, E> {
    /// Whether the entity echoes the item in this field, or has no value.
    fn agrees(&self, item: &I, entity: &E) -> bool {
        match ((self.sent)(item), (self.received)(entity)) {
            (Some(sent), Some(received)) => sent == received,
            // The value may come from another item.
            (None, Some(_)) => false,
            (_, None) => true,
        }
    }

    /// The items that have each value.
    fn index<'a>(&self, items: &'a [I]) -> HashMap<Value<'a>, Vec<usize>> {
        let mut known: HashMap<_, Vec<usize>> = HashMap::with_capacity(items.len());
        for (place, item) in items.iter().enumerate() {
            if let Some(value) = (self.sent)(item) {
                known.entry(value).or_default().push(place);
            }
        }
        known
    }
}

fn echo_match<I, E>(
    echoes: &[Echo<I, E>],
    known: &[HashMap<Value<'_>, Vec<usize>>],
    items: &[I],
    placed: Option<&I>,
    entity: &E,
) -> EchoMatch {
    // The values that some item has, with those items.
    let evidence: Vec<_> = echoes
        .iter()
        .zip(known)
        .filter_map(|(echo, known)| {
            let value = (echo.received)(entity)?;
            Some((echo, value, known.get(&value)?))
        })
        .collect();
    if evidence.is_empty() {
        return EchoMatch::Unmatched;
    }
    let fits = |place: &usize| {
        evidence
            .iter()
            .all(|(echo, value, _)| (echo.sent)(&items[*place]).is_none_or(|sent| sent == *value))
    };
    let mut fitting: Vec<usize> = evidence
        .iter()
        .flat_map(|(_, _, places)| places.iter().copied())
        .filter(fits)
        .collect();
    fitting.sort_unstable();
    fitting.dedup();
    // A value that the item does not have, or has in other case or spacing, does not contradict the position.
    let is_possible = |item: &I| {
        evidence.iter().all(|(echo, value, _)| {
            (echo.sent)(item).is_none_or(|sent| sent == *value || sent.is_alike(*value))
        })
    };
    let is_placed = |item: &&I| {
        fitting
            .iter()
            .any(|known| std::ptr::eq(&items[*known], *item))
    };
    match fitting.is_empty() {
        true => EchoMatch::Contradictory,
        false if placed.is_some_and(|item| !is_placed(&item) && is_possible(item)) => {
            EchoMatch::Ambiguous(fitting)
        }
        false => EchoMatch::Items(fitting),
    }
}
