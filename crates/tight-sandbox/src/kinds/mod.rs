//! The kinds of operation, a module for each. The document states the kind of an operation in `x-kind`; the kind's
//! module reads it, declares which collections the operation uses, and prepares it. Operations share what they
//! declare of a collection, so they are prepared only once all have declared theirs.

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

/// The maximum size of a request body, in bytes. Tight documents none; this one protects memory from a runaway test.
pub(crate) const BODY_LIMIT: usize = 16 * 1024 * 1024;
/// The maximum size of a body with a file.
const UPLOAD_LIMIT: usize = 64 * 1024 * 1024;

/// An operation of some kind, not prepared yet.
trait Kind {
    /// Declares the collections that the operation uses.
    fn collection_uses(&self, definition: &Definition<'_>) -> Vec<CollectionUse>;

    /// Prepares the operation, or returns why it is not supported.
    fn ready(
        &self,
        definition: &Definition<'_>,
        model: &ApiModel<'_>,
    ) -> Result<Box<dyn Operation>, String>;
}

/// What the document says about an operation.
struct Definition<'a> {
    spec: &'a OperationSpec,
    document: &'a Document,
}

/// What all operations declare together.
struct ApiModel<'a> {
    collections: &'a Collections,
    domain: &'a Arc<Domain>,
}

/// An operation that can respond to requests.
pub(crate) trait Operation: Send + Sync {
    /// The body that it expects.
    fn body(&self) -> Option<Expected>;

    /// The maximum size of its request body, in bytes.
    fn body_limit(&self) -> usize {
        BODY_LIMIT
    }

    /// Whether it issues access tokens.
    fn issues_tokens(&self) -> bool {
        false
    }

    /// Checks that the document's schemas for its requests are valid.
    fn check_document(&self) -> Result<(), String>;

    /// The response to a request that cannot be read.
    fn refuse(&self, error: ApiError) -> ApiResponse {
        ApiResponse::failure(StatusCode::BAD_REQUEST, &[error])
    }

    /// Responds to a request with valid parameters.
    fn respond<'a>(&'a self, request: ApiRequest<'a>, context: Context<'a>) -> ResponseFuture<'a>;
}

pub(crate) type ResponseFuture<'a> = Pin<Box<dyn Future<Output = ApiResponse> + Send + 'a>>;

/// The body that an operation expects.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Expected {
    pub(crate) media_type: &'static str,
    pub(crate) required: bool,
}

/// A request.
pub(crate) struct ApiRequest<'a> {
    /// The path as received.
    pub(crate) path: &'a str,
    /// All parameters by name.
    pub(crate) parameters: Map<String, Value>,
    pub(crate) headers: &'a HeaderMap,
    pub(crate) body: Vec<u8>,
    /// When it was received.
    pub(crate) time: SystemTime,
}

/// What an operation works with.
#[derive(Clone, Copy)]
pub(crate) struct Context<'a> {
    pub(crate) world: &'a World,
    pub(crate) tokens: &'a Mutex<Tokens>,
    pub(crate) caller: &'a Caller,
}

/// A response that is available immediately.
fn now<'a>(response: ApiResponse) -> ResponseFuture<'a> {
    Box::pin(std::future::ready(response))
}

/// All operations in the document's order, each prepared or with the reason why it is not supported, and what they
/// declare together.
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

/// Reads the kind of an operation.
fn read(definition: &Definition<'_>) -> Result<Box<dyn Kind>, String> {
    let Some(x_kind) = &definition.spec.kind else {
        return Err("the document does not state its kind (`x-kind`)".to_owned());
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
        unknown => Err(format!("its kind `{unknown}` is unknown")),
    }
}

/// Reads the details of `x-kind`.
fn parse_x_kind<T: DeserializeOwned>(x_kind: &Value) -> Result<T, String> {
    T::deserialize(x_kind).map_err(|error| format!("its `x-kind` is invalid: {error}"))
}
