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
    /// Who looks at it.
    view: View,
    collections: HashMap<String, Collection>,
    /// Singletons by name, and by the company that they belong to.
    singletons: HashMap<(String, Option<String>), Singleton>,
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

/// What of the data can be seen. What belongs to no company, everyone can see.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) enum View {
    #[default]
    Everything,
    /// What belongs to these companies; what is new belongs to the first.
    Of(Vec<String>),
}

impl View {
    fn shows(&self, company: Option<&str>) -> bool {
        match (self, company) {
            (Self::Everything, _) | (_, None) => true,
            (Self::Of(companies), Some(company)) => companies.iter().any(|known| known == company),
        }
    }

    /// The company that what is new belongs to.
    fn company(&self) -> Option<&str> {
        match self {
            Self::Everything => None,
            Self::Of(companies) => companies.first().map(String::as_str),
        }
    }
}

/// An entity, with what responses do not show.
pub(crate) struct Record {
    pub(crate) entity: Entity,
    /// For entries of the audit trail: the id of the entity that the entry is about.
    pub(crate) about: Option<String>,
    /// The id of the company that it belongs to.
    pub(crate) company: Option<String>,
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
    /// Shows this part of the data from now on.
    pub(crate) fn look(&mut self, view: View) {
        self.view = view;
    }

    /// The company that a new entity belongs to: that of the caller, or else of an entity that it refers to.
    pub(crate) fn company_of(&self, entity: &Entity) -> Option<String> {
        let of_caller = self.view.company();
        let ids = entity.values().filter_map(Value::as_str);
        of_caller
            .or_else(|| {
                ids.filter_map(|id| self.record_anywhere(id)?.company.as_deref())
                    .next()
            })
            .map(str::to_owned)
    }

    fn record(&self, collection: &str, id: &str) -> Option<&Record> {
        let collection = self.collections.get(collection)?;
        let record = collection.records.get(collection.numbers.get(id)?)?;
        self.view.shows(record.company.as_deref()).then_some(record)
    }

    fn record_anywhere(&self, id: &str) -> Option<&Record> {
        let mut all = self.collections.keys();
        all.find_map(|collection| self.record(collection, id))
    }

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
        Some(&self.record(collection, id)?.entity)
    }

    /// Replaces the entity with the same id, and returns the old one.
    pub(crate) fn replace(&mut self, collection: &str, entity: Entity) -> Option<Entity> {
        self.record(collection, id(&entity)?)?;
        let collection = self.collections.get_mut(collection)?;
        let number = collection.numbers.get(id(&entity)?)?;
        let record = collection.records.get_mut(number)?;
        Some(std::mem::replace(&mut record.entity, entity))
    }

    /// Removes an entity and its uploaded file.
    pub(crate) fn remove(&mut self, collection: &str, id: &str) -> Option<Record> {
        self.record(collection, id)?;
        let collection = self.collections.get_mut(collection)?;
        let number = collection.numbers.remove(id)?;
        let record = collection.records.remove(&number)?;
        self.uploads.remove(id);
        Some(record)
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
            .filter(|(_, record)| self.view.shows(record.company.as_deref()))
    }

    /// The singleton, unless it was never saved.
    pub(crate) fn singleton(&self, name: &str) -> Option<&Singleton> {
        let company = self.view.company().map(str::to_owned);
        self.singletons.get(&(name.to_owned(), company))
    }

    /// The singletons with this name, each with the company that it belongs to.
    pub(crate) fn singletons(&self, name: &str) -> Vec<(Option<&str>, &Singleton)> {
        let all = self.singletons.iter();
        let found = all.filter(|((known, _), _)| known == name);
        let found = found.map(|((_, company), singleton)| (company.as_deref(), singleton));
        let mut found: Vec<_> = found.collect();
        found.sort_by_key(|(company, _)| *company);
        found
    }

    /// Keeps an entity as it is, in place of one with the same id, and returns its number.
    pub(crate) fn restore(&mut self, collection: &str, record: Record) -> u64 {
        let known = id(&record.entity).and_then(|id| {
            let collection = self.collections.get_mut(collection)?;
            let number = *collection.numbers.get(id)?;
            Some((number, collection.records.get_mut(&number)?))
        });
        if let Some((number, known)) = known {
            *known = record;
            return number;
        }
        let number = self.next_number(collection);
        self.add(collection, record);
        number
    }

    /// Lets the entity with this number belong to the company of another that it refers to, if there is one; returns
    /// whether it now belongs to one.
    pub(crate) fn join_company(&mut self, collection: &str, number: u64) -> bool {
        let record = |store: &Self| {
            Some(
                store
                    .collections
                    .get(collection)?
                    .records
                    .get(&number)?
                    .entity
                    .clone(),
            )
        };
        let company = record(self).and_then(|entity| self.company_of(&entity));
        let collection = self.collections.get_mut(collection);
        let record = collection.and_then(|collection| collection.records.get_mut(&number));
        match record {
            Some(record) if company.is_some() => {
                record.company = company;
                true
            }
            _ => false,
        }
    }

    /// Keeps a singleton of this company.
    pub(crate) fn restore_singleton(
        &mut self,
        name: &str,
        company: Option<String>,
        singleton: Entity,
    ) {
        let place = (name.to_owned(), company);
        self.singletons.insert(place, Singleton::Saved(singleton));
    }

    pub(crate) fn set_singleton(&mut self, name: &str, singleton: Singleton) {
        let company = self.view.company().map(str::to_owned);
        self.singletons
            .insert((name.to_owned(), company), singleton);
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
