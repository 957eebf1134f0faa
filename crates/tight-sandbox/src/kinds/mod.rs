//! The kinds of operation, one each. The document says in `x-kind` of which kind an operation is; its module
//! reads what else that says, tells which collections the operation is about, and makes it ready to answer. What
//! the operations say of a collection is known to all of them, so they are made ready once all have told.

mod action;
mod batch_save;
mod body;
mod computed;
mod download;
mod entity;
mod file_name;
mod form;
mod list;
mod listing;
mod outcome;
mod page;
mod reaction_removal;
mod saving;
mod singleton;
pub(crate) mod token;
mod upload;

use std::{
    pin::Pin,
    sync::{Arc, Mutex},
    time::SystemTime,
};

use axum::http::{HeaderMap, StatusCode};
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use crate::{
    document::{Document, operation::Sketch},
    domain::{Domain, ledger::Books},
    envelope::{Answer, Flaw},
    store::{
        caller::Caller,
        collections::{Claim, Collections},
        tokens::Tokens,
    },
};

/// The longest request body that is read, in bytes. Tight documents no limit; this one keeps a runaway test
/// from filling the memory.
pub(crate) const BODY_LIMIT: usize = 16 * 1024 * 1024;
/// The same for a body with a file in it.
const UPLOAD_LIMIT: usize = 64 * 1024 * 1024;

/// An operation of some kind, before all are known.
trait Kind {
    /// What it says of collections.
    fn claims(&self, plan: &Plan<'_>) -> Vec<Claim>;

    /// The operation, ready to answer, or why it cannot be answered.
    fn ready(&self, plan: &Plan<'_>, known: &Known<'_>) -> Result<Box<dyn Operation>, String>;
}

/// What the document says of an operation.
struct Plan<'a> {
    sketch: &'a Sketch,
    document: &'a Document,
}

/// What all operations say together.
struct Known<'a> {
    collections: &'a Collections,
    domain: &'a Arc<Domain>,
}

/// An operation, ready to answer.
pub(crate) trait Operation: Send + Sync {
    /// The body that a request has.
    fn body(&self) -> Option<Expected>;

    /// The longest body that is read, in bytes.
    fn body_limit(&self) -> usize {
        BODY_LIMIT
    }

    /// Whether it issues access tokens.
    fn issues_tokens(&self) -> bool {
        false
    }

    /// Whether the document makes sense where it says what a request must be.
    fn check_document(&self) -> Result<(), String>;

    /// The answer to a request that the operation cannot even read.
    fn refuse(&self, flaw: Flaw) -> Answer {
        Answer::failure(StatusCode::BAD_REQUEST, &[flaw])
    }

    /// Answers a request whose parameters have been checked.
    fn answer<'a>(&'a self, sent: Sent<'a>, world: World<'a>) -> Answering<'a>;
}

pub(crate) type Answering<'a> = Pin<Box<dyn Future<Output = Answer> + Send + 'a>>;

/// The body that an operation reads.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Expected {
    pub(crate) media_type: &'static str,
    pub(crate) required: bool,
}

/// What a request brings along.
pub(crate) struct Sent<'a> {
    /// The path, as it was sent.
    pub(crate) path: &'a str,
    /// All parameters by their names.
    pub(crate) parameters: Map<String, Value>,
    pub(crate) headers: &'a HeaderMap,
    pub(crate) body: Vec<u8>,
    /// When it came.
    pub(crate) time: SystemTime,
}

/// What an operation acts upon.
#[derive(Clone, Copy)]
pub(crate) struct World<'a> {
    pub(crate) books: &'a Books,
    pub(crate) tokens: &'a Mutex<Tokens>,
    pub(crate) caller: &'a Caller,
}

/// An answer that waits for nothing.
fn now<'a>(answer: Answer) -> Answering<'a> {
    Box::pin(std::future::ready(answer))
}

/// All operations of a document, in its order, each ready to answer or with the reason why it cannot be; and
/// what they say together.
pub(crate) struct Operations {
    pub(crate) ready: Vec<Result<Box<dyn Operation>, String>>,
    pub(crate) domain: Arc<Domain>,
}

impl Operations {
    pub(crate) fn new(document: &Document) -> Self {
        let read: Vec<_> = document
            .operations
            .iter()
            .map(|operation| {
                let sketch = operation.sketch.as_ref().map_err(String::clone)?;
                let plan = Plan { sketch, document };
                let kind = read(&plan)?;
                let claims = kind.claims(&plan);
                Ok((plan, kind, claims))
            })
            .collect();
        let claims = read.iter().flatten().flat_map(|(_, _, claims)| claims);
        let collections = Arc::new(Collections::new(claims));
        let domain = Arc::new(Domain::new(document, &collections));
        let known = Known {
            collections: &collections,
            domain: &domain,
        };
        let ready = read
            .into_iter()
            .map(|read: Result<_, String>| {
                let (plan, kind, claims) = read?;
                let mut broken = claims
                    .iter()
                    .filter(|claim| claim.saves || claim.sent.is_some())
                    .filter_map(|claim| domain.broken(&claim.collection));
                if let Some(reason) = broken.next() {
                    return Err(reason.to_owned());
                }
                let mut reactions = domain.reactions.iter();
                match reactions.find(|rule| rule.is_taken_back_by(&plan.sketch.id)) {
                    Some(removed) => reaction_removal::ready(&plan, removed),
                    None => kind.ready(&plan, &known),
                }
            })
            .collect();
        Self { ready, domain }
    }
}

/// The operation as one of its kind.
fn read(plan: &Plan<'_>) -> Result<Box<dyn Kind>, String> {
    let Some(said) = &plan.sketch.kind else {
        return Err("the document does not say of which kind it is (`x-kind`)".to_owned());
    };
    let is = said.get("is").and_then(Value::as_str).unwrap_or_default();
    match is {
        "action" => action::read(plan, said),
        "batch-save" => batch_save::read(plan, said),
        "computed" => computed::read(plan, said),
        "download" => download::read(plan, said),
        "entity" => entity::read(plan, said),
        "list" => list::read(plan, said),
        "page" => page::read(plan, said),
        "singleton" => singleton::read(plan, said),
        "token" => token::read(plan, said),
        "upload" => upload::read(plan, said),
        "unserved" => {
            let because = said.get("because").and_then(Value::as_str);
            Err(because
                .unwrap_or("the document does not say why")
                .to_owned())
        }
        unknown => Err(format!("it is of the kind `{unknown}`, which is not known")),
    }
}

/// What `x-kind` says, in the terms of the kind.
fn terms<T: DeserializeOwned>(said: &Value) -> Result<T, String> {
    T::deserialize(said).map_err(|error| format!("its `x-kind` is not complete: {error}"))
}
