//! What an entity repeats of the item that it was made of: the second correlation of results and items, next to their places.
//!
//! The order of results is not documented. A value that is *another* item's contradicts the place; a value that is nobody's is no
//! evidence, since servers trim and normalise.

use std::collections::HashMap;

use crate::wire::{Date, Decimal, Number, Timestamp};

/// A field that an item and its entity share.
pub(crate) struct Echo<I, E> {
    pub(crate) sent: for<'a> fn(&'a I) -> Option<Value<'a>>,
    pub(crate) received: for<'a> fn(&'a E) -> Option<Value<'a>>,
}

/// A value that is sent, and comes back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Value<'a> {
    Text(&'a str),
    Number(i64),
}

impl Value<'_> {
    /// Whether two values differ in their writing alone: in case, and in white space around them.
    fn is_alike(self, other: Self) -> bool {
        match (self, other) {
            (Self::Text(one), Self::Text(other)) => {
                one.trim().to_lowercase() == other.trim().to_lowercase()
            }
            _ => false,
        }
    }
}

/// What can be known again. Choices of a few values, such as a status, tell no item from another.
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

/// Which item each entity belongs to, by what it echoes.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Correlation {
    /// Nothing speaks against the places.
    Places,
    /// For each entity, what its echo says.
    Echoes(Vec<Claim>),
}

/// What the echo of one entity says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Claim {
    /// Nothing: there is no entity, or it repeats what is nobody's.
    Nothing,
    /// It belongs to one of these items, in order.
    Items(Vec<usize>),
    /// It may belong to one of these items, or to the one in its place: nothing that one was sent with is contradicted, as where a
    /// server fills in or normalises what is another's by chance.
    Perhaps(Vec<usize>),
    /// It repeats things of several items, and is none's.
    Nobody,
}

/// Holds entities against the items of their request.
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
        return Correlation::Places;
    }
    let known: Vec<HashMap<Value<'_>, Vec<usize>>> =
        echoes.iter().map(|echo| echo.index(items)).collect();
    let claims: Vec<Claim> = entities
        .iter()
        .enumerate()
        .map(|(place, entity)| {
            let placed = items.get(place).filter(|_| items.len() == entities.len());
            entity.map_or(Claim::Nothing, |entity| {
                claim(echoes, &known, items, placed, entity)
            })
        })
        .collect();
    let fits = |(place, claim): (usize, &Claim)| match claim {
        Claim::Nothing => true,
        Claim::Items(items) => items.contains(&place),
        Claim::Perhaps(_) | Claim::Nobody => false,
    };
    if items.len() == entities.len() && claims.iter().enumerate().all(fits) {
        return Correlation::Places;
    }
    Correlation::Echoes(claims)
}

impl<I, E> Echo<I, E> {
    /// Whether an entity repeats what an item says here, or one of them says nothing.
    fn agrees(&self, item: &I, entity: &E) -> bool {
        match ((self.sent)(item), (self.received)(entity)) {
            (Some(sent), Some(received)) => sent == received,
            // What the entity has and the item does not may be another item's.
            (None, Some(_)) => false,
            (_, None) => true,
        }
    }

    /// Which items say what.
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

fn claim<I, E>(
    echoes: &[Echo<I, E>],
    known: &[HashMap<Value<'_>, Vec<usize>>],
    items: &[I],
    placed: Option<&I>,
    entity: &E,
) -> Claim {
    // What somebody has said, and who has.
    let evidence: Vec<_> = echoes
        .iter()
        .zip(known)
        .filter_map(|(echo, known)| {
            let value = (echo.received)(entity)?;
            Some((echo, value, known.get(&value)?))
        })
        .collect();
    if evidence.is_empty() {
        return Claim::Nothing;
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
    // What its item was not sent with, or was sent with in another writing, does not speak against the place.
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
        true => Claim::Nobody,
        false if placed.is_some_and(|item| !is_placed(&item) && is_possible(item)) => {
            Claim::Perhaps(fitting)
        }
        false => Claim::Items(fitting),
    }
}
