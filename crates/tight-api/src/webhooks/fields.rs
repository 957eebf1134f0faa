//! The fields of an event as JSON, from which generated code decodes the kinds of event.

use std::collections::BTreeMap;

use serde::de::DeserializeOwned;
use serde_json::value::RawValue;

use super::{Error, Event, Result};
use crate::JsonValue;
use crate::wire::{json_path, replace_lone_surrogates};

/// Decodes an event. Invalid UTF-8 and lone surrogates are replaced.
pub(super) fn event(body: &[u8]) -> Result<Event> {
    let text = String::from_utf8_lossy(body);
    let unreadable = |error: serde_json::Error| Error::Unreadable {
        path: json_path::of_error(&text, &error),
        message: error.to_string(),
    };
    let mended = |error| match replace_lone_surrogates(&text) {
        Some(text) => read(&text).map_err(|_| error),
        None => Err(error),
    };
    read(&text).or_else(mended).map_err(unreadable)
}

fn read(text: &str) -> serde_json::Result<Event> {
    match serde_json::from_str(text) {
        Ok(fields) => Event::read(&Fields { text, fields }),
        // Not an object: an unknown kind of event.
        Err(error) if error.is_data() => serde_json::from_str(text).map(Event::Other),
        Err(error) => Err(error),
    }
}

/// The fields of an event.
#[allow(dead_code, reason = "depends on the document")]
pub(crate) struct Fields<'a> {
    text: &'a str,
    fields: BTreeMap<String, &'a RawValue>,
}

#[allow(dead_code, reason = "depends on the document")]
impl<'a> Fields<'a> {
    fn json(&self, name: &str) -> Option<&'a str> {
        self.fields.get(name).map(|json| json.get())
    }

    /// Returns a field that is a string.
    pub(crate) fn text(&self, name: &str) -> Option<String> {
        serde_json::from_str(self.json(name)?).ok()
    }

    /// Decodes the whole event as a model.
    pub(crate) fn object<T: DeserializeOwned>(&self) -> serde_json::Result<Box<T>> {
        serde_json::from_str(self.text).map(Box::new)
    }

    /// Returns the whole event as JSON.
    pub(crate) fn value(&self) -> serde_json::Result<JsonValue> {
        serde_json::from_str(self.text)
    }

    /// Returns the entity in one field, with its path from another.
    pub(crate) fn entity(&self, property: &str, path: &str) -> Carried<'a> {
        Carried {
            path: self.text(path).unwrap_or_default(),
            json: self.json(property),
        }
    }
}

/// An entity within an event.
pub(crate) struct Carried<'a> {
    path: String,
    json: Option<&'a str>,
}

impl Carried<'_> {
    /// The path segments, also of an absolute URL.
    pub(crate) fn path(&self) -> Vec<&str> {
        let path = self.path.split(['?', '#']).next().unwrap_or_default();
        let path = match path.split_once("://") {
            Some((_, address)) => address.split_once('/').map_or("", |(_, path)| path),
            None => path,
        };
        path.split('/')
            .filter(|segment| !segment.is_empty())
            .collect()
    }

    /// Decodes the entity as a model, if it is an object.
    pub(crate) fn object<T: DeserializeOwned>(&self) -> Option<Box<T>> {
        serde_json::from_str(self.json?).ok().map(Box::new)
    }

    /// The entity as JSON; `null` if there is none. If it is nested too deeply, it is in the unknown fields of the event.
    pub(crate) fn value(&self) -> JsonValue {
        let value = self.json.and_then(|json| serde_json::from_str(json).ok());
        value.unwrap_or_default()
    }
}
