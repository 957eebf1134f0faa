//! Cursors: a place between two pages. A cursor names its neighbouring entity by number and sort key, so it stays
//! valid while entities are added and removed, even that one. Clients must treat it as opaque, as the documentation
//! says.

use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::json;

/// A place in a list, and on which side of it the page is.
#[derive(Debug, Deserialize, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum Cursor {
    After(Place),
    Before(Place),
}

/// The place of an entity in a list.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Place {
    /// The list, by path and order. A cursor is valid for no other.
    pub(crate) list: String,
    /// The entity's sort key.
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
