//! Saves one item: creates an entity, or updates the one with its id. All kinds of operation that save use it.

use axum::http::StatusCode;
use serde_json::{Map, Value};

use crate::{
    document::{
        operation::Place,
        types::{Type, TypeId},
    },
    domain::transaction::Transaction,
    envelope::ApiError,
    kinds::{ApiModel, Definition},
    store::{
        Entity, collections::CollectionUse, collections::SentFields, id, synthesis::Synthesis,
    },
};

/// How the items of an operation are saved to a collection.
pub(crate) struct Saving {
    collection: String,
    synthesis: Synthesis,
    /// Whether an item's id may name an entity to update.
    updates: bool,
    /// Whether the caller chooses the ids of new entities.
    chooses_ids: bool,
    /// Path parameters that become fields of the entity.
    path_fields: Vec<String>,
}

/// Why an item was not saved.
pub(crate) struct Rejected {
    pub(crate) status: StatusCode,
    pub(crate) error: ApiError,
}

/// The fields of an item of this type, and those from the path.
pub(crate) fn sent_fields(definition: &Definition<'_>, item: Option<Type<'_>>) -> SentFields {
    let fields = item.map(Type::fields).into_iter();
    let fields = fields.flat_map(|fields| fields.iter());
    let mut sent: SentFields = fields
        .map(|(name, field)| (name.to_owned(), field.id()))
        .collect();
    add_path(definition, &mut sent);
    sent
}

/// Adds the fields from the path.
fn add_path(definition: &Definition<'_>, sent: &mut SentFields) {
    for name in path_fields(definition) {
        let mut parameters = definition.spec.parameters.iter();
        let declared = parameters.find(|known| known.place == Place::Path && known.name == name);
        let id = declared.map_or(definition.document.text, |declared| declared.id);
        sent.insert(name.to_owned(), id);
    }
}

/// Declares the collection that an operation saves to.
pub(crate) fn collection_use(
    definition: &Definition<'_>,
    collection: &str,
    entity: Option<TypeId>,
    item: Option<Type<'_>>,
) -> CollectionUse {
    CollectionUse {
        collection: collection.to_owned(),
        fields: super::response::fields_of(&definition.document.types, entity).collect(),
        sent: Some(sent_fields(definition, item)),
        saves: true,
        is_single: false,
    }
}

/// The path parameters that become fields. A parameter `id` is not the entity's id.
fn path_fields<'a>(definition: &Definition<'a>) -> impl Iterator<Item = &'a str> {
    definition
        .spec
        .path_parameters()
        .filter(|name| *name != "id")
}

impl Saving {
    /// `item` is the type of what is sent.
    pub(crate) fn new(
        definition: &Definition<'_>,
        model: &ApiModel<'_>,
        collection: &str,
        item: Option<Type<'_>>,
    ) -> Self {
        let updates = item.and_then(|item| item.field("id"));
        Self {
            updates: updates.is_some_and(|id| !id.read_only()),
            ..Self::of_fields(definition, model, collection, sent_fields(definition, item))
        }
    }

    /// For an operation that sends these fields, and never updates.
    pub(crate) fn of_fields(
        definition: &Definition<'_>,
        model: &ApiModel<'_>,
        collection: &str,
        mut sent: SentFields,
    ) -> Self {
        let types = &definition.document.types;
        let fields = model.collections.get(collection);
        let fields = fields.map(|known| known.fields.clone()).unwrap_or_default();
        add_path(definition, &mut sent);
        let synthesis = model.domain.filled_by_rules(collection).fold(
            Synthesis::new(types, &fields, &sent, collection),
            Synthesis::awaiting,
        );
        Self {
            collection: collection.to_owned(),
            synthesis,
            updates: false,
            chooses_ids: false,
            path_fields: path_fields(definition).map(str::to_owned).collect(),
        }
    }

    /// Lets the caller choose the ids of new entities, if items require an id.
    pub(crate) fn with_ids_of(mut self, item: Option<Type<'_>>) -> Self {
        self.chooses_ids = item.is_some_and(|item| item.requires("id"));
        self
    }

    /// Ignores the path parameter `name`, which is not about the entity.
    pub(crate) fn without(mut self, name: &str) -> Self {
        self.path_fields.retain(|field| field != name);
        self
    }

    /// Lets an item update an existing entity.
    pub(crate) fn updating(mut self) -> Self {
        self.updates = true;
        self
    }

    pub(crate) fn collection(&self) -> &str {
        &self.collection
    }

    /// Returns an error if `item` cannot be saved.
    pub(crate) fn check(
        &self,
        item: &Map<String, Value>,
        transaction: &Transaction<'_>,
    ) -> Result<(), Rejected> {
        match self.named(item) {
            Some(id)
                if !self.chooses_ids
                    && transaction.store().find(&self.collection, id).is_none() =>
            {
                Err(Rejected {
                    status: StatusCode::NOT_FOUND,
                    error: ApiError::unknown("id", &self.collection),
                })
            }
            _ => Ok(()),
        }
    }

    /// The id of the entity that `item` updates.
    fn named<'a>(&self, item: &'a Map<String, Value>) -> Option<&'a str> {
        let named = item.get("id").filter(|id| self.updates && !id.is_null());
        named.map(|id| id.as_str().unwrap_or_default())
    }

    pub(crate) fn save(
        &self,
        item: &Map<String, Value>,
        path: &Map<String, Value>,
        transaction: &mut Transaction<'_>,
    ) -> Result<Entity, Rejected> {
        let mut item = item.clone();
        for name in &self.path_fields {
            item.extend(path.get(name).map(|value| (name.clone(), value.clone())));
        }
        let item = &item;
        self.check(item, transaction)?;
        let named = self.named(item);
        let known = named.and_then(|id| transaction.store().find(&self.collection, id).cloned());
        let is_new = known.is_none();
        let mut entity = match (known, named) {
            (Some(mut entity), _) => {
                self.synthesis
                    .update(&mut entity, item, transaction.creation());
                entity
            }
            (None, Some(id)) => self.synthesis.create_as(id, item, transaction.creation()),
            (None, None) => {
                let number = transaction.store().next_number(&self.collection);
                self.synthesis.create(item, number, transaction.creation())
            }
        };
        let mut held = Vec::new();
        for thread in transaction.threads_of(&self.collection) {
            let number = transaction.store().next_number(&thread.held);
            let holder = id(&entity).unwrap_or_default();
            if let Some(first) = thread.embedded(item, holder, number, transaction.creation()) {
                thread.show(&mut entity, Some(&first));
                held.push((&thread.held, first));
            }
        }
        if is_new {
            transaction.create(&self.collection, &entity);
        } else {
            entity = transaction.update(&self.collection, entity);
        }
        for (collection, first) in held {
            transaction.create(collection, &first);
        }
        Ok(entity)
    }
}
