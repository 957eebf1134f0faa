//! Computed results, such as a report. The sandbox does not compute them: it returns the documented example, marked
//! as such.

use serde_json::Value;

use crate::{
    kinds::{
        ApiModel, ApiRequest, Context, Definition, Expected, Kind, Operation, ResponseFuture,
        body::{self, Payload},
        now,
        response::ResponseSpec,
    },
    store::collections::CollectionUse,
};

struct Computed;

pub(super) fn read(_: &Definition<'_>, _: &Value) -> Result<Box<dyn Kind>, String> {
    Ok(Box::new(Computed))
}

impl Kind for Computed {
    fn collection_uses(&self, _: &Definition<'_>) -> Vec<CollectionUse> {
        Vec::new()
    }

    fn ready(
        &self,
        definition: &Definition<'_>,
        _: &ApiModel<'_>,
    ) -> Result<Box<dyn Operation>, String> {
        ready(definition)
    }
}

/// An operation whose response does not depend on stored data.
pub(super) fn ready(definition: &Definition<'_>) -> Result<Box<dyn Operation>, String> {
    Ok(Box::new(Ready {
        payload: Payload::of(definition)?,
        response: ResponseSpec::new(definition),
    }))
}

struct Ready {
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
        now(match body::read(self.payload.as_ref(), &request.body) {
            Ok(_) => self.response.example(context.caller),
            Err(refused) => refused,
        })
    }
}
