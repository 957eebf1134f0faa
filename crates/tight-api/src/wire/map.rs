//! Maps in responses. A value that does not fit does not affect others.

use std::collections::BTreeMap;
use std::fmt;
use std::marker::PhantomData;

use serde::Serialize;
use serde::de::{self, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use super::depth::Level;
use super::element::{Element, ElementSeed, Field, Reading, fitting, mismatch, scalar};
use super::raw::{NUMBER, Raw, RawSeed, visit_scalars};

/// Skips `null`. If a value does not fit, the raw map is kept, too.
impl<T: Element + Serialize> Element for BTreeMap<String, T> {
    const EXPECTED: &'static str = "an object";

    #[inline]
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Reading<Self>, D::Error> {
        let Some(_level) = Level::enter() else {
            return scalar(deserializer, |_| None);
        };
        deserializer.deserialize_any(MapVisitor(PhantomData))
    }
}

impl<T: Element + Serialize> Field for BTreeMap<String, T> {
    #[inline]
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Reading<Self>, D::Error> {
        <Self as Element>::read(deserializer)
    }

    fn is_absent(&self) -> bool {
        self.is_empty()
    }
}

struct MapVisitor<T>(PhantomData<T>);

impl<T> MapVisitor<T> {
    fn scalar<E: de::Error>(
        self,
        value: impl Serialize,
    ) -> Result<Reading<BTreeMap<String, T>>, E> {
        mismatch(Raw::of(value))
    }
}

impl<'de, T: Element + Serialize> Visitor<'de> for MapVisitor<T> {
    type Value = Reading<BTreeMap<String, T>>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Self::Value, A::Error> {
        let mut values = BTreeMap::new();
        while let Some(name) = object.next_key::<String>()? {
            // What serde_json may show a number as.
            if name == NUMBER {
                let raw = object.next_value_seed(RawSeed)?;
                if values.is_empty()
                    && let Some(number) = raw.as_number_of(&name)
                {
                    return mismatch(number);
                }
                let (value, json) = (fitting(&raw), raw.into_json()?);
                return partial(values, name, value, &json, object);
            }
            let (value, json) = match object.next_value_seed(ElementSeed(PhantomData))? {
                Reading::Value(value) => {
                    values.insert(name, value);
                    continue;
                }
                // Of several values under one name, the last one counts.
                Reading::Null => {
                    values.remove(&name);
                    continue;
                }
                Reading::Mismatch(json) => (None, json),
                Reading::Partial(value, json) => (Some(value), json),
            };
            return partial(values, name, value, &json, object);
        }
        Ok(Reading::Value(values))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> Result<Self::Value, A::Error> {
        mismatch(Raw::of_list(list)?)
    }

    fn visit_some<D: Deserializer<'de>>(self, inner: D) -> Result<Self::Value, D::Error> {
        inner.deserialize_any(self)
    }

    fn visit_newtype_struct<D: Deserializer<'de>>(self, inner: D) -> Result<Self::Value, D::Error> {
        inner.deserialize_any(self)
    }

    visit_scalars!();
}

/// The rest of a map, from the first value that does not fit, or not as a whole.
fn partial<'de, T: Element + Serialize, A: MapAccess<'de>>(
    mut values: BTreeMap<String, T>,
    name: String,
    value: Option<T>,
    mismatch: &RawValue,
    mut object: A,
) -> Result<Reading<BTreeMap<String, T>>, A::Error> {
    let mut json = String::from("{");
    let entry = |name: &str, value: &str| format!("{}:{value}", Raw::of(name).json());
    for (name, value) in values.iter().filter(|(known, _)| **known != name) {
        json.extend([entry(name, Raw::of(value).json()).as_str(), ","]);
    }
    json.push_str(&entry(&name, mismatch.get()));
    let mut put = |name: String, value: Option<T>| match value {
        Some(value) => drop(values.insert(name, value)),
        None => drop(values.remove(&name)),
    };
    put(name, value);
    while let Some(name) = object.next_key::<String>()? {
        let raw = object.next_value_seed(RawSeed)?;
        json.extend([",", &entry(&name, raw.json())]);
        put(name, fitting(&raw));
    }
    json.push('}');
    let json = RawValue::from_string(json).map_err(de::Error::custom)?;
    Ok(Reading::Partial(values, json))
}
