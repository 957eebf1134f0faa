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
    store::{Entity, Singleton, caller::Caller, collections::Claim, synthesis},
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
        let fields = known.collections.get(&self.name);
        let fields = fields.map(|known| known.fields.clone()).unwrap_or_default();
        let types = &plan.document.types;
        let sent = saving::sent_fields(plan, item(plan));
        Ok(Box::new(Ready {
            does: self.does,
            name: self.name.clone(),
            example: synthesis::Example::new(types, &fields),
            synthesis: synthesis::Synthesis::new(types, &fields, &sent, &self.name),
            payload: Payload::of(plan)?,
            outcome: Outcome::about(plan, known, &self.name),
        }))
    }
}

struct Ready {
    does: Does,
    name: String,
    /// What it is before it is saved.
    example: synthesis::Example,
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
        let kept = ledger.store().singleton(&self.name).cloned();
        let is_example = kept.is_none();
        let there = self.there(kept, caller);
        let found = match self.does {
            Does::Get => there.ok_or_else(|| self.gone())?,
            Does::Delete => {
                let there = there.ok_or_else(|| self.gone())?;
                ledger.delete_singleton(&self.name, &there);
                there
            }
            Does::Save => {
                let there = there.unwrap_or_default();
                let mut saved = there.clone();
                self.synthesis
                    .update(&mut saved, &fields, ledger.occasion());
                ledger.save_singleton(&self.name, &there, saved)
            }
        };
        let answer = self.outcome.with(Data::Entity(&found), caller);
        Ok(if is_example && self.does != Does::Save {
            answer.marked(EXAMPLE)
        } else {
            answer
        })
    }

    /// What there is now.
    fn there(&self, kept: Option<Singleton>, caller: &Caller) -> Option<Entity> {
        match kept {
            None => Some(self.example.make(caller)),
            Some(Singleton::Saved(entity)) => Some(entity),
            Some(Singleton::Deleted) => None,
        }
    }

    fn gone(&self) -> Answer {
        let message = format!("There is no {} any more", self.name);
        let flaw = Flaw::plain(FlawType::BadRequest, message);
        Answer::failure(StatusCode::NOT_FOUND, &[flaw])
    }
}
