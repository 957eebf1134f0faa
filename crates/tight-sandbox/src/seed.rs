//! What is to be stored, as JSON that people write or [`Sandbox::snapshot`](crate::Sandbox::snapshot) returns.

use std::{error::Error, fmt};

use serde_json::Value;

use crate::{
    placed::{Placed, Wrong},
    store::{Entity, collections::Collections},
};

/// The member of an entity that names the company it belongs to.
pub(crate) const COMPANY: &str = "x-company";
/// The member of an entry of the audit trail with the id of the entity that it is about.
pub(crate) const ABOUT: &str = "x-about";

/// A seed that cannot be stored, from [`Sandbox::seed`](crate::Sandbox::seed). Nothing of it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeedError(pub(crate) Wrong);

impl SeedError {
    /// Returns the place of the error as a JSON pointer, such as `/messages/0/id`; empty for the whole.
    #[must_use]
    pub fn at(&self) -> &str {
        &self.0.at
    }
}

impl fmt::Display for SeedError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "the seed cannot be stored: {}", self.0)
    }
}

impl Error for SeedError {}

/// An entity to store, with what responses do not show.
pub(crate) struct Seeded {
    pub(crate) collection: String,
    pub(crate) entity: Entity,
    pub(crate) company: Option<String>,
    pub(crate) about: Option<String>,
    /// Whether it is a singleton.
    pub(crate) is_single: bool,
}

pub(crate) fn read(state: &Value, collections: &Collections) -> Result<Vec<Seeded>, Wrong> {
    let mut seeded = Vec::new();
    for (name, entities) in Placed::whole(state).open_object()?.iter() {
        if collections.get(name).is_none() {
            return Err(entities.unknown("collection", name, &collections.names()));
        }
        for entity in entities.array()? {
            seeded.push(one(name, &entity, collections)?);
        }
    }
    Ok(seeded)
}

fn one(collection: &str, sent: &Placed<'_>, collections: &Collections) -> Result<Seeded, Wrong> {
    let members = sent.open_object()?;
    let text = |name| {
        let text = members.get(name).map(|text| text.text().map(str::to_owned));
        text.transpose()
    };
    let (company, about) = (text(COMPANY)?, text(ABOUT)?);
    let fields = members.iter();
    let fields = fields.filter(|(name, _)| ![COMPANY, ABOUT].contains(name));
    let entity: Entity = fields
        .map(|(name, field)| (name.to_owned(), field.value.clone()))
        .collect();
    let entities = collections.entities(collection);
    let is_single = collections.single(collection).is_some()
        && !(entities.is_some() && entity.contains_key("id"));
    if !is_single {
        text("id")?;
    }
    Ok(Seeded {
        collection: collection.to_owned(),
        entity,
        company,
        about,
        is_single,
    })
}
