//! Threads: entities that contain others, as a conversation contains messages. The contained entity refers to its
//! container; a new container can be sent with its first entity; the container shows the latest one.

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

/// The rule in the document.
#[derive(Deserialize)]
pub(crate) struct Rule {
    holder: String,
    held: String,
    link: String,
    embedded: Option<String>,
    latest: Option<String>,
}

/// How the entities of one collection contain those of another.
pub(crate) struct Thread {
    /// The containing collection.
    pub(crate) holder: String,
    /// The contained collection.
    pub(crate) held: String,
    /// The field of a contained entity that refers to its container.
    link: String,
    /// The field of a container's item with an item to contain, without the link.
    embedded: Option<String>,
    latest: Option<Latest>,
    synthesis: Synthesis,
}

/// The container's field that shows the latest entity.
struct Latest {
    name: String,
    /// The fields that it shows.
    properties: Vec<String>,
    /// Whether it is null, rather than missing, if there is no entity.
    nullable: bool,
}

impl Thread {
    /// `None` if the document does not have both collections.
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
        // An embedded item is sent like any other contained item, with the link added.
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

    /// The container's field that rules fill.
    pub(crate) fn latest(&self) -> Option<&str> {
        self.latest.as_ref().map(|latest| &*latest.name)
    }

    /// The entity that saving `item` as the container `holder` creates, if any.
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

    /// Shows `held` as the latest entity.
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

    /// The container of `held` after a change, if it exists and changes.
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
