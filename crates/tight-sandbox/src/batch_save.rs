//! Answers a batch save. Each shape of answer is a module like this one.

use std::sync::{Mutex, PoisonError};

use axum::http::StatusCode;
use serde_json::Value;

use crate::{
    contract::BatchSaveShape,
    envelope::{Answer, ItemResult},
    schema::Schemas,
    store::Store,
    synthesis::Synthesis,
    validation::Checker,
};

/// A batch save, ready to answer.
pub(crate) struct BatchSave {
    collection: String,
    envelope: Checker,
    item: Checker,
    synthesis: Synthesis,
}

impl BatchSave {
    pub(crate) fn new(shape: BatchSaveShape, schemas: &Schemas) -> Result<Self, String> {
        let BatchSaveShape {
            collection,
            envelope,
            item,
            entity,
        } = shape;
        Ok(Self {
            envelope: Checker::new(schemas, &envelope, "The request body")?,
            item: Checker::new(schemas, &item, "The item")?,
            synthesis: Synthesis::new(entity, schemas.resolve(&item)?, &collection),
            collection,
        })
    }

    pub(crate) fn collection(&self) -> &str {
        &self.collection
    }

    /// Saves the good items of `body`. `now` is a date-time as this API writes it.
    pub(crate) fn answer(&self, body: &Value, store: &Mutex<Store>, now: &str) -> Answer {
        let flaws = self.envelope.check(body);
        let Some(items) = body
            .get("data")
            .and_then(Value::as_array)
            .filter(|_| flaws.is_empty())
        else {
            return Answer::failure(StatusCode::BAD_REQUEST, &flaws);
        };
        let checked: Vec<_> = items
            .iter()
            .map(|item| (item, self.item.check(item)))
            .collect();

        // Held for the whole batch, so that the entities of one request lie together and in its order.
        let mut store = store.lock().unwrap_or_else(PoisonError::into_inner);
        let results: Vec<_> = checked
            .into_iter()
            .map(|(item, flaws)| {
                if !flaws.is_empty() {
                    return ItemResult::Rejected(flaws);
                }
                let entity = store.add(&self.collection, |number| {
                    self.synthesis.entity(item, number, now)
                });
                ItemResult::Saved(entity)
            })
            .collect();
        Answer::batch(&results)
    }
}
