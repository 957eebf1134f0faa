//! Selects the entities of a list by the parameters of its address. Parameters that the sandbox does not support are
//! refused when they are sent.

use std::sync::Arc;

use indexmap::IndexMap;
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::{
    document::{
        operation::Place,
        parameters::text,
        types::{Fields, Type, TypeId, Types},
    },
    envelope::{ApiError, ApiResponse},
    kinds::{ApiModel, Definition},
    store::{
        Record, Store,
        collections::CollectionUse,
        filter::{Filter, at, field_at},
    },
};

pub(super) const CURSOR: &str = "cursor";
pub(super) const LIMIT: &str = "limit";

/// Which entities a list has.
pub(super) struct Listing {
    types: Arc<Types>,
    collection: String,
    /// The fields of the entities.
    fields: IndexMap<String, TypeId>,
    of: Option<Owner>,
    about: Option<String>,
    /// The other path and query parameters.
    others: Vec<(String, Place)>,
}

/// A list of what belongs to an entity of another collection, named in the path.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Of {
    collection: String,
    /// The path parameter with the id of that entity.
    parameter: String,
    /// The field that refers to that entity, as a path with dots.
    field: String,
}

struct Owner {
    collection: String,
    parameter: String,
    field: Vec<String>,
    /// Whether the document has an operation that creates such entities. Otherwise any id is assumed to exist.
    is_saved: bool,
}

impl Listing {
    /// `about` is the parameter with the id of the entity that the entries are about.
    pub(super) fn new(
        definition: &Definition<'_>,
        model: &ApiModel<'_>,
        collection: &str,
        of: Option<&Of>,
        about: Option<&str>,
    ) -> Result<Self, String> {
        let types = &definition.document.types;
        let found = model.collections.get(collection);
        let fields = found.map(|found| found.fields.clone()).unwrap_or_default();
        let of = match of {
            None => None,
            Some(of) => Some(Owner::new(of, definition, model, types.fields(&fields))?),
        };
        if let Some(about) = about {
            definition.spec.has_in_path(about)?;
        }
        let explained = |name: &str| {
            [CURSOR, LIMIT].contains(&name)
                || about == Some(name)
                || of.as_ref().is_some_and(|of| of.parameter == name)
        };
        let in_path = definition
            .spec
            .path_parameters()
            .map(|name| (name, Place::Path));
        let in_query = definition.spec.parameters.iter();
        let in_query = in_query.filter(|parameter| parameter.place == Place::Query);
        let in_query = in_query.map(|parameter| (parameter.name.as_str(), parameter.place));
        let others: Vec<_> = in_path
            .chain(in_query)
            .filter(|(name, _)| !explained(name))
            .map(|(name, place)| (name.to_owned(), place))
            .collect();
        for (name, place) in &others {
            // `id` is the owner's id, not that of an entity in the list.
            let field = types.fields(&fields).get(name).filter(|_| name != "id");
            if *place == Place::Path && !field.is_some_and(Type::is_scalar) {
                return Err(format!(
                    "nothing says what its entities have to do with `{name}` in its path"
                ));
            }
        }
        Ok(Self {
            types: Arc::clone(types),
            collection: collection.to_owned(),
            fields,
            of,
            about: about.map(str::to_owned),
            others,
        })
    }

    pub(super) fn fields(&self) -> Fields<'_> {
        self.types.fields(&self.fields)
    }

    /// Returns the records with their numbers, or the error response if the list's owner does not exist.
    pub(super) fn records<'a>(
        &self,
        parameters: &Map<String, Value>,
        store: &'a Store,
    ) -> Result<Vec<(u64, &'a Record)>, ApiResponse> {
        let wanted = self.wanted(parameters)?;
        let mut records: Vec<_> = store
            .records(&self.collection)
            .filter(|(_, record)| wanted.iter().all(|filter| filter.matches(&record.entity)))
            .collect();
        if let Some(about) = &self.about {
            let id = text(parameters, about);
            records.retain(|(_, record)| record.about.as_deref() == Some(&*id));
        }
        if let Some(owner) = &self.of {
            let id = text(parameters, &owner.parameter);
            records.retain(|(_, record)| {
                at(&record.entity, &owner.field).and_then(Value::as_str) == Some(&*id)
            });
            // An entity that refers to an owner implies that it exists.
            let exists = !records.is_empty()
                || !owner.is_saved
                || store.find(&owner.collection, &id).is_some();
            if !exists {
                return Err(ApiResponse::not_found(&owner.parameter, &owner.collection));
            }
        }
        Ok(records)
    }

    /// The conditions in the other parameters.
    fn wanted(&self, parameters: &Map<String, Value>) -> Result<Vec<Filter>, ApiResponse> {
        let mut wanted = Vec::new();
        let mut unknown = Vec::new();
        for (name, _) in &self.others {
            let Some(value) = parameters.get(name) else {
                continue;
            };
            let field = self.fields().get(name);
            match field.and_then(|field| Filter::by_field(name, value, field)) {
                Some(filter) => wanted.push(filter),
                None => {
                    let message = format!(
                        "The sandbox does not support {name}: the entities have no field that it could compare"
                    );
                    unknown.push(ApiError::unserved(Some(name.clone()), message));
                }
            }
        }
        if unknown.is_empty() {
            Ok(wanted)
        } else {
            Err(ApiResponse::unserved(&unknown))
        }
    }
}

impl Owner {
    fn new(
        of: &Of,
        definition: &Definition<'_>,
        model: &ApiModel<'_>,
        fields: Fields<'_>,
    ) -> Result<Self, String> {
        definition.spec.has_in_path(&of.parameter)?;
        let field: Vec<_> = of.field.split('.').map(str::to_owned).collect();
        if field_at(fields, &field).is_none() {
            return Err(format!(
                "its entities have no field `{}` that says to which of the {} they belong",
                of.field, of.collection
            ));
        }
        let collection = model.collections.get(&of.collection);
        Ok(Self {
            collection: of.collection.clone(),
            parameter: of.parameter.clone(),
            field,
            is_saved: collection.is_some_and(|collection| collection.is_saved),
        })
    }
}

/// That the collection of a list's owner exists in the document.
pub(super) fn owner_claim(of: Option<&Of>) -> Option<CollectionUse> {
    Some(CollectionUse::of(&of?.collection))
}
