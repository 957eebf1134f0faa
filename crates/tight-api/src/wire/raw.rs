//! Raw JSON of a value, to keep values that do not fit.

use std::borrow::Cow;
use std::fmt;
use std::marker::PhantomData;

use serde::de::{
    self, DeserializeOwned, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Unexpected,
    Visitor,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use serde_json::value::RawValue;

use super::surrogates::replace_lone_surrogates;

/// How serde_json is asked for raw text. Where it is not known, a value is written as JSON again.
const RAW: &str = "$serde_json::private::RawValue";

/// What serde_json shows a number as, if some crate has switched on its feature `arbitrary_precision`.
pub(super) const NUMBER: &str = "$serde_json::private::Number";

/// The JSON text of one value, without whitespace around it.
pub(super) struct Raw<'de>(Cow<'de, str>);

impl<'de> Raw<'de> {
    #[inline]
    pub(super) fn read<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_newtype_struct(RAW, RawVisitor)
    }

    #[inline]
    pub(super) fn json(&self) -> &str {
        &self.0
    }

    #[inline]
    pub(super) fn is_null(&self) -> bool {
        self.0 == "null"
    }

    /// The text, if it is one.
    #[inline]
    pub(super) fn text(&self) -> Option<Cow<'_, str>> {
        let inner = self.0.strip_prefix('"')?.strip_suffix('"')?;
        if has_escape(inner) {
            return self.parse().map(Cow::Owned);
        }
        Some(Cow::Borrowed(inner))
    }

    /// What it says, if it can be read as that, with replacement characters for those that were cut in two.
    pub(super) fn parse<T: DeserializeOwned>(&self) -> Option<T> {
        let whole = || serde_json::from_str(&replace_lone_surrogates(&self.0)?).ok();
        serde_json::from_str(&self.0).ok().or_else(whole)
    }

    /// To be kept.
    pub(super) fn into_json<E: de::Error>(self) -> Result<Box<RawValue>, E> {
        RawValue::from_string(self.0.into_owned()).map_err(E::custom)
    }

    pub(super) fn of(value: impl Serialize) -> Self {
        Self(serde_json::to_string(&value).unwrap_or_default().into())
    }

    pub(super) fn of_list<A: SeqAccess<'de>>(mut list: A) -> Result<Self, A::Error> {
        let mut json = String::from("[");
        while let Some(item) = list.next_element_seed(RawSeed)? {
            let comma = if json.len() > 1 { "," } else { "" };
            json.extend([comma, item.json()]);
        }
        json.push(']');
        Ok(Self(json.into()))
    }

    pub(super) fn of_object<A: MapAccess<'de>>(mut object: A) -> Result<Self, A::Error> {
        match object.next_key::<String>()? {
            Some(name) => Self::of_object_from(name, object),
            None => Ok(Self("{}".into())),
        }
    }

    /// Of an object whose first name has been read.
    fn of_object_from<A: MapAccess<'de>>(name: String, mut object: A) -> Result<Self, A::Error> {
        let value = object.next_value_seed(RawSeed)?;
        if let Some(number) = value.as_number_of(&name) {
            return Ok(number);
        }
        let mut json = String::from("{");
        let mut entry = Some((name, value));
        while let Some((name, value)) = entry {
            let comma = if json.len() > 1 { "," } else { "" };
            json.extend([comma, Raw::of(&name).json(), ":", value.json()]);
            let name = object.next_key::<String>()?;
            entry = match name {
                Some(name) => Some((name, object.next_value_seed(RawSeed)?)),
                None => None,
            };
        }
        json.push('}');
        Ok(Self(json.into()))
    }

    /// The number that serde_json shows as an object of this one entry.
    pub(super) fn as_number_of(&self, name: &str) -> Option<Raw<'de>> {
        let text = self.text().filter(|_| name == NUMBER)?;
        is_number(&text).then(|| Raw(text.into_owned().into()))
    }
}

/// Whether there is a backslash. Texts are short, so looking at all of it at once is faster than looking for the first.
#[inline]
fn has_escape(text: &str) -> bool {
    text.bytes()
        .fold(false, |found, byte| found | (byte == b'\\'))
}

