//! Takes a reaction back: which operation does so, the document says in `x-domain`, whatever kind of operation it
//! is otherwise.

use std::sync::Arc;

use crate::{
    document::types::{TypeId, Types},
    domain::reactions::Reactions,
    kinds::{
        Answering, Expected, Operation, Plan, Sent, World, now,
        outcome::{Data, Outcome},
    },
};

struct Ready {
    types: Arc<Types>,
    reactions: Arc<Reactions>,
    /// The parameter of the path that is the id of what was reacted to.
    id: String,
    /// What a reaction is answered as.
    reaction: TypeId,
    outcome: Outcome,
}

pub(super) fn ready(
    plan: &Plan<'_>,
    reactions: &Arc<Reactions>,
) -> Result<Box<dyn Operation>, String> {
    let kind = plan.sketch.kind.as_ref();
    let id = kind.and_then(|kind| kind.get("id")?.as_str());
    let id = id.ok_or("its `x-kind` does not say which parameter is the id")?;
    plan.sketch.has_in_path(id)?;
    plan.sketch.has_in_path(reactions.code())?;
    let outcome = Outcome::new(plan);
    let reaction = outcome.data().ok_or("it answers nothing")?.id();
    Ok(Box::new(Ready {
        types: Arc::clone(&plan.document.types),
        reactions: Arc::clone(reactions),
        id: id.to_owned(),
        reaction,
        outcome,
    }))
}

impl Operation for Ready {
    fn body(&self) -> Option<Expected> {
        None
    }

    fn check_document(&self) -> Result<(), String> {
        Ok(())
    }

    fn answer<'a>(&'a self, sent: Sent<'a>, world: World<'a>) -> Answering<'a> {
        let reaction = self.types.get(self.reaction);
        let World { books, caller, .. } = world;
        let removed = self
            .reactions
            .remove(&sent.parameters, &self.id, reaction, books, caller);
        now(match removed {
            Ok(reaction) => self.outcome.with(Data::Entity(&reaction), caller),
            Err(refused) => refused,
        })
    }
}
