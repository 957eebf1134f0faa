//! What the operations say together about what is kept: each entity has all fields that any of them knows, and
//! is answered by each with the fields of its own. So operations need not agree on them.

use indexmap::IndexMap;

use crate::{document::types::TypeId, store::synthesis::SentFields};

/// All collections and all that there is one of, by their names, in the order of the document.
#[derive(Default)]
pub(crate) struct Collections(IndexMap<String, Collection>);

/// What the operations say of one collection.
#[derive(Default)]
pub(crate) struct Collection {
    pub(crate) fields: IndexMap<String, TypeId>,
    /// What each operation is sent that saves something there.
    pub(crate) sent: Vec<SentFields>,
    /// Whether there is one of it, without an id.
    pub(crate) is_single: bool,
    /// Whether an operation saves anything there. Otherwise it is empty, unless a test puts something there.
    pub(crate) is_saved: bool,
}

/// What one operation says of a collection.
#[derive(Default)]
pub(crate) struct Claim {
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

impl Claim {
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
    pub(crate) fn new<'a>(claims: impl Iterator<Item = &'a Claim>) -> Self {
        let mut all = Self::default();
        let (saving, others): (Vec<_>, Vec<_>) = claims.partition(|claim| claim.sent.is_some());
        for claim in saving.into_iter().chain(others) {
            all.add(claim);
        }
        all
    }

    fn add(&mut self, claim: &Claim) {
        let known = self.0.entry(claim.collection.clone()).or_default();
        known.is_saved |= claim.saves;
        known.is_single |= claim.is_single;
        known.sent.extend(claim.sent.clone());
        for (name, id) in &claim.fields {
            known.fields.entry(name.clone()).or_insert(*id);
        }
    }

    pub(crate) fn get(&self, name: &str) -> Option<&Collection> {
        self.0.get(name)
    }

    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &Collection)> {
        let all = self.0.iter();
        all.map(|(name, collection)| (name.as_str(), collection))
    }
}

impl Collection {
    /// The field of what is sent that is called `name`.
    pub(crate) fn sent(&self, name: &str) -> Option<TypeId> {
        self.sent.iter().find_map(|sent| sent.get(name).copied())
    }
}
