//! Singletons: objects without an id, of which there is one. Until it is saved, a singleton is the documented
//! example.

use axum::http::StatusCode;
use serde::Deserialize;
use serde_json::Value;

use crate::{
    document::types::Type,
    envelope::{ApiError, ApiErrorType, ApiResponse},
    kinds::{
        ApiModel, ApiRequest, Context, Definition, Expected, Kind, Operation, ResponseFuture,
        body::{self, Payload},
        now, parse_x_kind,
        response::{Data, EXAMPLE, ResponseSpec, fields_of},
        saving,
    },
    store::{
        self, Entity, Singleton, Store, caller::Caller, collections::CollectionUse, synthesis,
    },
};

#[derive(Deserialize)]
struct SingletonTerms {
    does: Does,
    name: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Does {
    Get,
    Save,
    Delete,
}

pub(super) fn read(_: &Definition<'_>, x_kind: &Value) -> Result<Box<dyn Kind>, String> {
    Ok(Box::new(parse_x_kind::<SingletonTerms>(x_kind)?))
}

fn item<'a>(definition: &Definition<'a>) -> Option<Type<'a>> {
    Some(definition.document.types.get(definition.spec.json()?.id))
}

impl Kind for SingletonTerms {
    fn collection_uses(&self, definition: &Definition<'_>) -> Vec<CollectionUse> {
        let types = &definition.document.types;
        let answered = definition.spec.data(types);
        let mut collection_use = match self.does {
            Does::Save => {
                saving::collection_use(definition, &self.name, answered, item(definition))
            }
            Does::Get => CollectionUse {
                fields: fields_of(types, answered).collect(),
                ..CollectionUse::of(&self.name)
            },
            Does::Delete => CollectionUse::of(&self.name),
        };
        collection_use.is_single = true;
        vec![collection_use]
    }

    fn ready(
        &self,
        definition: &Definition<'_>,
        model: &ApiModel<'_>,
    ) -> Result<Box<dyn Operation>, String> {
        let one = NamedSingleton::named(&self.name, definition, model)
            .ok_or("the document has no schema for it")?;
        let sent = saving::sent_fields(definition, item(definition));
        Ok(Box::new(Ready {
            does: self.does,
            synthesis: one.example.synthesis(&sent, &self.name),
            one,
            payload: Payload::of(definition)?,
            response: ResponseSpec::about_one(definition, model, &self.name),
        }))
    }
}

struct Ready {
    does: Does,
    one: NamedSingleton,
    synthesis: synthesis::Synthesis,
    payload: Option<Payload>,
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
        now(self
            .perform(&request, context)
            .unwrap_or_else(|refused| refused))
    }
}

impl Ready {
    fn perform(
        &self,
        request: &ApiRequest<'_>,
        context: Context<'_>,
    ) -> Result<ApiResponse, ApiResponse> {
        let caller = context.caller;
        let fields = body::fields(self.payload.as_ref(), &request.body)?;
        let mut transaction = context.world.begin(caller);
        let current = self.one.current(transaction.store(), caller);
        let is_example = current.as_ref().is_some_and(|current| current.is_example);
        let current = current.map(|current| current.entity);
        let name = &self.one.name;
        let found = match self.does {
            Does::Get => current.ok_or_else(|| self.gone())?,
            Does::Delete => {
                let current = current.ok_or_else(|| self.gone())?;
                transaction.delete_singleton(name, &current);
                current
            }
            Does::Save => {
                let current = current.unwrap_or_default();
                let mut saved = current.clone();
                self.synthesis
                    .update(&mut saved, &fields, transaction.creation());
                transaction.save_singleton(name, &current, saved)
            }
        };
        let response = self.response.with(Data::Entity(&found), caller);
        Ok(if is_example && self.does != Does::Save {
            response.marked(EXAMPLE)
        } else {
            response
        })
    }

    fn gone(&self) -> ApiResponse {
        let message = format!("The {} has been deleted", self.one.name);
        let error = ApiError::plain(ApiErrorType::BadRequest, message);
        ApiResponse::failure(StatusCode::NOT_FOUND, &[error])
    }
}

/// A singleton.
pub(super) struct NamedSingleton {
    name: String,
    /// Its value before it is saved.
    example: synthesis::Example,
}

/// The value of a singleton, and whether it is the documented example.
pub(super) struct Current {
    pub(super) entity: Entity,
    pub(super) is_example: bool,
}

impl NamedSingleton {
    /// The singleton with this name, if the document has it.
    pub(super) fn named(
        name: &str,
        definition: &Definition<'_>,
        model: &ApiModel<'_>,
    ) -> Option<Self> {
        let single = model.collections.single(name)?;
        Some(Self {
            name: name.to_owned(),
            example: synthesis::Example::new(&definition.document.types, &single.fields),
        })
    }

    /// Its current value; `None` if it was deleted.
    fn current(&self, store: &Store, caller: &Caller) -> Option<Current> {
        let (entity, is_example) = match store.singleton(&self.name) {
            None => (self.example.make(caller), true),
            Some(Singleton::Saved(entity)) => (entity.clone(), false),
            Some(Singleton::Deleted) => return None,
        };
        Some(Current { entity, is_example })
    }

    /// The entity with this id in one of its lists.
    pub(super) fn listed(&self, id: &str, store: &Store, caller: &Caller) -> Option<Current> {
        let current = self.current(store, caller)?;
        let entity = current
            .entity
            .values()
            .find_map(|value| find_in_lists(value, id))?;
        Some(Current {
            entity: entity.clone(),
            ..current
        })
    }
}

/// The object with this id in a list within `value`, at any depth.
fn find_in_lists<'a>(value: &'a Value, id: &str) -> Option<&'a Entity> {
    match value {
        Value::Array(items) => items.iter().find_map(|item| match item {
            Value::Object(object) if store::id(object) == Some(id) => Some(object),
            _ => find_in_lists(item, id),
        }),
        Value::Object(object) => object.values().find_map(|value| find_in_lists(value, id)),
        _ => None,
    }
}
