//! Answers a request for one entity by its id, or to delete it.

use serde_json::{Map, Value};

use crate::{
    document::shape::{EntityAction, EntityShape},
    domain::ledger::Books,
    envelope::Answer,
    store::caller::Caller,
};

/// An operation about one entity, ready to answer.
pub(crate) struct EntityById {
    collection: String,
    id: String,
    action: EntityAction,
}

impl EntityById {
    pub(crate) fn new(shape: &EntityShape) -> Self {
        Self {
            collection: shape.collection.clone(),
            id: shape.id.clone(),
            action: shape.action,
        }
    }

    pub(crate) fn answer(
        &self,
        path: &Map<String, Value>,
        books: &Books,
        caller: &Caller,
    ) -> Answer {
        let id = path
            .get(&self.id)
            .and_then(Value::as_str)
            .unwrap_or_default();
        let mut ledger = books.open(caller);
        let entity = match self.action {
            EntityAction::Get => ledger.store().find(&self.collection, id).cloned(),
            EntityAction::Delete => ledger.delete(&self.collection, id),
        };
        match entity {
            Some(entity) => Answer::success(entity),
            None => Answer::not_found(&self.id, &self.collection),
        }
    }
}
