//! What the operations say together about what is kept: each entity has all fields that any of them knows, and
//! is answered by each with the fields of its own. So operations need not agree on them.

use indexmap::IndexMap;

use crate::{document::types::TypeId, store::synthesis::SentFields};

/// All collections and all that there is one of, by their names, in the order of the document. The two may share
/// a name, where what there is one of shows the entities of a collection in lists.
#[derive(Default)]
pub(crate) struct Collections {
    of_entities: IndexMap<String, Collection>,
    /// What there is one of, without an id.
    single: IndexMap<String, Collection>,
}

/// What the operations say of one collection.
#[derive(Default)]
pub(crate) struct Collection {
    pub(crate) fields: IndexMap<String, TypeId>,
    /// What each operation is sent that saves something there.
    pub(crate) sent: Vec<SentFields>,
    /// Whether an operation saves anything there. Otherwise it is empty, unless a test puts something there.
    pub(crate) is_saved: bool,
}

/// What one operation says of a collection.
#[derive(Default)]
pub(crate) struct CollectionUse {
    pub(crate) collection: String,
    /// The fields of the entities.
    pub(crate) fields: IndexMap<String, TypeId>,
    /// What is sent, where something is saved or changed.
    pub(crate) sent: Option<SentFields>,
    /// Whether there is something new afterwards.
    pub(crate) saves: bool,
    /// Whether there is one of it, without an id.
    pub(crate) is_single: bool,
}

impl CollectionUse {
    /// That there is such a collection.
    pub(crate) fn of(collection: &str) -> Self {
        Self {
            collection: collection.to_owned(),
            ..Self::default()
        }
    }
}

impl Collections {
    /// Those that save come first: what they answer is what there is.
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

    /// The collection that is called so, or else what there is one of by that name.
    pub(crate) fn get(&self, name: &str) -> Option<&Collection> {
        self.entities(name).or_else(|| self.single(name))
    }

    /// The collection that is called so.
    pub(crate) fn entities(&self, name: &str) -> Option<&Collection> {
        self.of_entities.get(name)
    }

    /// What there is one of by that name.
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
    /// All that is sent, whichever operation is sent it.
    pub(crate) fn all_sent(&self) -> SentFields {
        let mut all = SentFields::new();
        for (name, id) in self.sent.iter().flatten() {
            all.entry(name.clone()).or_insert(*id);
        }
        all
    }

    /// The field of what is sent that is called `name`.
    pub(crate) fn sent(&self, name: &str) -> Option<TypeId> {
        self.sent.iter().find_map(|sent| sent.get(name).copied())
    }
}
