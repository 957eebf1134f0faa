//! Actions: an operation that does something to one entity, or to none, such as sending an invoice. The effect is
//! outside the sandbox, so nothing changes here: the response shows the entity, what was sent, and the documented
//! example for the rest.

use serde::Deserialize;
use serde_json::{Map, Value};

use crate::{
    document::{parameters::text, types::Type},
    envelope::ApiResponse,
    kinds::{
        ApiModel, ApiRequest, Context, Definition, Expected, Kind, Operation, ResponseFuture,
        body::{self, Payload},
        now, parse_x_kind,
        response::{Data, ResponseSpec},
    },
    store::{Entity, collections::CollectionUse},
};

#[derive(Deserialize)]
struct Action {
    collection: Option<String>,
    /// The path parameter with the id of the entity.
    id: Option<String>,
}

pub(super) fn read(definition: &Definition<'_>, x_kind: &Value) -> Result<Box<dyn Kind>, String> {
    let action: Action = parse_x_kind(x_kind)?;
    match (&action.collection, &action.id) {
        (Some(_), Some(id)) => definition.spec.has_in_path(id)?,
        (None, Some(_)) => {
            return Err("its `x-kind` has an `id`, but no `collection`".to_owned());
        }
        (_, None) => {}
    }
    Ok(Box::new(action))
}

impl Kind for Action {
    fn collection_uses(&self, _: &Definition<'_>) -> Vec<CollectionUse> {
        self.collection
            .iter()
            .map(|name| CollectionUse::of(name))
            .collect()
    }

    fn ready(
        &self,
        definition: &Definition<'_>,
        model: &ApiModel<'_>,
    ) -> Result<Box<dyn Operation>, String> {
        let collection = self.collection.as_deref().unwrap_or_default();
        Ok(Box::new(Ready {
            entity: self.collection.clone().zip(self.id.clone()),
            payload: Payload::of(definition)?,
            response: ResponseSpec::about(definition, model, collection),
        }))
    }
}

struct Ready {
    /// The collection, and the path parameter with the id.
    entity: Option<(String, String)>,
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
        let fields = body::fields(self.payload.as_ref(), &request.body)?;
        let entity = match &self.entity {
            None => None,
            Some((collection, param)) => {
                let transaction = context.world.begin(context.caller);
                let id = text(&request.parameters, param);
                let found = transaction.store().find(collection, &id).cloned();
                Some(found.ok_or_else(|| ApiResponse::not_found(param, collection))?)
            }
        };
        let shown = shown(entity, fields, self.response.data());
        Ok(self.response.with(Data::Entity(&shown), context.caller))
    }
}

/// The known fields of the response: those of the entity, and those sent that the entity lacks.
fn shown(entity: Option<Entity>, sent: Map<String, Value>, wanted: Option<Type<'_>>) -> Entity {
    let mut shown = entity.unwrap_or_default();
    for (name, value) in sent {
        let fits = wanted
            .and_then(|wanted| wanted.field(&name))
            .is_some_and(|field| field.fits(&value));
        if fits && !shown.contains_key(&name) {
            shown.insert(name, value);
        }
    }
    shown
}
