//! Entities that hold a thread of others, as a conversation holds messages. The document says so in three
//! ways that belong together, and all of them are read from names and structure: an entity of the one
//! collection refers to one of the other (`conversationId`), a new one can be sent along with the first entity
//! of its thread (`message`), and it shows the latest one in short (`latestMessage`).

use serde_json::{Map, Value};

use crate::{
    document::names,
    document::schema::Schema,
    store::synthesis::{Occasion, Synthesis},
    store::{Entity, Store},
};

/// What one batch save is about.
pub(crate) struct Saved<'a> {
    pub(crate) collection: &'a str,
    /// What is saved, resolved all the way down.
    pub(crate) entity: &'a Schema,
    /// What the caller sends, resolved all the way down.
    pub(crate) item: &'a Schema,
}

/// How the entities of one collection hold those of another.
pub(crate) struct Thread {
    /// The collection that holds.
    pub(crate) holder: String,
    /// The collection that is held.
    pub(crate) held: String,
    /// The field of what is held that names its holder.
    link: String,
    /// The field of a holder's item that is an item to be held, without the link.
    embedded: Option<String>,
    latest: Option<Latest>,
    synthesis: Synthesis,
}

/// The field of a holder that shows the latest entity it holds.
struct Latest {
    name: String,
    /// What it shows of that entity.
    properties: Vec<String>,
    /// Whether it is null where there is none, or else is not there.
    nullable: bool,
}

impl Thread {
    /// The thread between two collections, if there is one.
    pub(crate) fn between(holder: &Saved<'_>, held: &Saved<'_>) -> Option<Self> {
        let link = names::reference_to(holder.collection);
        let refers = |schema: &Schema| schema.properties.contains_key(&link);
        if !refers(held.entity) || !refers(held.item) {
            return None;
        }
        let embedded = names::singular(held.collection);
        let embedded = holder
            .item
            .properties
            .get(&embedded)
            .is_some_and(|item| is_part(item, held.item))
            .then_some(embedded);
        let latest = names::latest_of(held.collection);
        let latest = holder
            .entity
            .properties
            .get(&latest)
            .filter(|shown| is_part(shown, held.entity))
            .map(|shown| Latest {
                name: latest,
                properties: shown.properties.keys().cloned().collect(),
                nullable: shown.nullable,
            });
        (embedded.is_some() || latest.is_some()).then(|| Self {
            holder: holder.collection.to_owned(),
            held: held.collection.to_owned(),
            link,
            embedded,
            latest,
            synthesis: Synthesis::new(held.entity, held.item, held.collection),
        })
    }

    /// The field of a holder that is filled when something is held.
    pub(crate) fn latest(&self) -> Option<&str> {
        self.latest.as_ref().map(|latest| &*latest.name)
    }

    /// What is to be held from now on because `item` was saved as the holder with the id `holder`.
    pub(crate) fn embedded(
        &self,
        item: &Map<String, Value>,
        holder: &str,
        number: u64,
        occasion: Occasion<'_>,
    ) -> Option<Entity> {
        let mut embedded = item.get(self.embedded.as_ref()?)?.as_object()?.clone();
        embedded.insert(self.link.clone(), Value::String(holder.to_owned()));
        Some(self.synthesis.create(&embedded, number, occasion))
    }

    /// Has `holder` show `held` as the latest.
    pub(crate) fn show(&self, holder: &mut Entity, held: Option<&Entity>) {
        let Some(latest) = &self.latest else {
            return;
        };
        let shown = held.map(|held| {
            let properties = latest.properties.iter();
            properties
                .filter_map(|name| Some((name.clone(), held.get(name)?.clone())))
                .collect()
        });
        match shown.or(latest.nullable.then_some(Value::Null)) {
            Some(shown) => holder.insert(latest.name.clone(), shown),
            None => holder.remove(&latest.name),
        };
    }

    /// The holder of `held` as it must be now, if it is known and must be otherwise than it is.
    pub(crate) fn follow(&self, held: &Entity, store: &Store) -> Option<Entity> {
        let holder_id = held.get(&self.link)?.as_str()?;
        let holder = store.find(&self.holder, holder_id)?;
        let latest = store
            .records(&self.held)
            .rev()
            .map(|(_, record)| &record.entity)
            .find(|entity| entity.get(&self.link) == held.get(&self.link));
        let mut followed = holder.clone();
        self.show(&mut followed, latest);
        (followed != *holder).then_some(followed)
    }
}

/// Whether `part` is an object with some of the properties of `whole`.
fn is_part(part: &Schema, whole: &Schema) -> bool {
    let properties = &part.properties;
    !properties.is_empty()
        && properties
            .keys()
            .all(|name| whole.properties.contains_key(name))
}
