//! A file and what is known about it go in, an entity comes out. The content of the file is kept for the test to
//! look at.

use serde::Deserialize;
use serde_json::Value;

use crate::{
    document::operation::MULTIPART,
    envelope::Answer,
    kinds::{
        Answering, Expected, Kind, Known, Operation, Plan, Sent, UPLOAD_LIMIT, World,
        form::{self, Filled, Form},
        outcome::{Data, Outcome, fields_of},
        saving::Saving,
        terms,
    },
    store::{Upload, collections::Claim, synthesis::SentFields},
};

#[derive(Deserialize)]
struct UploadTerms {
    collection: String,
}

pub(super) fn read(_: &Plan<'_>, said: &Value) -> Result<Box<dyn Kind>, String> {
    Ok(Box::new(terms::<UploadTerms>(said)?))
}

fn sent(plan: &Plan<'_>) -> SentFields {
    form::sent_fields(plan)
}

impl Kind for UploadTerms {
    fn claims(&self, plan: &Plan<'_>) -> Vec<Claim> {
        let types = &plan.document.types;
        vec![Claim {
            fields: fields_of(types, plan.sketch.data(types)).collect(),
            sent: Some(sent(plan)),
            saves: true,
            ..Claim::of(&self.collection)
        }]
    }

    fn ready(&self, plan: &Plan<'_>, known: &Known<'_>) -> Result<Box<dyn Operation>, String> {
        Ok(Box::new(Ready {
            form: Form::of(plan)?,
            saving: Saving::of_fields(plan, known, &self.collection, sent(plan)),
            outcome: Outcome::about(plan, known, &self.collection),
        }))
    }
}

struct Ready {
    form: Form,
    saving: Saving,
    outcome: Outcome,
}

impl Operation for Ready {
    fn body(&self) -> Option<Expected> {
        Some(Expected {
            media_type: MULTIPART,
            required: true,
        })
    }

    fn body_limit(&self) -> usize {
        UPLOAD_LIMIT
    }

    fn check_document(&self) -> Result<(), String> {
        self.form.check_document()
    }

    fn answer<'a>(&'a self, sent: Sent<'a>, world: World<'a>) -> Answering<'a> {
        Box::pin(async move {
            let mut sent = sent;
            let body = std::mem::take(&mut sent.body);
            match self.form.read(sent.headers, body).await {
                Ok(filled) => self.keep(filled, &sent, world),
                Err(refused) => refused,
            }
        })
    }
}

impl Ready {
    /// What the path says of the file counts for more than what the form says.
    fn keep(&self, filled: Filled, sent: &Sent<'_>, world: World<'_>) -> Answer {
        let mut ledger = world.books.open(world.caller);
        let Filled { file, item } = filled;
        let entity = match self.saving.save(&item, &sent.parameters, &mut ledger) {
            Ok(entity) => entity,
            Err(rejected) => return Answer::failure(rejected.status, &[rejected.flaw]),
        };
        if let Some(file) = file {
            let url = entity.get("url").filter(|url| url.is_string()).cloned();
            ledger.keep_upload(&entity, Upload { file, url });
        }
        self.outcome.with(Data::Entity(&entity), world.caller)
    }
}
