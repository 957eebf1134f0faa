//! Something that there is one of, without an id: asked for, saved, deleted. Before it is saved for the first
//! time, it is what the documentation shows, filled.

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
        let one = One::named(&self.name, definition, model).ok_or("nothing says what it is")?;
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
    one: One,
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
        let there = self.one.current(transaction.store(), caller);
        let is_example = there.as_ref().is_some_and(|there| there.is_example);
        let there = there.map(|there| there.entity);
        let name = &self.one.name;
        let found = match self.does {
            Does::Get => there.ok_or_else(|| self.gone())?,
            Does::Delete => {
                let there = there.ok_or_else(|| self.gone())?;
                transaction.delete_singleton(name, &there);
                there
            }
            Does::Save => {
                let there = there.unwrap_or_default();
                let mut saved = there.clone();
                self.synthesis
                    .update(&mut saved, &fields, transaction.creation());
                transaction.save_singleton(name, &there, saved)
            }
        };
        let answer = self.response.with(Data::Entity(&found), caller);
        Ok(if is_example && self.does != Does::Save {
            answer.marked(EXAMPLE)
        } else {
            answer
        })
    }

    fn gone(&self) -> ApiResponse {
        let message = format!("There is no {} any more", self.one.name);
        let error = ApiError::plain(ApiErrorType::BadRequest, message);
        ApiResponse::failure(StatusCode::NOT_FOUND, &[error])
    }
}

/// What there is one of by some name.
pub(super) struct One {
    name: String,
    /// What it is before it is saved.
    example: synthesis::Example,
}

/// Something, and whether it is of the documented example.
pub(super) struct Current {
    pub(super) entity: Entity,
    pub(super) is_example: bool,
}

impl One {
    /// What there is one of by the name of a collection.
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

    /// What there is now.
    fn current(&self, store: &Store, caller: &Caller) -> Option<Current> {
        let (entity, is_example) = match store.singleton(&self.name) {
            None => (self.example.make(caller), true),
            Some(Singleton::Saved(entity)) => (entity.clone(), false),
            Some(Singleton::Deleted) => return None,
        };
        Some(Current { entity, is_example })
    }

    /// The entity with this id that it has on one of its lists.
    pub(super) fn listed(&self, id: &str, store: &Store, caller: &Caller) -> Option<Current> {
        let there = self.current(store, caller)?;
        let entity = there.entity.values().find_map(|value| on_list(value, id))?;
        Some(Current {
            entity: entity.clone(),
            ..there
        })
    }
}

/// The object with this id on a list within `value`, be it on one within another.
fn on_list<'a>(value: &'a Value, id: &str) -> Option<&'a Entity> {
    match value {
        Value::Array(items) => items.iter().find_map(|item| match item {
            Value::Object(object) if store::id(object) == Some(id) => Some(object),
            _ => on_list(item, id),
        }),
        Value::Object(object) => object.values().find_map(|value| on_list(value, id)),
        _ => None,
    }
}
