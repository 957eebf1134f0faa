//! One entity: asked for by its id, deleted, made, or changed.

use axum::http::StatusCode;
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::{
    document::{parameters::text, types::Type},
    envelope::Answer,
    kinds::{
        Answering, Expected, Kind, Known, Operation, Plan, Sent, World,
        body::{self, Payload},
        now,
        outcome::{Data, EXAMPLE, Outcome, fields_of},
        saving::{self, Saving},
        singleton::{One, There},
        terms,
    },
    store::collections::Claim,
};

#[derive(Deserialize)]
struct EntityTerms {
    does: Does,
    collection: String,
    /// The parameter of the path that is the id.
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

pub(super) fn read(plan: &Plan<'_>, said: &Value) -> Result<Box<dyn Kind>, String> {
    let terms: EntityTerms = terms(said)?;
    match (&terms.id, terms.does) {
        (Some(id), _) => plan.sketch.has_in_path(id)?,
        (None, Does::Create) => {}
        (None, _) => return Err("its `x-kind` does not say which parameter is the id".to_owned()),
    }
    Ok(Box::new(terms))
}

fn item<'a>(plan: &Plan<'a>) -> Option<Type<'a>> {
    Some(plan.document.types.get(plan.sketch.json()?.id))
}

impl Kind for EntityTerms {
    fn claims(&self, plan: &Plan<'_>) -> Vec<Claim> {
        let types = &plan.document.types;
        let answered = plan.sketch.data(types);
        let claim = match self.does {
            Does::Create | Does::Update => {
                let mut claim = saving::claim(plan, &self.collection, answered, item(plan));
                if self.does == Does::Update {
                    // It changes what is there, and makes nothing.
                    claim.saves = false;
                }
                claim
            }
            Does::Get => Claim {
                fields: fields_of(types, answered).collect(),
                ..Claim::of(&self.collection)
            },
            // What it answers need not be what is deleted.
            Does::Delete => Claim::of(&self.collection),
        };
        vec![claim]
    }

    fn ready(&self, plan: &Plan<'_>, known: &Known<'_>) -> Result<Box<dyn Operation>, String> {
        let saving = match self.does {
            Does::Get | Does::Delete => None,
            Does::Create => Some(Saving::new(plan, known, &self.collection, item(plan))),
            Does::Update => {
                let saving = Saving::new(plan, known, &self.collection, item(plan));
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
            payload: Payload::of(plan)?,
            lists: One::named(&self.collection, plan, known),
            outcome: Outcome::about(plan, known, &self.collection),
        }))
    }
}

struct Ready {
    does: Does,
    collection: String,
    id: Option<String>,
    payload: Option<Payload>,
    saving: Option<Saving>,
    /// What there is one of by the name of the collection: it lists entities of it.
    lists: Option<One>,
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
        let fields = body::fields(self.payload.as_ref(), &sent.body);
        let done = fields.and_then(|fields| self.perform(fields, &sent, world));
        now(match done {
            Ok(There { entity, is_example }) => {
                let answer = self.outcome.with(Data::Entity(&entity), world.caller);
                match is_example {
                    true => answer.marked(EXAMPLE),
                    false => answer,
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
        sent: &Sent<'_>,
        world: World<'_>,
    ) -> Result<There, Answer> {
        let param = self.id.as_deref().unwrap_or_default();
        let id = text(&sent.parameters, param);
        let unknown = || Answer::not_found(param, &self.collection);
        let mut ledger = world.books.open(world.caller);
        let done = match (self.does, &self.saving) {
            (Does::Delete, _) => ledger.delete(&self.collection, &id).ok_or_else(unknown),
            (Does::Create | Does::Update, Some(saving)) => {
                if self.does == Does::Update {
                    // Which one it is, is for the path to say.
                    fields.insert("id".to_owned(), id.into());
                }
                let saved = saving.save(&fields, &sent.parameters, &mut ledger);
                saved.map_err(|rejected| match self.does {
                    Does::Update if rejected.status == StatusCode::NOT_FOUND => unknown(),
                    _ => Answer::failure(rejected.status, &[rejected.flaw]),
                })
            }
            _ => match (ledger.store().find(&self.collection, &id), &self.lists) {
                (None, Some(one)) => {
                    let listed = one.listed(&id, ledger.store(), world.caller);
                    return listed.ok_or_else(unknown);
                }
                (found, _) => found.cloned().ok_or_else(unknown),
            },
        };
        done.map(|entity| There {
            entity,
            is_example: false,
        })
    }
}
