//! Lenient decoding of field values: a value that does not fit never fails its object.

use std::borrow::Cow;
use std::marker::PhantomData;

use serde::Serialize;
use serde::de::{self, DeserializeSeed, Deserializer, Unexpected};
use serde_json::value::RawValue;

use super::raw::{Raw, type_error};
use super::values::JsonObject;

/// The result of decoding a value.
pub(crate) enum Reading<T> {
    Null,
    Value(T),
    /// It is something else, which is kept.
    Mismatch(Box<RawValue>),
    /// It is a list or a map, of which some items are something else. All of it is kept.
    Partial(T, Box<RawValue>),
}

impl<T> Reading<T> {
    /// What came of reading a value that another is made of.
    #[inline]
    pub(crate) fn map<U>(self, make: impl FnOnce(T) -> U) -> Reading<U> {
        match self {
            Self::Null => Reading::Null,
            Self::Value(value) => Reading::Value(make(value)),
            Self::Mismatch(json) => Reading::Mismatch(json),
            Self::Partial(value, json) => Reading::Partial(make(value), json),
        }
    }
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
        None => raw.into_json().map(Reading::Mismatch),
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

/// Reads what is made from some values of another type, and from no others.
#[allow(dead_code, reason = "depends on the document")]
pub(crate) fn one_of<'de, D, T, U>(
    deserializer: D,
    make: impl FnOnce(T) -> Option<U>,
) -> Result<Reading<U>, D::Error>
where
    D: Deserializer<'de>,
    T: Element,
{
    scalar(deserializer, |raw| make(fitting(raw)?))
}

/// What a field would hold of a value, if it fits as a whole or in part.
pub(super) fn fitting<T: Element>(raw: &Raw<'_>) -> Option<T> {
    match T::read(&mut serde_json::Deserializer::from_str(raw.json())) {
        Ok(Reading::Value(value) | Reading::Partial(value, _)) => Some(value),
        Ok(Reading::Null | Reading::Mismatch(_)) | Err(_) => None,
    }
}

/// Reads what must be there and fit.
#[inline]
pub(crate) fn strictly<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Element,
{
    match T::read(deserializer)? {
        Reading::Value(value) => Ok(value),
        Reading::Partial(value, _) => Ok(value),
        Reading::Null => Err(de::Error::invalid_type(Unexpected::Unit, &T::EXPECTED)),
        Reading::Mismatch(json) => Err(type_error(&json, T::EXPECTED)),
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

/// A value that stands within others of its own type.
impl<T: Element> Element for Box<T> {
    const EXPECTED: &'static str = T::EXPECTED;

    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Reading<Self>, D::Error> {
        Ok(T::read(deserializer)?.map(Box::new))
    }
}

/// A field of a received object.
pub(crate) trait Field: Default + Serialize {
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Reading<Self>, D::Error>;

    /// Whether there is nothing to write.
    fn is_absent(&self) -> bool;

    /// Whether it is what was read of a value of which a part does not fit, and has not been set since.
    fn is_part_of(&self, whole: &RawValue) -> bool {
        let mut whole = serde_json::Deserializer::from_str(whole.get());
        let written = |field: &Self| serde_json::to_string(field).ok();
        match Self::read(&mut whole) {
            Ok(Reading::Partial(part, _)) => written(&part) == written(self),
            _ => false,
        }
    }
}

impl<T: Element + Serialize> Field for Option<T> {
    #[inline]
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Reading<Self>, D::Error> {
        Ok(T::read(deserializer)?.map(Some))
    }

    fn is_absent(&self) -> bool {
        self.is_none()
    }
}

/// A value in place of a list or an object.
pub(super) fn mismatch<T, E: de::Error>(raw: Raw<'_>) -> Result<Reading<T>, E> {
    if raw.is_null() {
        return Ok(Reading::Null);
    }
    raw.into_json().map(Reading::Mismatch)
}

/// Reads a value where a seed is wanted.
pub(super) struct ElementSeed<T>(pub(super) PhantomData<T>);

impl<'de, T: Element> DeserializeSeed<'de> for ElementSeed<T> {
    type Value = Reading<T>;

    #[inline]
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Reading<T>, D::Error> {
        T::read(deserializer)
    }
}
