//! Remembers what was saved, so that a test can look at it.

use std::collections::HashMap;

use serde_json::Value;

/// Everything saved since the sandbox started, by collection.
#[derive(Default)]
pub(crate) struct Store(HashMap<String, Collection>);

#[derive(Default)]
struct Collection {
    entities: Vec<Value>,
    last_number: u64,
}

impl Store {
    /// Keeps the entity that `make` gives for the next number of `collection`.
    pub(crate) fn add(&mut self, collection: &str, make: impl FnOnce(u64) -> Value) -> Value {
        let collection = self.0.entry(collection.to_owned()).or_default();
        collection.last_number += 1;
        let entity = make(collection.last_number);
        collection.entities.push(entity.clone());
        entity
    }

    /// The entities of `collection`, in the order in which they were saved.
    pub(crate) fn entities(&self, collection: &str) -> &[Value] {
        self.0
            .get(collection)
            .map(|collection| collection.entities.as_slice())
            .unwrap_or_default()
    }
}
