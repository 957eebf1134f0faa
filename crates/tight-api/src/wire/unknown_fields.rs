//! Undocumented fields of objects.

#[cfg(feature = "client")]
use std::borrow::Cow;
use std::collections::HashSet;
use std::fmt;
use std::hash::{Hash, Hasher};

use serde::de::DeserializeOwned;
#[cfg(feature = "client")]
use serde_json::Value;
use serde_json::value::RawValue;

use super::values::{JsonObject, JsonValue};

/// The undocumented fields of an object, as the raw JSON that Tight sent.
///
/// Holds fields that are not documented, and values that do not fit the type of their field, under the name of the field: an object
/// instead of a string, or a list of which some items do not fit. All of it is serialized again with the object. Numbers are not
/// rounded, except a fraction in place of a list or an object. `Debug` shows the names only, since values can be confidential.
///
/// ```
/// use tight_api::types::Message;
///
/// let message: Message = serde_json::from_str(r#"{"id":"msg_1","text":5,"weight":150.50}"#)?;
/// assert_eq!(message.id.as_deref(), Some("msg_1"));
/// assert_eq!(message.text, None);
/// assert_eq!(message.unknown_fields.get("text"), Some("5"));
/// assert_eq!(message.unknown_fields.get("weight"), Some("150.50"));
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Default)]
pub struct UnknownFields(Option<Box<Fields>>);

#[derive(Clone, Default)]
struct Fields(Vec<(Box<str>, Box<RawValue>)>);

impl UnknownFields {
    pub(super) fn new(fields: Vec<(Box<str>, Box<RawValue>)>) -> Self {
        Self(
            Some(fields)
                .filter(|fields| !fields.is_empty())
                .map(|fields| Box::new(Fields(fields))),
        )
    }

    pub(super) fn entries(&self) -> &[(Box<str>, Box<RawValue>)] {
        self.0.as_ref().map_or(&[], |fields| &fields.0)
    }

    pub(crate) fn json(&self, name: &str) -> Option<&RawValue> {
        let mut entries = self.entries().iter();
        entries
            .find(|(known, _)| **known == *name)
            .map(|(_, json)| &**json)
    }

    /// Returns whether there are no unknown fields.
    pub fn is_empty(&self) -> bool {
        self.entries().is_empty()
    }

    /// Returns the number of unknown fields.
    pub fn len(&self) -> usize {
        self.entries().len()
    }

    /// Returns the raw JSON of a field; `None` if there is no such field.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.iter()
            .find(|(known, _)| *known == name)
            .map(|(_, json)| json)
    }

    /// Decodes a field; `None` if there is no such field.
    pub fn read<T: DeserializeOwned>(&self, name: &str) -> Option<serde_json::Result<T>> {
        self.get(name).map(serde_json::from_str)
    }

    /// Returns the names and raw JSON values, in the order of the response.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.entries()
            .iter()
            .map(|(name, json)| (&**name, json.get()))
    }

    /// Adds a field.
    #[cfg(feature = "client")]
    pub(crate) fn keep(&mut self, name: &str, json: Box<RawValue>) {
        let fields = self.0.get_or_insert_default();
        fields.0.push((name.into(), json));
    }

    /// Applies `clean` to all names and strings. A value that cannot be parsed is replaced with an ellipsis.
    #[cfg(feature = "client")]
    pub(crate) fn clean(&mut self, clean: impl for<'a> Fn(&'a str) -> Cow<'a, str>) {
        let fields = self.0.iter_mut().flat_map(|fields| &mut fields.0);
        for (name, json) in fields {
            if let Cow::Owned(other) = clean(name) {
                *name = other.into();
            }
            let read = serde_json::from_str(json.get()).ok();
            let cleaned = read.map(|mut value| clean_value(&mut value, &clean).then_some(value));
            let other = match cleaned {
                Some(Some(value)) => value,
                Some(None) => continue,
                None => Value::from("…"),
            };
            if let Ok(other) = serde_json::value::to_raw_value(&other) {
                *json = other;
            }
        }
    }
}

/// Returns whether something was replaced.
#[cfg(feature = "client")]
fn clean_value(value: &mut Value, clean: &impl for<'a> Fn(&'a str) -> Cow<'a, str>) -> bool {
    match value {
        Value::String(text) => match clean(text) {
            Cow::Owned(other) => {
                *text = other;
                true
            }
            Cow::Borrowed(_) => false,
        },
        Value::Array(items) => items
            .iter_mut()
            .fold(false, |changed, item| clean_value(item, clean) | changed),
        Value::Object(object) => {
            let mut changed = false;
            let cleaned = std::mem::take(object).into_iter().map(|(name, mut value)| {
                changed |= clean_value(&mut value, clean);
                let name = match clean(&name) {
                    Cow::Owned(other) => {
                        changed = true;
                        other
                    }
                    Cow::Borrowed(_) => name,
                };
                (name, value)
            });
            *object = cleaned.collect();
            changed
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => false,
    }
}

/// Creates fields from names and values. Of several with one name, the last one counts.
impl<N: Into<String>, V: Into<JsonValue>> FromIterator<(N, V)> for UnknownFields {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(fields: I) -> Self {
        let mut rest = UnknownFieldsBuilder::default();
        for (name, value) in fields {
            let value: JsonValue = value.into();
            // A JSON value always serializes.
            let json = serde_json::value::to_raw_value(&value).unwrap_or_default();
            rest.push(name.into(), json);
        }
        rest.finish()
    }
}

impl<N: Into<String>, V: Into<JsonValue>, const COUNT: usize> From<[(N, V); COUNT]>
    for UnknownFields
{
    fn from(fields: [(N, V); COUNT]) -> Self {
        fields.into_iter().collect()
    }
}

impl From<JsonObject> for UnknownFields {
    fn from(fields: JsonObject) -> Self {
        fields.into_iter().collect()
    }
}

impl PartialEq for UnknownFields {
    fn eq(&self, other: &Self) -> bool {
        self.iter().eq(other.iter())
    }
}

impl Eq for UnknownFields {}

impl Hash for UnknownFields {
    fn hash<H: Hasher>(&self, state: &mut H) {
        for field in self.iter() {
            field.hash(state);
        }
    }
}

impl fmt::Debug for UnknownFields {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set()
            .entries(self.iter().map(|(name, _)| name))
            .finish()
    }
}

/// Unknown fields of an object that is being read.
#[derive(Default)]
pub(super) struct UnknownFieldsBuilder {
    fields: Vec<(Box<str>, Box<RawValue>)>,
    /// Whether a value did not fit its field.
    pub(super) has_mismatches: bool,
}

impl UnknownFieldsBuilder {
    pub(super) fn push(&mut self, name: impl Into<Box<str>>, json: Box<RawValue>) {
        self.fields.push((name.into(), json));
    }

    pub(super) fn remove(&mut self, name: &str) {
        self.fields.retain(|(known, _)| **known != *name);
    }

    /// Of several fields with one name, the last one counts.
    #[inline]
    pub(super) fn finish(mut self) -> UnknownFields {
        if self.fields.len() > 1 {
            let mut seen = HashSet::with_capacity(self.fields.len());
            let mut is_last: Vec<bool> = (self.fields.iter().rev())
                .map(|(name, _)| seen.insert(&**name))
                .collect();
            self.fields.retain(|_| is_last.pop().unwrap_or(true));
        }
        UnknownFields::new(self.fields)
    }
}
