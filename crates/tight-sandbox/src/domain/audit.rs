//! Writes the audit trail: an entry for each change of an entity in any collection. The document defines the fields
//! of an entry; its sample shows that the action is a word and the changed fields are one object.

use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::{
    document::Document,
    domain::{collection, missing_field},
    store::{
        Entity, Record,
        collections::Collections,
        collections::SentFields,
        id,
        synthesis::{CreationContext, Synthesis},
    },
};

/// The rule in the document.
#[derive(Deserialize)]
pub(crate) struct Rule {
    collection: String,
    action: String,
    revisions: String,
}

/// The audit trail.
pub(crate) struct AuditTrail {
    collection: String,
    /// The field with the action.
    action: String,
    /// The field with the changes.
    revisions: String,
    synthesis: Synthesis,
}

/// A change of an entity.
pub(crate) enum Change<'a> {
    Create(&'a Entity),
    /// From the first to the second.
    Update(&'a Entity, &'a Entity),
    Delete(&'a Entity),
}

impl AuditTrail {
    /// `None` if the document does not have the collection.
    pub(crate) fn new(
        rule: Rule,
        document: &Document,
        collections: &Collections,
    ) -> Result<Option<Self>, String> {
        let Some((found, fields)) = collection(&rule.collection, document, collections) else {
            return Ok(None);
        };
        if fields
            .get(&rule.action)
            .is_none_or(|action| !action.is("string"))
        {
            return Err(missing_field(&rule.collection, &rule.action));
        }
        if fields
            .get(&rule.revisions)
            .is_none_or(|list| !list.is("array"))
        {
            return Err(missing_field(&rule.collection, &rule.revisions));
        }
        let sent = SentFields::new();
        let synthesis = Synthesis::new(&document.types, &found.fields, &sent, &rule.collection);
        Ok(Some(Self {
            collection: rule.collection,
            action: rule.action,
            revisions: rule.revisions,
            synthesis,
        }))
    }

    pub(crate) fn collection(&self) -> &str {
        &self.collection
    }

    /// The entry for `change`, with this number.
    pub(crate) fn entry(
        &self,
        change: &Change<'_>,
        number: u64,
        creation: CreationContext<'_>,
    ) -> Record {
        let (action, entity, revisions) = match change {
            Change::Create(entity) => ("CREATE", entity, json!([entity])),
            Change::Update(old, new) => ("UPDATE", new, json!([changed(old, new)])),
            Change::Delete(entity) => ("DELETE", entity, json!([])),
        };
        let mut entry = self.synthesis.create(&Map::new(), number, creation);
        entry.insert(self.action.clone(), json!(action));
        entry.insert(self.revisions.clone(), revisions);
        Record {
            entity: entry,
            about: id(entity).map(str::to_owned),
            company: None,
        }
    }
}

/// The fields that differ in `new`; removed fields are null.
fn changed(old: &Entity, new: &Entity) -> Map<String, Value> {
    let gone = old.keys().filter(|name| !new.contains_key(*name));
    new.iter()
        .filter(|(name, value)| old.get(*name) != Some(*value))
        .map(|(name, value)| (name.clone(), value.clone()))
        .chain(gone.map(|name| (name.clone(), Value::Null)))
        .collect()
}
