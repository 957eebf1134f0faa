//! NamedSingleton entity: gets it by its id, creates, updates or deletes it.

use axum::http::StatusCode;
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::{
    document::{parameters::text, types::Type},
    envelope::ApiResponse,
    kinds::{
        ApiModel, ApiRequest, Context, Definition, Expected, Kind, Operation, ResponseFuture,
        body::{self, Payload},
        now, parse_x_kind,
        response::{Data, EXAMPLE, ResponseSpec, fields_of},
        saving::{self, Saving},
        singleton::{Current, NamedSingleton},
    },
    store::collections::CollectionUse,
};

#[derive(Deserialize)]
struct EntityTerms {
    does: Does,
    collection: String,
    /// The path parameter with the id.
    id: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Does {
    Get,
    Delete,
    Create,
    Update,
}

pub(super) fn read(definition: &Definition<'_>, x_kind: &Value) -> Result<Box<dyn Kind>, String> {
    let terms: EntityTerms = parse_x_kind(x_kind)?;
    match (&terms.id, terms.does) {
        (Some(id), _) => definition.spec.has_in_path(id)?,
        (None, Does::Create) => {}
        (None, _) => return Err("its `x-kind` does not say which parameter is the id".to_owned()),
    }
    Ok(Box::new(terms))
}

fn item<'a>(definition: &Definition<'a>) -> Option<Type<'a>> {
    Some(definition.document.types.get(definition.spec.json()?.id))
}

impl Kind for EntityTerms {
    fn collection_uses(&self, definition: &Definition<'_>) -> Vec<CollectionUse> {
        let types = &definition.document.types;
        let answered = definition.spec.data(types);
        let collection_use = match self.does {
            Does::Create | Does::Update => {
                let mut collection_use = saving::collection_use(
                    definition,
                    &self.collection,
                    answered,
                    item(definition),
                );
                if self.does == Does::Update {
                    // An update creates nothing.
                    collection_use.saves = false;
                }
                collection_use
            }
            Does::Get => CollectionUse {
                fields: fields_of(types, answered).collect(),
                ..CollectionUse::of(&self.collection)
            },
            // The response of a delete may show something else than what is deleted.
            Does::Delete => CollectionUse::of(&self.collection),
        };
        vec![collection_use]
    }

    fn ready(
        &self,
        definition: &Definition<'_>,
        model: &ApiModel<'_>,
    ) -> Result<Box<dyn Operation>, String> {
        let saving = match self.does {
            Does::Get | Does::Delete => None,
            Does::Create => Some(Saving::new(
                definition,
                model,
                &self.collection,
                item(definition),
            )),
            Does::Update => {
                let saving = Saving::new(definition, model, &self.collection, item(definition));
                Some(saving.updating())
            }
        };
        let id = self.id.clone();
        Ok(Box::new(Ready {
            does: self.does,
            collection: self.collection.clone(),
            saving: match &id {
                Some(id) => saving.map(|saving| saving.without(id)),
                None => saving,
            },
            id,
            payload: Payload::of(definition)?,
            lists: NamedSingleton::named(&self.collection, definition, model),
            response: ResponseSpec::about(definition, model, &self.collection),
        }))
    }
}

struct Ready {
    does: Does,
    collection: String,
    id: Option<String>,
    payload: Option<Payload>,
    saving: Option<Saving>,
    /// The singleton with the collection's name, whose lists contain its entities.
    lists: Option<NamedSingleton>,
    response: ResponseSpec,
}

impl Operation for Ready {
    fn body(&self) -> Option<Expected> {
        body::expected(self.payload.as_ref())
    }

    fn check_document(&self) -> Result<(), String> {
        body::check_document(self.payload.as_ref())
    }

    fn respond<'a>(&'a self, request: ApiRequest<'a>, context: Context<'a>) -> ResponseFuture<'a> {
        let fields = body::fields(self.payload.as_ref(), &request.body);
        let done = fields.and_then(|fields| self.perform(fields, &request, context));
        now(match done {
            Ok(Current { entity, is_example }) => {
                let response = self.response.with(Data::Entity(&entity), context.caller);
                match is_example {
                    true => response.marked(EXAMPLE),
                    false => response,
                }
            }
            Err(refused) => refused,
        })
    }
}

impl Ready {
    fn perform(
        &self,
        mut fields: Map<String, Value>,
        request: &ApiRequest<'_>,
        context: Context<'_>,
    ) -> Result<Current, ApiResponse> {
        let param = self.id.as_deref().unwrap_or_default();
        let id = text(&request.parameters, param);
        let unknown = || ApiResponse::not_found(param, &self.collection);
        let mut transaction = context.world.begin(context.caller);
        let done = match (self.does, &self.saving) {
            (Does::Delete, _) => transaction
                .delete(&self.collection, &id)
                .ok_or_else(unknown),
            (Does::Create | Does::Update, Some(saving)) => {
                if self.does == Does::Update {
                    // The path says which entity it is, not the body.
                    fields.insert("id".to_owned(), id.into());
                }
                let saved = saving.save(&fields, &request.parameters, &mut transaction);
                saved.map_err(|rejected| match self.does {
                    Does::Update if rejected.status == StatusCode::NOT_FOUND => unknown(),
                    _ => ApiResponse::failure(rejected.status, &[rejected.error]),
                })
            }
            _ => match (transaction.store().find(&self.collection, &id), &self.lists) {
                (None, Some(one)) => {
                    let listed = one.listed(&id, transaction.store(), context.caller);
                    return listed.ok_or_else(unknown);
                }
                (found, _) => found.cloned().ok_or_else(unknown),
            },
        };
        done.map(|entity| Current {
            entity,
            is_example: false,
        })
    }
}
