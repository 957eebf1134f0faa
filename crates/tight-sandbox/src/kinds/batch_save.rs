//! Batch saves: a list of items in, a list of results out. Each item is validated on its own, and creates an entity
//! or updates the one with its id.

use std::{borrow::Cow, collections::HashMap};

use axum::http::StatusCode;
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::{
    document::{operation::JSON, types::Type, validation::Checker},
    domain::imports::Import,
    envelope::{ApiError, ApiResponse},
    json::{Json, Step},
    kinds::{
        ApiModel, ApiRequest, Context, Definition, Expected, Kind, Operation, ResponseFuture, body,
        now, parse_x_kind,
        response::{ItemResult, ResponseSpec, fields_of},
        saving::{self, Saving},
    },
    store::{
        collections::SentFields,
        collections::{Collection, CollectionUse},
    },
};

#[derive(Deserialize)]
struct BatchSave {
    collection: String,
}

pub(super) fn read(_: &Definition<'_>, x_kind: &Value) -> Result<Box<dyn Kind>, String> {
    Ok(Box::new(parse_x_kind::<BatchSave>(x_kind)?))
}

/// The type of an item in the request.
fn item<'a>(definition: &Definition<'a>) -> Option<Type<'a>> {
    let body = definition.document.types.get(definition.spec.json()?.id);
    body.field("data")?.items()
}

/// The type of the saved entity.
fn entity<'a>(definition: &Definition<'a>) -> Option<Type<'a>> {
    let response = definition
        .document
        .types
        .get(definition.spec.response_type()?);
    response.field("data")?.items()?.field("data")
}

impl Kind for BatchSave {
    fn collection_uses(&self, definition: &Definition<'_>) -> Vec<CollectionUse> {
        let entity = entity(definition).map(Type::id);
        vec![match Import::to(&self.collection, definition.document) {
            None => saving::collection_use(definition, &self.collection, entity, item(definition)),
            Some(import) => CollectionUse {
                fields: fields_of(&definition.document.types, entity).collect(),
                saves: true,
                ..CollectionUse::of(&import.into)
            },
        }]
    }

    fn ready(
        &self,
        definition: &Definition<'_>,
        model: &ApiModel<'_>,
    ) -> Result<Box<dyn Operation>, String> {
        let declared = definition
            .spec
            .json()
            .ok_or("its request has no JSON body")?;
        let item = item(definition).ok_or("its request has no list of items as `data`")?;
        if entity(definition).is_none() {
            return Err("its response has no list of results with `data`".to_owned());
        }
        if let Some(reason) = model.domain.broken(&self.collection) {
            return Err(reason.to_owned());
        }
        let checker = Checker::new(definition.document, declared.clone(), "The request body");
        let Some(import) = Import::to(&self.collection, definition.document) else {
            return Ok(Box::new(Ready {
                checker,
                saving: Saving::new(definition, model, &self.collection, Some(item)),
                import: None,
                response: ResponseSpec::about(definition, model, &self.collection),
            }));
        };
        let sent = model.collections.get(&import.into);
        let sent = sent.map(Collection::all_sent).unwrap_or_default();
        import.check(item, definition.document.types.fields(&sent))?;
        Ok(Box::new(Ready {
            checker,
            saving: Saving::of_fields(definition, model, &import.into, sent.clone()),
            response: ResponseSpec::about(definition, model, &import.into),
            import: Some((import, sent)),
        }))
    }
}

struct Ready {
    checker: Checker,
    saving: Saving,
    /// For items in another provider's form: how to convert them, and the fields after conversion.
    import: Option<(Import, SentFields)>,
    response: ResponseSpec,
}

impl Operation for Ready {
    fn body(&self) -> Option<Expected> {
        Some(Expected {
            media_type: JSON,
            required: true,
        })
    }

    fn check_document(&self) -> Result<(), String> {
        self.checker.check_document()
    }

    fn respond<'a>(&'a self, request: ApiRequest<'a>, context: Context<'a>) -> ResponseFuture<'a> {
        now(match body::json(&request.body) {
            Ok(body) => self.save(&body, &request, context),
            Err(refused) => refused,
        })
    }
}

impl Ready {
    /// Saves the valid items of `body`. Path parameters apply to each of them.
    fn save(&self, body: &Json, request: &ApiRequest<'_>, context: Context<'_>) -> ApiResponse {
        let (of_envelope, mut of_items) = self.check(body);
        let items = body.value.get("data").and_then(Value::as_array);
        let Some(items) = items.filter(|_| of_envelope.is_empty()) else {
            return ApiResponse::failure(StatusCode::BAD_REQUEST, &of_envelope);
        };
        // NamedSingleton transaction for the batch, so that its entities are stored together and in order.
        let mut transaction = context.world.begin(context.caller);
        let results: Vec<_> = items
            .iter()
            .enumerate()
            .map(|(index, item)| match (item, of_items.remove(&index)) {
                (Value::Object(item), None) => {
                    let item = self.read(item);
                    match self
                        .saving
                        .save(&item, &request.parameters, &mut transaction)
                    {
                        Ok(entity) => ItemResult::Saved(entity),
                        Err(rejected) => {
                            ItemResult::Rejected(rejected.status, vec![rejected.error])
                        }
                    }
                }
                (_, errors) => {
                    ItemResult::Rejected(StatusCode::BAD_REQUEST, errors.unwrap_or_default())
                }
            })
            .collect();
        self.response.batch(results, context.caller)
    }

    /// The item, converted to the form of its collection if necessary.
    fn read<'a>(&self, item: &'a Map<String, Value>) -> Cow<'a, Map<String, Value>> {
        match &self.import {
            None => Cow::Borrowed(item),
            Some((import, sent)) => {
                Cow::Owned(import.item(item, self.checker.types().fields(sent)))
            }
        }
    }

    /// The errors of the request as a whole, and those of each item.
    fn check(&self, body: &Json) -> (Vec<ApiError>, HashMap<usize, Vec<ApiError>>) {
        let mut of_envelope = Vec::new();
        let mut of_items: HashMap<_, Vec<_>> = HashMap::new();
        for found in self.checker.find(&body.value, &body.inexact) {
            match found.place() {
                [Step::Property(list), Step::Index(index), ..] if list == "data" => {
                    let index = *index;
                    let errors = of_items.entry(index).or_default();
                    errors.push(found.within(2).error("The item"));
                }
                _ => of_envelope.push(found.error("The request body")),
            }
        }
        (of_envelope, of_items)
    }
}
