//! Something is done to one entity, or to none that the document names, such as to send an invoice. What it does
//! is the server's affair and changes nothing here: the answer shows the entity, what was sent, and what the
//! document says of the rest.

use serde::Deserialize;
use serde_json::{Map, Value};

use crate::{
    document::{parameters::text, types::Type},
    envelope::Answer,
    kinds::{
        Answering, Expected, Kind, Known, Operation, Plan, Sent, World,
        body::{self, Payload},
        now,
        outcome::{Data, Outcome},
        terms,
    },
    store::{Entity, collections::Claim},
};

#[derive(Deserialize)]
struct Action {
    collection: Option<String>,
    /// The parameter of the path that is the id of the entity.
    id: Option<String>,
}

pub(super) fn read(plan: &Plan<'_>, said: &Value) -> Result<Box<dyn Kind>, String> {
    let action: Action = terms(said)?;
    match (&action.collection, &action.id) {
        (Some(_), Some(id)) => plan.sketch.has_in_path(id)?,
        (None, Some(_)) => {
            return Err("its `x-kind` has an `id`, and does not say of what".to_owned());
        }
        (_, None) => {}
    }
    Ok(Box::new(action))
}

impl Kind for Action {
    fn claims(&self, _: &Plan<'_>) -> Vec<Claim> {
        self.collection.iter().map(|name| Claim::of(name)).collect()
    }

    fn ready(&self, plan: &Plan<'_>, known: &Known<'_>) -> Result<Box<dyn Operation>, String> {
        let collection = self.collection.as_deref().unwrap_or_default();
        Ok(Box::new(Ready {
            entity: self.collection.clone().zip(self.id.clone()),
            payload: Payload::of(plan)?,
            outcome: Outcome::about(plan, known, collection),
        }))
    }
}

struct Ready {
    /// The collection, and the parameter that is the id.
    entity: Option<(String, String)>,
    payload: Option<Payload>,
    outcome: Outcome,
}

impl Operation for Ready {
    fn body(&self) -> Option<Expected> {
        body::expected(self.payload.as_ref())
    }

    fn check_document(&self) -> Result<(), String> {
        body::check_document(self.payload.as_ref())
    }

    fn answer<'a>(&'a self, sent: Sent<'a>, world: World<'a>) -> Answering<'a> {
        now(self.perform(&sent, world).unwrap_or_else(|refused| refused))
    }
}

impl Ready {
    fn perform(&self, sent: &Sent<'_>, world: World<'_>) -> Result<Answer, Answer> {
        let fields = body::fields(self.payload.as_ref(), &sent.body)?;
        let entity = match &self.entity {
            None => None,
            Some((collection, param)) => {
                let ledger = world.books.open(world.caller);
                let id = text(&sent.parameters, param);
                let found = ledger.store().find(collection, &id).cloned();
                Some(found.ok_or_else(|| Answer::not_found(param, collection))?)
            }
        };
        let shown = shown(entity, fields, self.outcome.data());
        Ok(self.outcome.with(Data::Entity(&shown), world.caller))
    }
}

/// What is known of what the action answers: what the entity is, and what was sent where it does not say it.
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
