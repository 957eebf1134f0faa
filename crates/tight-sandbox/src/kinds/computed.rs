//! Something is worked out from what is stored, such as a report. The sandbox cannot work it out, and answers
//! what the documentation shows, marked as such.

use serde_json::Value;

use crate::{
    kinds::{
        Answering, Expected, Kind, Known, Operation, Plan, Sent, World,
        body::{self, Payload},
        now,
        outcome::Outcome,
    },
    store::collections::Claim,
};

struct Computed;

pub(super) fn read(_: &Plan<'_>, _: &Value) -> Result<Box<dyn Kind>, String> {
    Ok(Box::new(Computed))
}

impl Kind for Computed {
    fn claims(&self, _: &Plan<'_>) -> Vec<Claim> {
        Vec::new()
    }

    fn ready(&self, plan: &Plan<'_>, _: &Known<'_>) -> Result<Box<dyn Operation>, String> {
        ready(plan)
    }
}

/// An operation whose answer depends on nothing that the sandbox knows.
pub(super) fn ready(plan: &Plan<'_>) -> Result<Box<dyn Operation>, String> {
    Ok(Box::new(Ready {
        payload: Payload::of(plan)?,
        outcome: Outcome::new(plan),
    }))
}

struct Ready {
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
        now(match body::read(self.payload.as_ref(), &sent.body) {
            Ok(_) => self.outcome.example(world.caller),
            Err(refused) => refused,
        })
    }
}
