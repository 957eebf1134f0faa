//! A whole list without a cursor: asked for, or saved as the list that the body is.

use axum::http::StatusCode;
use serde::Deserialize;
use serde_json::Value;

use crate::{
    document::types::Type,
    envelope::{Answer, Flaw, FlawType},
    kinds::{
        Answering, Expected, Kind, Known, Operation, Plan, Sent, World,
        body::{self, Payload},
        listing::{CURSOR, LIMIT, Listing},
        now,
        outcome::{Outcome, fields_of},
        saving::{self, Saving},
        terms,
    },
    store::{Entity, collections::Claim},
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

pub(super) fn read(_: &Plan<'_>, said: &Value) -> Result<Box<dyn Kind>, String> {
    Ok(Box::new(terms::<List>(said)?))
}

/// What an item of the body is.
fn item<'a>(plan: &Plan<'a>) -> Option<Type<'a>> {
    plan.document.types.get(plan.sketch.json()?.id).items()
}

/// What is on the list that is answered: the items of `data`, or of the lists that it groups them in.
fn entity<'a>(plan: &Plan<'a>) -> Option<Type<'a>> {
    let data = plan
        .document
        .types
        .get(plan.sketch.data(&plan.document.types)?);
    let groups = || data.fields().iter().find_map(|(_, group)| group.items());
    data.items().or_else(groups)
}

impl Kind for List {
    fn claims(&self, plan: &Plan<'_>) -> Vec<Claim> {
        let entity = entity(plan).map(Type::id);
        vec![match self.does {
            Does::Save => saving::claim(plan, &self.collection, entity, item(plan)),
            Does::Get => Claim {
                fields: fields_of(&plan.document.types, entity).collect(),
                ..Claim::of(&self.collection)
            },
        }]
    }

    fn ready(&self, plan: &Plan<'_>, known: &Known<'_>) -> Result<Box<dyn Operation>, String> {
        if entity(plan).is_none() {
            return Err("it answers no list as `data`".to_owned());
        }
        let outcome = Outcome::about(plan, known, &self.collection);
        let payload = Payload::of(plan)?;
        if self.does == Does::Get {
            return Ok(Box::new(Whole {
                listing: Listing::new(plan, known, &self.collection, None, None)?,
                payload,
                outcome,
            }));
        }
        let item = item(plan);
        let payload = payload.filter(|_| item.is_some());
        let saving = Saving::new(plan, known, &self.collection, item).with_ids_of(item);
        Ok(Box::new(Save {
            payload: payload.ok_or("it is sent no list")?,
            saving,
            outcome,
        }))
    }
}

/// The whole list.
struct Whole {
    listing: Listing,
    payload: Option<Payload>,
    outcome: Outcome,
}

impl Operation for Whole {
    fn body(&self) -> Option<Expected> {
        body::expected(self.payload.as_ref())
    }

    fn check_document(&self) -> Result<(), String> {
        body::check_document(self.payload.as_ref())
    }

    fn answer<'a>(&'a self, sent: Sent<'a>, world: World<'a>) -> Answering<'a> {
        now(self.all(&sent, world).unwrap_or_else(|refused| refused))
    }
}

impl Whole {
    fn all(&self, sent: &Sent<'_>, world: World<'_>) -> Result<Answer, Answer> {
        body::read(self.payload.as_ref(), &sent.body)?;
        if sent
            .parameters
            .get(CURSOR)
            .is_some_and(|cursor| !cursor.is_null())
        {
            let predicate = "is no cursor of this list, which has none";
            let flaw = Flaw::of(FlawType::InvalidValue, CURSOR, predicate);
            return Err(Answer::failure(StatusCode::BAD_REQUEST, &[flaw]));
        }
        let ledger = world.books.open(world.caller);
        let mut records = self.listing.records(&sent.parameters, ledger.store())?;
        if let Some(limit) = sent.parameters.get(LIMIT).and_then(Value::as_u64) {
            records.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
        }
        let entities = records.into_iter().map(|(_, record)| &record.entity);
        self.outcome.list(entities.collect(), world.caller)
    }
}

/// Saves the list that the body is, all of it or nothing.
struct Save {
    payload: Payload,
    saving: Saving,
    outcome: Outcome,
}

impl Operation for Save {
    fn body(&self) -> Option<Expected> {
        Some(self.payload.expected())
    }

    fn check_document(&self) -> Result<(), String> {
        self.payload.check_document()
    }

    fn answer<'a>(&'a self, sent: Sent<'a>, world: World<'a>) -> Answering<'a> {
        now(self.save(&sent, world).unwrap_or_else(|refused| refused))
    }
}

impl Save {
    fn save(&self, sent: &Sent<'_>, world: World<'_>) -> Result<Answer, Answer> {
        let items = match self.payload.read(&sent.body)? {
            Some(Value::Array(items)) => items,
            _ => Vec::new(),
        };
        let mut ledger = world.books.open(world.caller);
        for (index, item) in items.iter().enumerate() {
            let checked = match item {
                Value::Object(item) => self.saving.check(item, &ledger),
                _ => Ok(()),
            };
            if let Err(rejected) = checked {
                let param = format!("[{index}].id");
                let flaw = Flaw::unknown(&param, self.saving.collection());
                return Err(Answer::failure(rejected.status, &[flaw]));
            }
        }
        let saved: Vec<Entity> = items
            .iter()
            .filter_map(Value::as_object)
            .filter_map(|item| {
                let saved = self.saving.save(item, &sent.parameters, &mut ledger);
                saved.ok()
            })
            .collect();
        self.outcome.list(saved.iter().collect(), world.caller)
    }
}
