//! What all operations declare about stored data. An entity has the fields of all operations, and each operation
//! returns those of its own schema, so operations need not agree.

use indexmap::IndexMap;

use crate::document::types::TypeId;

/// Accepted fields by name.
pub(crate) type SentFields = IndexMap<String, TypeId>;

/// All collections and singletons by name, in the document's order. A singleton may have a collection's name if its
/// lists show entities of that collection.
#[derive(Default)]
pub(crate) struct Collections {
    of_entities: IndexMap<String, Collection>,
    /// Singletons.
    single: IndexMap<String, Collection>,
}

/// What all operations declare of one collection.
#[derive(Default)]
pub(crate) struct Collection {
    pub(crate) fields: IndexMap<String, TypeId>,
    /// The fields that each saving operation accepts.
    pub(crate) sent: Vec<SentFields>,
    /// Whether any operation saves to it. Otherwise it is empty unless a test stores something.
    pub(crate) is_saved: bool,
}

/// What one operation declares of a collection.
#[derive(Default)]
pub(crate) struct CollectionUse {
    pub(crate) collection: String,
    /// The fields of the entities.
    pub(crate) fields: IndexMap<String, TypeId>,
    /// The fields that are sent, if the operation creates or updates.
    pub(crate) sent: Option<SentFields>,
    /// Whether the operation creates entities.
    pub(crate) saves: bool,
    /// Whether it is a singleton.
    pub(crate) is_single: bool,
}

impl CollectionUse {
    /// Declares only that the collection exists.
    pub(crate) fn of(collection: &str) -> Self {
        Self {
            collection: collection.to_owned(),
            ..Self::default()
        }
    }
}

impl Collections {
    /// Operations that save come first: their responses define the entity.
    pub(crate) fn new<'a>(collection_uses: impl Iterator<Item = &'a CollectionUse>) -> Self {
        let mut all = Self::default();
        let (saving, others): (Vec<_>, Vec<_>) =
            collection_uses.partition(|collection_use| collection_use.sent.is_some());
        for collection_use in saving.into_iter().chain(others) {
            all.add(collection_use);
        }
        all
    }

    fn add(&mut self, collection_use: &CollectionUse) {
        let all = match collection_use.is_single {
            true => &mut self.single,
            false => &mut self.of_entities,
        };
        let known = all.entry(collection_use.collection.clone()).or_default();
        known.is_saved |= collection_use.saves;
        known.sent.extend(collection_use.sent.clone());
        for (name, id) in &collection_use.fields {
            known.fields.entry(name.clone()).or_insert(*id);
        }
    }

    /// The collection with this name, or else the singleton.
    pub(crate) fn get(&self, name: &str) -> Option<&Collection> {
        self.entities(name).or_else(|| self.single(name))
    }

    /// The collection with this name.
    pub(crate) fn entities(&self, name: &str) -> Option<&Collection> {
        self.of_entities.get(name)
    }

    /// The singleton with this name.
    pub(crate) fn single(&self, name: &str) -> Option<&Collection> {
        self.single.get(name)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &Collection)> {
        let all = self.of_entities.iter().chain(&self.single);
        all.map(|(name, collection)| (name.as_str(), collection))
    }

    /// All names, each once.
    pub(crate) fn names(&self) -> Vec<&str> {
        let single = self.single.keys();
        let single = single.filter(|name| !self.of_entities.contains_key(*name));
        let all = self.of_entities.keys().chain(single);
        all.map(String::as_str).collect()
    }
}

impl Collection {
    /// The fields that any operation accepts.
    pub(crate) fn all_sent(&self) -> SentFields {
        let mut all = SentFields::new();
        for (name, id) in self.sent.iter().flatten() {
            all.entry(name.clone()).or_insert(*id);
        }
        all
    }

    /// The accepted field `name`.
    pub(crate) fn sent(&self, name: &str) -> Option<TypeId> {
        self.sent.iter().find_map(|sent| sent.get(name).copied())
    }
}
