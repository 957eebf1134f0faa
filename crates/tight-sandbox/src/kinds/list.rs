//! Whole lists without cursors: returned, or saved from the list in the body.

use axum::http::StatusCode;
use serde::Deserialize;
use serde_json::Value;

use crate::{
    document::types::Type,
    envelope::{ApiError, ApiErrorType, ApiResponse},
    kinds::{
        ApiModel, ApiRequest, Context, Definition, Expected, Kind, Operation, ResponseFuture,
        body::{self, Payload},
        listing::{CURSOR, LIMIT, Listing},
        now, parse_x_kind,
        response::{ResponseSpec, fields_of},
        saving::{self, Saving},
    },
    store::{Entity, collections::CollectionUse},
};

#[derive(Deserialize)]
struct List {
    collection: String,
    does: Does,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Does {
    Get,
    Save,
}

pub(super) fn read(_: &Definition<'_>, x_kind: &Value) -> Result<Box<dyn Kind>, String> {
    Ok(Box::new(parse_x_kind::<List>(x_kind)?))
}

/// The type of an item in the body.
fn item<'a>(definition: &Definition<'a>) -> Option<Type<'a>> {
    definition
        .document
        .types
        .get(definition.spec.json()?.id)
        .items()
}

/// The type of an entity in the response: an item of `data`, or of the lists within its groups.
fn entity<'a>(definition: &Definition<'a>) -> Option<Type<'a>> {
    let data = definition
        .document
        .types
        .get(definition.spec.data(&definition.document.types)?);
    let groups = || data.fields().iter().find_map(|(_, group)| group.items());
    data.items().or_else(groups)
}

impl Kind for List {
    fn collection_uses(&self, definition: &Definition<'_>) -> Vec<CollectionUse> {
        let entity = entity(definition).map(Type::id);
        vec![match self.does {
            Does::Save => {
                saving::collection_use(definition, &self.collection, entity, item(definition))
            }
            Does::Get => CollectionUse {
                fields: fields_of(&definition.document.types, entity).collect(),
                ..CollectionUse::of(&self.collection)
            },
        }]
    }

    fn ready(
        &self,
        definition: &Definition<'_>,
        model: &ApiModel<'_>,
    ) -> Result<Box<dyn Operation>, String> {
        if entity(definition).is_none() {
            return Err("its response has no list as `data`".to_owned());
        }
        let response = ResponseSpec::about(definition, model, &self.collection);
        let payload = Payload::of(definition)?;
        if self.does == Does::Get {
            return Ok(Box::new(Whole {
                listing: Listing::new(definition, model, &self.collection, None, None)?,
                payload,
                response,
            }));
        }
        let item = item(definition);
        let payload = payload.filter(|_| item.is_some());
        let saving = Saving::new(definition, model, &self.collection, item).with_ids_of(item);
        Ok(Box::new(Save {
            payload: payload.ok_or("its request has no list")?,
            saving,
            response,
        }))
    }
}

/// Returns the whole list.
struct Whole {
    listing: Listing,
    payload: Option<Payload>,
    response: ResponseSpec,
}

impl Operation for Whole {
    fn body(&self) -> Option<Expected> {
        body::expected(self.payload.as_ref())
    }

    fn check_document(&self) -> Result<(), String> {
        body::check_document(self.payload.as_ref())
    }

    fn respond<'a>(&'a self, request: ApiRequest<'a>, context: Context<'a>) -> ResponseFuture<'a> {
        now(self
            .all(&request, context)
            .unwrap_or_else(|refused| refused))
    }
}

impl Whole {
    fn all(
        &self,
        request: &ApiRequest<'_>,
        context: Context<'_>,
    ) -> Result<ApiResponse, ApiResponse> {
        body::read(self.payload.as_ref(), &request.body)?;
        if request
            .parameters
            .get(CURSOR)
            .is_some_and(|cursor| !cursor.is_null())
        {
            let predicate = "is no cursor of this list, which has none";
            let error = ApiError::of(ApiErrorType::InvalidValue, CURSOR, predicate);
            return Err(ApiResponse::failure(StatusCode::BAD_REQUEST, &[error]));
        }
        let transaction = context.world.begin(context.caller);
        let mut records = self
            .listing
            .records(&request.parameters, transaction.store())?;
        if let Some(limit) = request.parameters.get(LIMIT).and_then(Value::as_u64) {
            records.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
        }
        let entities = records.into_iter().map(|(_, record)| &record.entity);
        self.response.list(entities.collect(), context.caller)
    }
}

/// Saves the list in the body, all or nothing.
struct Save {
    payload: Payload,
    saving: Saving,
    response: ResponseSpec,
}

impl Operation for Save {
    fn body(&self) -> Option<Expected> {
        Some(self.payload.expected())
    }

    fn check_document(&self) -> Result<(), String> {
        self.payload.check_document()
    }

    fn respond<'a>(&'a self, request: ApiRequest<'a>, context: Context<'a>) -> ResponseFuture<'a> {
        now(self
            .save(&request, context)
            .unwrap_or_else(|refused| refused))
    }
}

impl Save {
    fn save(
        &self,
        request: &ApiRequest<'_>,
        context: Context<'_>,
    ) -> Result<ApiResponse, ApiResponse> {
        let items = match self.payload.read(&request.body)? {
            Some(Value::Array(items)) => items,
            _ => Vec::new(),
        };
        let mut transaction = context.world.begin(context.caller);
        for (index, item) in items.iter().enumerate() {
            let checked = match item {
                Value::Object(item) => self.saving.check(item, &transaction),
                _ => Ok(()),
            };
            if let Err(rejected) = checked {
                let param = format!("[{index}].id");
                let error = ApiError::unknown(&param, self.saving.collection());
                return Err(ApiResponse::failure(rejected.status, &[error]));
            }
        }
        let saved: Vec<Entity> = items
            .iter()
            .filter_map(Value::as_object)
            .filter_map(|item| {
                let saved = self
                    .saving
                    .save(item, &request.parameters, &mut transaction);
                saved.ok()
            })
            .collect();
        self.response.list(saved.iter().collect(), context.caller)
    }
}
