//! Stores what was saved, for requests and for the test.

pub(crate) mod caller;
pub(crate) mod collections;
pub(crate) mod cursor;
pub(crate) mod file_fields;
pub(crate) mod filter;
pub(crate) mod order;
pub(crate) mod synthesis;
pub(crate) mod time;
pub(crate) mod tokens;

use std::collections::{BTreeMap, HashMap};

use serde_json::{Map, Value};

/// An entity.
pub(crate) type Entity = Map<String, Value>;

/// All data of a sandbox.
#[derive(Default)]
pub(crate) struct Store {
    collections: HashMap<String, Collection>,
    /// Singletons by name.
    singletons: HashMap<String, Singleton>,
    /// Uploaded files, by the id of their entity.
    uploads: HashMap<String, Upload>,
}

#[derive(Default)]
struct Collection {
    /// By number, so in the order of saving.
    records: BTreeMap<u64, Record>,
    numbers: HashMap<String, u64>,
    last_number: u64,
}

/// A stored singleton.
#[derive(Debug, Clone)]
pub(crate) enum Singleton {
    Saved(Entity),
    Deleted,
}

/// An entity, with what responses do not show.
pub(crate) struct Record {
    pub(crate) entity: Entity,
    /// For entries of the audit trail: the id of the entity that the entry is about.
    pub(crate) about: Option<String>,
}

/// An uploaded file, and the address that its entity shows.
pub(crate) struct Upload {
    pub(crate) file: Uploaded,
    pub(crate) url: Option<Value>,
}

/// An uploaded file, from [`Sandbox::uploaded`](crate::Sandbox::uploaded).
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Uploaded {
    /// The file name that the client sent.
    pub file_name: String,
    /// The media type that the client sent, if any.
    pub content_type: Option<String>,
    /// The content of the file.
    pub content: Vec<u8>,
}

impl Store {
    /// The number of the next new entity of `collection`.
    pub(crate) fn next_number(&self, collection: &str) -> u64 {
        self.collections
            .get(collection)
            .map_or(1, |collection| collection.last_number + 1)
    }

    /// Adds an entity.
    pub(crate) fn add(&mut self, collection: &str, record: Record) {
        let collection = self.collections.entry(collection.to_owned()).or_default();
        collection.last_number += 1;
        let number = collection.last_number;
        if let Some(id) = id(&record.entity) {
            collection.numbers.insert(id.to_owned(), number);
            // Skips numbers that other ids already use.
            let counted = number_of(id).filter(|counted| *counted < u64::from(u32::MAX));
            collection.last_number = number.max(counted.unwrap_or_default());
        }
        collection.records.insert(number, record);
    }

    pub(crate) fn find(&self, collection: &str, id: &str) -> Option<&Entity> {
        let collection = self.collections.get(collection)?;
        let number = collection.numbers.get(id)?;
        Some(&collection.records.get(number)?.entity)
    }

    /// Replaces the entity with the same id, and returns the old one.
    pub(crate) fn replace(&mut self, collection: &str, entity: Entity) -> Option<Entity> {
        let collection = self.collections.get_mut(collection)?;
        let number = collection.numbers.get(id(&entity)?)?;
        let record = collection.records.get_mut(number)?;
        Some(std::mem::replace(&mut record.entity, entity))
    }

    /// Removes an entity and its uploaded file.
    pub(crate) fn remove(&mut self, collection: &str, id: &str) -> Option<Entity> {
        let collection = self.collections.get_mut(collection)?;
        let number = collection.numbers.remove(id)?;
        let record = collection.records.remove(&number)?;
        self.uploads.remove(id);
        Some(record.entity)
    }

    /// The records of `collection` with their numbers, in the order of saving.
    pub(crate) fn records(
        &self,
        collection: &str,
    ) -> impl DoubleEndedIterator<Item = (u64, &Record)> {
        self.collections
            .get(collection)
            .into_iter()
            .flat_map(|collection| &collection.records)
            .map(|(number, record)| (*number, record))
    }

    /// The singleton, unless it was never saved.
    pub(crate) fn singleton(&self, name: &str) -> Option<&Singleton> {
        self.singletons.get(name)
    }

    pub(crate) fn set_singleton(&mut self, name: &str, singleton: Singleton) {
        self.singletons.insert(name.to_owned(), singleton);
    }

    pub(crate) fn keep_upload(&mut self, id: &str, upload: Upload) {
        self.uploads.insert(id.to_owned(), upload);
    }

    /// The uploaded file of the entity with this id.
    pub(crate) fn upload(&self, id: &str) -> Option<&Upload> {
        self.uploads.get(id)
    }

    /// Finds an entity by id in all collections, because the prefix of an id tells its collection.
    pub(crate) fn find_anywhere(&self, id: &str) -> Option<(&str, &Entity)> {
        let mut all = self.collections.keys();
        all.find_map(|collection| Some((collection.as_str(), self.find(collection, id)?)))
    }
}

/// The id of `entity`, if it has one.
pub(crate) fn id(entity: &Entity) -> Option<&str> {
    entity.get("id").and_then(Value::as_str)
}

/// The number at the end of `id`, as in the sandbox's own ids.
fn number_of(id: &str) -> Option<u64> {
    let (_, number) = id.rsplit_once('_')?;
    number.parse().ok()
}
