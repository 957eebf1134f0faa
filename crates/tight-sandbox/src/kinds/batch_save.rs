//! A list of items goes in, a list of results comes out: each item is checked on its own, and makes a new entity
//! or updates the one that has its id.

use std::{borrow::Cow, collections::HashMap};

use axum::http::StatusCode;
use serde::Deserialize;
use serde_json::{Map, Value};

use crate::{
    document::{operation::JSON, types::Type, validation::Checker},
    domain::imports::Import,
    envelope::{Answer, Flaw},
    json::{Json, Step},
    kinds::{
        Answering, Expected, Kind, Known, Operation, Plan, Sent, World, body, now,
        outcome::{ItemResult, Outcome, fields_of},
        saving::{self, Saving},
        terms,
    },
    store::{
        collections::{Claim, Collection},
        synthesis::SentFields,
    },
};

#[derive(Deserialize)]
struct BatchSave {
    collection: String,
}

pub(super) fn read(_: &Plan<'_>, said: &Value) -> Result<Box<dyn Kind>, String> {
    Ok(Box::new(terms::<BatchSave>(said)?))
}

/// What an item of the request is.
fn item<'a>(plan: &Plan<'a>) -> Option<Type<'a>> {
    let body = plan.document.types.get(plan.sketch.json()?.id);
    body.field("data")?.items()
}

/// What is saved.
fn entity<'a>(plan: &Plan<'a>) -> Option<Type<'a>> {
    let answer = plan.document.types.get(plan.sketch.answer()?);
    answer.field("data")?.items()?.field("data")
}

impl Kind for BatchSave {
    fn claims(&self, plan: &Plan<'_>) -> Vec<Claim> {
        let entity = entity(plan).map(Type::id);
        vec![match Import::to(&self.collection, plan.document) {
            None => saving::claim(plan, &self.collection, entity, item(plan)),
            Some(import) => Claim {
                fields: fields_of(&plan.document.types, entity).collect(),
                saves: true,
                ..Claim::of(&import.into)
            },
        }]
    }

    fn ready(&self, plan: &Plan<'_>, known: &Known<'_>) -> Result<Box<dyn Operation>, String> {
        let declared = plan.sketch.json().ok_or("it is sent no JSON")?;
        let item = item(plan).ok_or("it is sent no list of items as `data`")?;
        if entity(plan).is_none() {
            return Err("it does not answer a list of results with `data`".to_owned());
        }
        if let Some(reason) = known.domain.broken(&self.collection) {
            return Err(reason.to_owned());
        }
        let checker = Checker::new(plan.document, declared.clone(), "The request body");
        let Some(import) = Import::to(&self.collection, plan.document) else {
            return Ok(Box::new(Ready {
                checker,
                saving: Saving::new(plan, known, &self.collection, Some(item)),
                import: None,
                outcome: Outcome::about(plan, known, &self.collection),
            }));
        };
        let sent = known.collections.get(&import.into);
        let sent = sent.map(Collection::all_sent).unwrap_or_default();
        import.check(item, plan.document.types.fields(&sent))?;
        Ok(Box::new(Ready {
            checker,
            saving: Saving::of_fields(plan, known, &import.into, sent.clone()),
            outcome: Outcome::about(plan, known, &import.into),
            import: Some((import, sent)),
        }))
    }
}

struct Ready {
    checker: Checker,
    saving: Saving,
    /// Where the items are in a form of their own: how they are to be read, and what is sent otherwise.
    import: Option<(Import, SentFields)>,
    outcome: Outcome,
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

    fn answer<'a>(&'a self, sent: Sent<'a>, world: World<'a>) -> Answering<'a> {
        now(match body::json(&sent.body) {
            Ok(body) => self.save(&body, &sent, world),
            Err(refused) => refused,
        })
    }
}

impl Ready {
    /// Saves the good items of `body`. What the path says is said of each of them.
    fn save(&self, body: &Json, sent: &Sent<'_>, world: World<'_>) -> Answer {
        let (of_envelope, mut of_items) = self.check(body);
        let items = body.value.get("data").and_then(Value::as_array);
        let Some(items) = items.filter(|_| of_envelope.is_empty()) else {
            return Answer::failure(StatusCode::BAD_REQUEST, &of_envelope);
        };
        // Open for the whole batch, so that the entities of one request lie together and in its order.
        let mut ledger = world.books.open(world.caller);
        let results: Vec<_> = items
            .iter()
            .enumerate()
            .map(|(index, item)| match (item, of_items.remove(&index)) {
                (Value::Object(item), None) => {
                    let item = self.read(item);
                    match self.saving.save(&item, &sent.parameters, &mut ledger) {
                        Ok(entity) => ItemResult::Saved(entity),
                        Err(rejected) => ItemResult::Rejected(rejected.status, vec![rejected.flaw]),
                    }
                }
                (_, flaws) => {
                    ItemResult::Rejected(StatusCode::BAD_REQUEST, flaws.unwrap_or_default())
                }
            })
            .collect();
        self.outcome.batch(results, world.caller)
    }

    /// The item in the words of the collection that it is saved to.
    fn read<'a>(&self, item: &'a Map<String, Value>) -> Cow<'a, Map<String, Value>> {
        match &self.import {
            None => Cow::Borrowed(item),
            Some((import, sent)) => {
                Cow::Owned(import.item(item, self.checker.types().fields(sent)))
            }
        }
    }

    /// What is wrong with the request apart from its items, and with each of them.
    fn check(&self, body: &Json) -> (Vec<Flaw>, HashMap<usize, Vec<Flaw>>) {
        let mut of_envelope = Vec::new();
        let mut of_items: HashMap<_, Vec<_>> = HashMap::new();
        for found in self.checker.find(&body.value, &body.lost) {
            match found.place() {
                [Step::Property(list), Step::Index(index), ..] if list == "data" => {
                    let index = *index;
                    let flaws = of_items.entry(index).or_default();
                    flaws.push(found.within(2).flaw("The item"));
                }
                _ => of_envelope.push(found.flaw("The request body")),
            }
        }
        (of_envelope, of_items)
    }
}
