//! Cursors: what marks a place between two pages. One names the entity that it stands next to, by its number
//! and by what the list is ordered by, so that it keeps its place while others come and go, even that entity
//! itself. Callers are not to read it, as the documentation has it.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::json;

/// A place in a list, and the side of it that the page is on.
#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum Cursor {
    After(Place),
    Before(Place),
}

/// Where an entity stands in a list.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Place {
    /// The list, by its path and order. A cursor is good for no other.
    pub(crate) list: String,
    /// What the list is ordered by, of that entity.
    pub(crate) key: Value,
    pub(crate) number: u64,
}

impl Cursor {
    pub(crate) fn read(text: &str) -> Option<Self> {
        let json = BASE64_URL_SAFE_NO_PAD.decode(text).ok()?;
        serde_json::from_value(json::read(&json).ok()?.value).ok()
    }

    pub(crate) fn write(&self) -> Value {
        // Strings, numbers and JSON values can always be written.
        let json = serde_json::to_vec(self).unwrap_or_default();
        Value::String(BASE64_URL_SAFE_NO_PAD.encode(json))
    }

    pub(crate) fn place(&self) -> &Place {
        match self {
            Self::After(place) | Self::Before(place) => place,
        }
    }
}
