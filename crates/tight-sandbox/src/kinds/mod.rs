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
mod page;
mod reaction_removal;
mod response;
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
    document::{Document, operation::OperationSpec},
    domain::{Domain, transaction::World},
    envelope::{ApiError, ApiResponse},
    store::{
        caller::Caller,
        collections::{CollectionUse, Collections},
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
    fn collection_uses(&self, definition: &Definition<'_>) -> Vec<CollectionUse>;

    /// The operation, ready to answer, or why it cannot be answered.
    fn ready(
        &self,
        definition: &Definition<'_>,
        model: &ApiModel<'_>,
    ) -> Result<Box<dyn Operation>, String>;
}

/// What the document says of an operation.
struct Definition<'a> {
    spec: &'a OperationSpec,
    document: &'a Document,
}

/// What all operations say together.
struct ApiModel<'a> {
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
    fn refuse(&self, error: ApiError) -> ApiResponse {
        ApiResponse::failure(StatusCode::BAD_REQUEST, &[error])
    }

    /// Answers a request whose parameters have been checked.
    fn respond<'a>(&'a self, request: ApiRequest<'a>, context: Context<'a>) -> ResponseFuture<'a>;
}

pub(crate) type ResponseFuture<'a> = Pin<Box<dyn Future<Output = ApiResponse> + Send + 'a>>;

/// The body that an operation reads.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Expected {
    pub(crate) media_type: &'static str,
    pub(crate) required: bool,
}

/// What a request brings along.
pub(crate) struct ApiRequest<'a> {
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
pub(crate) struct Context<'a> {
    pub(crate) world: &'a World,
    pub(crate) tokens: &'a Mutex<Tokens>,
    pub(crate) caller: &'a Caller,
}

/// An answer that waits for nothing.
fn now<'a>(response: ApiResponse) -> ResponseFuture<'a> {
    Box::pin(std::future::ready(response))
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
                let spec = operation.spec.as_ref().map_err(String::clone)?;
                let definition = Definition { spec, document };
                let kind = read(&definition)?;
                let collection_uses = kind.collection_uses(&definition);
                Ok((definition, kind, collection_uses))
            })
            .collect();
        let collection_uses = read
            .iter()
            .flatten()
            .flat_map(|(_, _, collection_uses)| collection_uses);
        let collections = Arc::new(Collections::new(collection_uses));
        let domain = Arc::new(Domain::new(document, &collections));
        let model = ApiModel {
            collections: &collections,
            domain: &domain,
        };
        let ready = read
            .into_iter()
            .map(|read: Result<_, String>| {
                let (definition, kind, collection_uses) = read?;
                let mut broken = collection_uses
                    .iter()
                    .filter(|collection_use| collection_use.saves || collection_use.sent.is_some())
                    .filter_map(|collection_use| domain.broken(&collection_use.collection));
                if let Some(reason) = broken.next() {
                    return Err(reason.to_owned());
                }
                let mut reactions = domain.reactions.iter();
                match reactions.find(|rule| rule.is_taken_back_by(&definition.spec.id)) {
                    Some(removed) => reaction_removal::ready(&definition, removed),
                    None => kind.ready(&definition, &model),
                }
            })
            .collect();
        Self { ready, domain }
    }
}

/// The operation as one of its kind.
fn read(definition: &Definition<'_>) -> Result<Box<dyn Kind>, String> {
    let Some(x_kind) = &definition.spec.kind else {
        return Err("the document does not say of which kind it is (`x-kind`)".to_owned());
    };
    let is = x_kind.get("is").and_then(Value::as_str).unwrap_or_default();
    match is {
        "action" => action::read(definition, x_kind),
        "batch-save" => batch_save::read(definition, x_kind),
        "computed" => computed::read(definition, x_kind),
        "download" => download::read(definition, x_kind),
        "entity" => entity::read(definition, x_kind),
        "list" => list::read(definition, x_kind),
        "page" => page::read(definition, x_kind),
        "singleton" => singleton::read(definition, x_kind),
        "token" => token::read(definition, x_kind),
        "upload" => upload::read(definition, x_kind),
        "unserved" => {
            let because = x_kind.get("because").and_then(Value::as_str);
            Err(because
                .unwrap_or("the document does not say why")
                .to_owned())
        }
        unknown => Err(format!("it is of the kind `{unknown}`, which is not known")),
    }
}

/// What `x-kind` says, in the terms of the kind.
fn parse_x_kind<T: DeserializeOwned>(x_kind: &Value) -> Result<T, String> {
    T::deserialize(x_kind).map_err(|error| format!("its `x-kind` is not complete: {error}"))
}
