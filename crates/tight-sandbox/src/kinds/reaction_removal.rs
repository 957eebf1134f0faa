//! Deletes a reaction. `x-domain` says which operation does, whatever its `x-kind`.

use std::sync::Arc;

use crate::{
    document::types::{TypeId, Types},
    domain::reactions::Reactions,
    kinds::{
        ApiRequest, Context, Definition, Expected, Operation, ResponseFuture, now,
        response::{Data, ResponseSpec},
    },
};

struct Ready {
    types: Arc<Types>,
    reactions: Arc<Reactions>,
    /// The path parameter with the id of the entity.
    id: String,
    /// The type of the reaction in the response.
    reaction: TypeId,
    response: ResponseSpec,
}

pub(super) fn ready(
    definition: &Definition<'_>,
    reactions: &Arc<Reactions>,
) -> Result<Box<dyn Operation>, String> {
    let kind = definition.spec.kind.as_ref();
    let id = kind.and_then(|kind| kind.get("id")?.as_str());
    let id = id.ok_or("its `x-kind` does not say which parameter is the id")?;
    definition.spec.has_in_path(id)?;
    definition.spec.has_in_path(reactions.code())?;
    let response = ResponseSpec::new(definition);
    let reaction = response.data().ok_or("its response is empty")?.id();
    Ok(Box::new(Ready {
        types: Arc::clone(&definition.document.types),
        reactions: Arc::clone(reactions),
        id: id.to_owned(),
        reaction,
        response,
    }))
}

impl Operation for Ready {
    fn body(&self) -> Option<Expected> {
        None
    }

    fn check_document(&self) -> Result<(), String> {
        Ok(())
    }

    fn respond<'a>(&'a self, request: ApiRequest<'a>, context: Context<'a>) -> ResponseFuture<'a> {
        let reaction = self.types.get(self.reaction);
        let Context { world, caller, .. } = context;
        let removed = self
            .reactions
            .remove(&request.parameters, &self.id, reaction, world, caller);
        now(match removed {
            Ok(reaction) => self.response.with(Data::Entity(&reaction), caller),
            Err(refused) => refused,
        })
    }
}
