//! What the fields of a received object hold, each read so that it cannot fail the object.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use serde::Serialize;
use serde::de::{self, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Unexpected, Visitor};
use serde_json::value::RawValue;

use super::free_form::JsonObject;
use super::raw::{Raw, RawSeed, unfit, visit_scalars};

/// What came of reading a value.
pub(crate) enum Reading<T> {
    Null,
    Value(T),
    /// It is something else, which is kept.
    Misfit(Box<RawValue>),
    /// It is a list, of which some items are something else. All of it is kept.
    Partly(T, Box<RawValue>),
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
        Reading::Partly(value, _) => Ok(value),
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

    /// Whether it is what was read of a list with items that do not fit, and has not been set since.
    fn is_part_of(&self, _: &RawValue) -> bool {
        false
    }
}

impl<T: Element + Serialize> Field for Option<T> {
    #[inline]
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Reading<Self>, D::Error> {
        Ok(match T::read(deserializer)? {
            Reading::Null => Reading::Null,
            Reading::Value(value) => Reading::Value(Some(value)),
            Reading::Misfit(json) => Reading::Misfit(json),
            Reading::Partly(value, json) => Reading::Partly(Some(value), json),
        })
    }

    fn is_absent(&self) -> bool {
        self.is_none()
    }
}

/// `null` in place of an item is no item. Another value that does not fit costs no other item: the list is kept as it came, next
/// to those that do.
impl<T: Element + Serialize> Field for Vec<T> {
    #[inline]
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Reading<Self>, D::Error> {
        deserializer.deserialize_any(ListVisitor(PhantomData))
    }

    fn is_absent(&self) -> bool {
        self.is_empty()
    }

    fn is_part_of(&self, list: &RawValue) -> bool {
        let mut list = serde_json::Deserializer::from_str(list.get());
        let written = |items: &Self| serde_json::to_string(items).ok();
        match <Self as Field>::read(&mut list) {
            Ok(Reading::Partly(items, _)) => written(&items) == written(self),
            _ => false,
        }
    }
}

struct ListVisitor<T>(PhantomData<T>);

impl<T> ListVisitor<T> {
    fn scalar<E: de::Error>(self, value: impl Serialize) -> Result<Reading<Vec<T>>, E> {
        misfit(Raw::of(value))
    }
}

impl<'de, T: Element + Serialize> Visitor<'de> for ListVisitor<T> {
    type Value = Reading<Vec<T>>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list")
    }

    #[inline]
    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Self::Value, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = list.next_element_seed(ItemSeed(PhantomData))? {
            match item {
                Reading::Value(item) => items.push(item),
                Reading::Null => {}
                Reading::Misfit(json) | Reading::Partly(_, json) => {
                    return partly(items, &json, list);
                }
            }
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

/// The rest of a list, after the first item that does not fit.
fn partly<'de, T: Element + Serialize, A: SeqAccess<'de>>(
    mut items: Vec<T>,
    misfit: &RawValue,
    mut list: A,
) -> Result<Reading<Vec<T>>, A::Error> {
    let mut json = String::from("[");
    for item in &items {
        json.extend([Raw::of(item).json(), ","]);
    }
    json.push_str(misfit.get());
    while let Some(raw) = list.next_element_seed(RawSeed)? {
        json.extend([",", raw.json()]);
        let mut item = serde_json::Deserializer::from_str(raw.json());
        if let Ok(Reading::Value(item)) = T::read(&mut item) {
            items.push(item);
        }
    }
    json.push(']');
    let json = RawValue::from_string(json).map_err(de::Error::custom)?;
    Ok(Reading::Partly(items, json))
}

struct ItemSeed<T>(PhantomData<T>);

impl<'de, T: Element> DeserializeSeed<'de> for ItemSeed<T> {
    type Value = Reading<T>;

    #[inline]
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Reading<T>, D::Error> {
        T::read(deserializer)
    }
}
