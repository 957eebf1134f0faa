//! Something that there is one of, without an id: asked for, saved, deleted. Before it is saved for the first
//! time, it is what the documentation shows, filled.

use axum::http::StatusCode;
use serde::Deserialize;
use serde_json::Value;

use crate::{
    document::types::Type,
    envelope::{Answer, Flaw, FlawType},
    kinds::{
        Answering, Expected, Kind, Known, Operation, Plan, Sent, World,
        body::{self, Payload},
        now,
        outcome::{Data, EXAMPLE, Outcome, fields_of},
        saving, terms,
    },
    store::{self, Entity, Singleton, Store, caller::Caller, collections::Claim, synthesis},
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

pub(super) fn read(_: &Plan<'_>, said: &Value) -> Result<Box<dyn Kind>, String> {
    Ok(Box::new(terms::<SingletonTerms>(said)?))
}

fn item<'a>(plan: &Plan<'a>) -> Option<Type<'a>> {
    Some(plan.document.types.get(plan.sketch.json()?.id))
}

impl Kind for SingletonTerms {
    fn claims(&self, plan: &Plan<'_>) -> Vec<Claim> {
        let types = &plan.document.types;
        let answered = plan.sketch.data(types);
        let mut claim = match self.does {
            Does::Save => saving::claim(plan, &self.name, answered, item(plan)),
            Does::Get => Claim {
                fields: fields_of(types, answered).collect(),
                ..Claim::of(&self.name)
            },
            Does::Delete => Claim::of(&self.name),
        };
        claim.is_single = true;
        vec![claim]
    }

    fn ready(&self, plan: &Plan<'_>, known: &Known<'_>) -> Result<Box<dyn Operation>, String> {
        let one = One::named(&self.name, plan, known).ok_or("nothing says what it is")?;
        let sent = saving::sent_fields(plan, item(plan));
        Ok(Box::new(Ready {
            does: self.does,
            synthesis: one.example.synthesis(&sent, &self.name),
            one,
            payload: Payload::of(plan)?,
            outcome: Outcome::about_one(plan, known, &self.name),
        }))
    }
}

struct Ready {
    does: Does,
    one: One,
    synthesis: synthesis::Synthesis,
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
        let caller = world.caller;
        let fields = body::fields(self.payload.as_ref(), &sent.body)?;
        let mut ledger = world.books.open(caller);
        let there = self.one.there(ledger.store(), caller);
        let is_example = there.as_ref().is_some_and(|there| there.is_example);
        let there = there.map(|there| there.entity);
        let name = &self.one.name;
        let found = match self.does {
            Does::Get => there.ok_or_else(|| self.gone())?,
            Does::Delete => {
                let there = there.ok_or_else(|| self.gone())?;
                ledger.delete_singleton(name, &there);
                there
            }
            Does::Save => {
                let there = there.unwrap_or_default();
                let mut saved = there.clone();
                self.synthesis
                    .update(&mut saved, &fields, ledger.occasion());
                ledger.save_singleton(name, &there, saved)
            }
        };
        let answer = self.outcome.with(Data::Entity(&found), caller);
        Ok(if is_example && self.does != Does::Save {
            answer.marked(EXAMPLE)
        } else {
            answer
        })
    }

    fn gone(&self) -> Answer {
        let message = format!("There is no {} any more", self.one.name);
        let flaw = Flaw::plain(FlawType::BadRequest, message);
        Answer::failure(StatusCode::NOT_FOUND, &[flaw])
    }
}

/// What there is one of by some name.
pub(super) struct One {
    name: String,
    /// What it is before it is saved.
    example: synthesis::Example,
}

/// Something, and whether it is of the documented example.
pub(super) struct There {
    pub(super) entity: Entity,
    pub(super) is_example: bool,
}

impl One {
    /// What there is one of by the name of a collection.
    pub(super) fn named(name: &str, plan: &Plan<'_>, known: &Known<'_>) -> Option<Self> {
        let single = known.collections.single(name)?;
        Some(Self {
            name: name.to_owned(),
            example: synthesis::Example::new(&plan.document.types, &single.fields),
        })
    }

    /// What there is now.
    fn there(&self, store: &Store, caller: &Caller) -> Option<There> {
        let (entity, is_example) = match store.singleton(&self.name) {
            None => (self.example.make(caller), true),
            Some(Singleton::Saved(entity)) => (entity.clone(), false),
            Some(Singleton::Deleted) => return None,
        };
        Some(There { entity, is_example })
    }

    /// The entity with this id that it has on one of its lists.
    pub(super) fn listed(&self, id: &str, store: &Store, caller: &Caller) -> Option<There> {
        let there = self.there(store, caller)?;
        let entity = there.entity.values().find_map(|value| on_list(value, id))?;
        Some(There {
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