/// Whether a text is a number of JSON.
pub(super) fn is_number(text: &str) -> bool {
    let is_json = || serde_json::from_str::<&RawValue>(text).is_ok();
    text.starts_with(|first: char| first == '-' || first.is_ascii_digit())
        && text.ends_with(|last: char| last.is_ascii_digit())
        && is_json()
}

/// serde's words for a value that is something else.
pub(super) fn type_error<E: de::Error>(json: &RawValue, expected: &str) -> E {
    let json = json.get();
    let text: String;
    let unexpected = match json.as_bytes().first() {
        Some(b'"') => {
            text = serde_json::from_str(json).unwrap_or_default();
            Unexpected::Str(&text)
        }
        Some(b'[') => Unexpected::Seq,
        Some(b'{') => Unexpected::Map,
        Some(b't' | b'f') => Unexpected::Bool(json == "true"),
        Some(b'n') | None => Unexpected::Unit,
        Some(_) => match (json.parse(), json.parse(), json.parse()) {
            (Ok(number), _, _) => Unexpected::Signed(number),
            (_, Ok(number), _) => Unexpected::Unsigned(number),
            (_, _, number) => Unexpected::Float(number.unwrap_or(f64::NAN)),
        },
    };
    E::invalid_type(unexpected, &expected)
}

/// Reads raw text where a seed is wanted.
pub(super) struct RawSeed;

impl<'de> DeserializeSeed<'de> for RawSeed {
    type Value = Raw<'de>;

    #[inline]
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Raw<'de>, D::Error> {
        Raw::read(deserializer)
    }
}

/// What a visitor does with values that are neither lists nor objects, all alike.
macro_rules! visit_scalars {
    () => {
        fn visit_bool<E: serde::de::Error>(self, value: bool) -> Result<Self::Value, E> {
            self.scalar(value)
        }

        fn visit_i64<E: serde::de::Error>(self, value: i64) -> Result<Self::Value, E> {
            self.scalar(value)
        }

        fn visit_u64<E: serde::de::Error>(self, value: u64) -> Result<Self::Value, E> {
            self.scalar(value)
        }

        fn visit_f64<E: serde::de::Error>(self, value: f64) -> Result<Self::Value, E> {
            self.scalar(value)
        }

        fn visit_str<E: serde::de::Error>(self, value: &str) -> Result<Self::Value, E> {
            self.scalar(value)
        }

        fn visit_unit<E: serde::de::Error>(self) -> Result<Self::Value, E> {
            self.scalar(())
        }

        fn visit_none<E: serde::de::Error>(self) -> Result<Self::Value, E> {
            self.scalar(())
        }
    };
}
pub(super) use visit_scalars;

struct RawVisitor;

impl RawVisitor {
    fn scalar<'de, E>(self, value: impl Serialize) -> Result<Raw<'de>, E> {
        Ok(Raw::of(value))
    }
}

impl<'de> Visitor<'de> for RawVisitor {
    type Value = Raw<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("any JSON value")
    }

    #[inline]
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Raw<'de>, A::Error> {
        match map.next_key_seed(Text(PhantomData))? {
            Some(Cow::Borrowed(RAW)) => map.next_value_seed(Text(PhantomData)).map(Raw),
            Some(name) => Raw::of_object_from(name.into_owned(), map),
            None => Ok(Raw("{}".into())),
        }
    }

    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<Raw<'de>, A::Error> {
        Raw::of_list(list)
    }

    // Whatever is no JSON, or has been buffered by serde.
    fn visit_newtype_struct<D: Deserializer<'de>>(self, inner: D) -> Result<Raw<'de>, D::Error> {
        Value::deserialize(inner).map(Raw::of)
    }

    fn visit_some<D: Deserializer<'de>>(self, inner: D) -> Result<Raw<'de>, D::Error> {
        Raw::read(inner)
    }

    visit_scalars!();
}

/// A text, borrowed if it can be.
struct Text<'de>(PhantomData<&'de str>);

impl<'de> DeserializeSeed<'de> for Text<'de> {
    type Value = Cow<'de, str>;

    #[inline]
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<'de> Visitor<'de> for Text<'de> {
    type Value = Cow<'de, str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a string")
    }

    #[inline]
    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(Cow::Borrowed(text))
    }

    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Cow::Owned(text.to_owned()))
    }

    fn visit_string<E>(self, text: String) -> Result<Self::Value, E> {
        Ok(Cow::Owned(text))
    }
}
