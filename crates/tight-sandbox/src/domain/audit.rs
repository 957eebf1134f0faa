//! Writes the audit trail: an entry for each change of an entity, whatever its collection. What an entry looks
//! like follows from the document; that it tells the action in a word and the changed fields in one object is
//! what its sample shows.

use serde_json::{Map, Value, json};

use crate::{
    document::schema::Schema,
    store::synthesis::{Occasion, Synthesis},
    store::{Entity, Record, id},
};

const ACTION: &str = "action";
const REVISIONS: &str = "revisions";

/// The trail of all changes.
pub(crate) struct AuditTrail {
    collection: String,
    synthesis: Synthesis,
}

/// What happened to an entity.
pub(crate) enum Change<'a> {
    Create(&'a Entity),
    /// From the first to the second.
    Update(&'a Entity, &'a Entity),
    Delete(&'a Entity),
}

/// Whether `entity` is an entry of an audit trail.
pub(crate) fn is_entry(entity: &Schema) -> bool {
    ["editor", ACTION, REVISIONS]
        .iter()
        .all(|name| entity.properties.contains_key(*name))
}

impl AuditTrail {
    /// The trail that is kept as `collection`, where `entry` is what one of its entries looks like.
    pub(crate) fn new(collection: &str, entry: &Schema) -> Self {
        Self {
            collection: collection.to_owned(),
            synthesis: Synthesis::new(entry, &Schema::default(), collection),
        }
    }

    pub(crate) fn collection(&self) -> &str {
        &self.collection
    }

    /// The `number`th entry, which tells about `change`.
    pub(crate) fn entry(&self, change: &Change<'_>, number: u64, occasion: Occasion<'_>) -> Record {
        let (action, entity, revisions) = match change {
            Change::Create(entity) => ("CREATE", entity, json!([entity])),
            Change::Update(old, new) => ("UPDATE", new, json!([changed(old, new)])),
            Change::Delete(entity) => ("DELETE", entity, json!([])),
        };
        let mut entry = self.synthesis.create(&Map::new(), number, occasion);
        entry.insert(ACTION.to_owned(), json!(action));
        entry.insert(REVISIONS.to_owned(), revisions);
        Record {
            entity: entry,
            about: id(entity).map(str::to_owned),
        }
    }
}

/// The fields that `new` has otherwise than `old`; those that it has no more are null.
fn changed(old: &Entity, new: &Entity) -> Map<String, Value> {
    let gone = old.keys().filter(|name| !new.contains_key(*name));
    new.iter()
        .filter(|(name, value)| old.get(*name) != Some(*value))
        .map(|(name, value)| (name.clone(), value.clone()))
        .chain(gone.map(|name| (name.clone(), Value::Null)))
        .collect()
}
