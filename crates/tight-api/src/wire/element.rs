//! What the fields of a received object hold, each read so that it cannot fail the object.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use serde::Serialize;
use serde::de::{self, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Unexpected, Visitor};
use serde_json::value::RawValue;

use super::free_form::JsonObject;
use super::raw::{Raw, unfit, visit_scalars};

/// What came of reading a value.
pub(crate) enum Reading<T> {
    Null,
    Value(T),
    /// It is something else, which is kept.
    Misfit(Box<RawValue>),
}

/// A value that a received object can hold.
pub(crate) trait Element: Sized {
    /// What it is, as a message about another value says.
    const EXPECTED: &'static str;

    /// Reads it. Only JSON that is none is an error.
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Reading<Self>, D::Error>;
}

/// Reads what is made from the JSON text of a value.
#[inline]
pub(super) fn scalar<'de, D, T>(
    deserializer: D,
    make: impl FnOnce(&Raw<'de>) -> Option<T>,
) -> Result<Reading<T>, D::Error>
where
    D: Deserializer<'de>,
{
    let raw = Raw::read(deserializer)?;
    match make(&raw) {
        Some(value) => Ok(Reading::Value(value)),
        None if raw.is_null() => Ok(Reading::Null),
        None => raw.into_json().map(Reading::Misfit),
    }
}

/// Reads what is made from a text.
#[inline]
pub(crate) fn text<'de, D, T>(
    deserializer: D,
    make: impl FnOnce(Cow<'_, str>) -> T,
) -> Result<Reading<T>, D::Error>
where
    D: Deserializer<'de>,
{
    scalar(deserializer, |raw| raw.text().map(make))
}

/// Reads what must be there and fit.
pub(crate) fn strictly<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Element,
{
    match T::read(deserializer)? {
        Reading::Value(value) => Ok(value),
        Reading::Null => Err(de::Error::invalid_type(Unexpected::Unit, &T::EXPECTED)),
        Reading::Misfit(json) => Err(unfit(&json, T::EXPECTED)),
    }
}

impl Element for String {
    const EXPECTED: &'static str = "a string";

    #[inline]
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Reading<Self>, D::Error> {
        text(deserializer, |text| text.into_owned())
    }
}

impl Element for bool {
    const EXPECTED: &'static str = "a boolean";

    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Reading<Self>, D::Error> {
        scalar(deserializer, |raw| raw.json().parse().ok())
    }
}

impl Element for JsonObject {
    const EXPECTED: &'static str = "an object";

    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Reading<Self>, D::Error> {
        scalar(deserializer, |raw| raw.parse())
    }
}

/// A field of a received object.
pub(crate) trait Field: Default + Serialize {
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Reading<Self>, D::Error>;

    /// Whether there is nothing to write.
    fn is_absent(&self) -> bool;
}

impl<T: Element + Serialize> Field for Option<T> {
    #[inline]
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Reading<Self>, D::Error> {
        Ok(match T::read(deserializer)? {
            Reading::Null => Reading::Null,
            Reading::Value(value) => Reading::Value(Some(value)),
            Reading::Misfit(json) => Reading::Misfit(json),
        })
    }

    fn is_absent(&self) -> bool {
        self.is_none()
    }
}

/// `null` in place of an item is no item. Another value that does not fit is an error, since a list without it would pass for
/// the whole one.
impl<T: Element + Serialize> Field for Vec<T> {
    #[inline]
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Reading<Self>, D::Error> {
        deserializer.deserialize_any(ListVisitor(PhantomData))
    }

    fn is_absent(&self) -> bool {
        self.is_empty()
    }
}

struct ListVisitor<T>(PhantomData<T>);

impl<T> ListVisitor<T> {
    fn scalar<E: de::Error>(self, value: impl Serialize) -> Result<Reading<Vec<T>>, E> {
        misfit(Raw::of(value))
    }
}

impl<'de, T: Element> Visitor<'de> for ListVisitor<T> {
    type Value = Reading<Vec<T>>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    #[inline]
    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = list.next_element_seed(ItemSeed(PhantomData))? {
            items.extend(item);
        }
        Ok(Reading::Value(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, object: A) -> Result<Self::Value, A::Error> {
        misfit(Raw::of_object(object)?)
    }

    fn visit_some<D: Deserializer<'de>>(self, inner: D) -> Result<Self::Value, D::Error> {
        inner.deserialize_any(self)
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, inner: D) -> Result<Self::Value, D::Error> {
        inner.deserialize_any(self)
    }

    visit_scalars!();
}

/// A value in place of a list or an object.
pub(super) fn misfit<T, E: de::Error>(raw: Raw<'_>) -> Result<Reading<T>, E> {
    if raw.is_null() {
        return Ok(Reading::Null);
    }
    raw.into_json().map(Reading::Misfit)
}

struct ItemSeed<T>(PhantomData<T>);

impl<'de, T: Element> DeserializeSeed<'de> for ItemSeed<T> {
    type Value = Option<T>;

    #[inline]
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Option<T>, D::Error> {
        match T::read(deserializer)? {
            Reading::Value(value) => Ok(Some(value)),
            Reading::Null => Ok(None),
            Reading::Misfit(json) => Err(unfit(&json, T::EXPECTED)),
        }
    }
}
