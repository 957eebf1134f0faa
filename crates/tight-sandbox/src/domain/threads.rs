//! Entities that hold a thread of others, as a conversation holds messages: an entity of the one collection
//! refers to one of the other, a new one can be sent along with the first entity of its thread, and it shows the
//! latest one in short.

use serde::Deserialize;
use serde_json::{Map, Value};

use crate::{
    document::Document,
    domain::{collection, missing_field},
    store::{
        Entity, Store,
        collections::Collections,
        synthesis::{CreationContext, Synthesis},
    },
};

/// What the document says of a thread.
#[derive(Deserialize)]
pub(crate) struct Rule {
    holder: String,
    held: String,
    link: String,
    embedded: Option<String>,
    latest: Option<String>,
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
    /// Nothing, if the document does not have both collections.
    pub(crate) fn new(
        rule: Rule,
        document: &Document,
        collections: &Collections,
    ) -> Result<Option<Self>, String> {
        let (Some((holder, shown)), Some((held, fields))) = (
            collection(&rule.holder, document, collections),
            collection(&rule.held, document, collections),
        ) else {
            return Ok(None);
        };
        if fields.get(&rule.link).is_none() {
            return Err(missing_field(&rule.held, &rule.link));
        }
        let latest = match rule.latest {
            None => None,
            Some(name) => {
                let latest = shown
                    .get(&name)
                    .filter(|latest| !latest.fields().is_empty());
                let latest = latest.ok_or_else(|| missing_field(&rule.holder, &name))?;
                Some(Latest {
                    properties: latest
                        .fields()
                        .iter()
                        .map(|(name, _)| name.to_owned())
                        .collect(),
                    nullable: latest.nullable(),
                    name,
                })
            }
        };
        // What is embedded is sent like anything else that is held, and with the link besides.
        let mut sent = held.sent.first().cloned().unwrap_or_default();
        if let Some(name) = &rule.embedded {
            let embedded = holder.sent(name).map(|id| document.types.get(id));
            let embedded = embedded.filter(|embedded| !embedded.fields().is_empty());
            let embedded = embedded.ok_or_else(|| {
                format!(
                    "nothing that is sent to `{}` has the field `{name}`",
                    rule.holder
                )
            })?;
            for (name, field) in embedded.fields().iter() {
                sent.entry(name.to_owned()).or_insert(field.id());
            }
        }
        sent.entry(rule.link.clone()).or_insert(document.text);
        Ok(Some(Self {
            synthesis: Synthesis::new(&document.types, &held.fields, &sent, &rule.held),
            holder: rule.holder,
            held: rule.held,
            link: rule.link,
            embedded: rule.embedded,
            latest,
        }))
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
        creation: CreationContext<'_>,
    ) -> Option<Entity> {
        let mut embedded = item.get(self.embedded.as_ref()?)?.as_object()?.clone();
        embedded.insert(self.link.clone(), Value::String(holder.to_owned()));
        Some(self.synthesis.create(&embedded, number, creation))
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
