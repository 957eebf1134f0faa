//! Lists in responses. An item that does not fit does not affect others.

use std::fmt;
use std::marker::PhantomData;

use serde::Serialize;
use serde::de::{self, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use super::depth::Level;
use super::element::{Element, ElementSeed, Field, Reading, fitting, mismatch, scalar};
use super::raw::{Raw, RawSeed, visit_scalars};

/// Skips `null`. If an item does not fit, the raw list is kept, too.
impl<T: Element + Serialize> Element for Vec<T> {
    const EXPECTED: &'static str = "a list";

    #[inline]
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Reading<Self>, D::Error> {
        let Some(_level) = Level::enter() else {
            return scalar(deserializer, |_| None);
        };
        deserializer.deserialize_any(ListVisitor(PhantomData))
    }
}

impl<T: Element + Serialize> Field for Vec<T> {
    #[inline]
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Reading<Self>, D::Error> {
        <Self as Element>::read(deserializer)
    }

    fn is_absent(&self) -> bool {
        self.is_empty()
    }
}

struct ListVisitor<T>(PhantomData<T>);

impl<T> ListVisitor<T> {
    fn scalar<E: de::Error>(self, value: impl Serialize) -> Result<Reading<Vec<T>>, E> {
        mismatch(Raw::of(value))
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
        while let Some(item) = list.next_element_seed(ElementSeed(PhantomData))? {
            let (item, json) = match item {
                Reading::Value(item) => {
                    items.push(item);
                    continue;
                }
                Reading::Null => continue,
                Reading::Mismatch(json) => (None, json),
                Reading::Partial(item, json) => (Some(item), json),
            };
            return partial(items, item, &json, list);
        }
        Ok(Reading::Value(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, object: A) -> Result<Self::Value, A::Error> {
        mismatch(Raw::of_object(object)?)
    }

    fn visit_some<D: Deserializer<'de>>(self, inner: D) -> Result<Self::Value, D::Error> {
        inner.deserialize_any(self)
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, inner: D) -> Result<Self::Value, D::Error> {
        inner.deserialize_any(self)
    }

    visit_scalars!();
}

/// The rest of a list, from the first item that does not fit, or not as a whole.
fn partial<'de, T: Element + Serialize, A: SeqAccess<'de>>(
    mut items: Vec<T>,
    item: Option<T>,
    mismatch: &RawValue,
    mut list: A,
) -> Result<Reading<Vec<T>>, A::Error> {
    let mut json = String::from("[");
    for item in &items {
        json.extend([Raw::of(item).json(), ","]);
    }
    json.push_str(mismatch.get());
    items.extend(item);
    while let Some(raw) = list.next_element_seed(RawSeed)? {
        json.extend([",", raw.json()]);
        items.extend(fitting(&raw));
    }
    json.push(']');
    let json = RawValue::from_string(json).map_err(de::Error::custom)?;
    Ok(Reading::Partial(items, json))
}
