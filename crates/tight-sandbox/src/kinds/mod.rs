//! All operations of the document, ready to answer. What one of them says about a collection matters to
//! others, so they are made ready together: an entity can be asked for only if something saves it.

mod batch_save;
mod body;
mod entity;
mod file_name;
mod page;
pub(crate) mod token_issue;
mod upload;

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::SystemTime,
};

use axum::http::{HeaderMap, StatusCode, Uri};
use indexmap::IndexMap;
use serde_json::{Map, Value};

use crate::{
    document::contract::{self, Contract},
    document::parameters::{Parameters, says_of_item},
    document::schema::{Schema, Schemas},
    document::shape::{self, FORM, JSON, MULTIPART, PageShape, Scope, Shape},
    document::sketch::Sketch,
    domain::audit::{self, AuditTrail},
    domain::ledger::{Books, Rules, update_times},
    domain::reactions::Reactions,
    domain::threads::{Saved, Thread},
    envelope::{Answer, Flaw},
    error::{Obstacle, StartError},
    kinds::batch_save::BatchSave,
    kinds::entity::EntityById,
    kinds::page::Page,
    kinds::token_issue::{Refusal, TokenIssue, refusal},
    kinds::upload::FileUpload,
    store::caller::Caller,
    store::synthesis::Synthesis,
    store::tokens::Tokens,
};

/// The longest request body that is read, in bytes. Tight documents no limit; this one keeps a runaway test
/// from filling the memory.
pub(crate) const BODY_LIMIT: usize = 16 * 1024 * 1024;
/// The same for a body with a file in it.
const UPLOAD_LIMIT: usize = 64 * 1024 * 1024;

/// What the operations know together, and the operations.
pub(crate) struct Operations {
    pub(crate) all: Vec<(contract::Operation<Operation>, Parameters)>,
    pub(crate) rules: Rules,
    pub(crate) reactions: Vec<Arc<Reactions>>,
    /// The names of all collections, in the order of the document.
    pub(crate) collections: Vec<String>,
}

/// An operation, by its shape.
pub(crate) enum Operation {
    BatchSave(Box<BatchSave>),
    Entity(Box<EntityById>),
    Page(Box<Page>),
    ReactionRemoval(Arc<Reactions>),
    TokenIssue(Box<TokenIssue>),
    Upload(Box<FileUpload>),
}

/// What a request brings along, as it was sent.
pub(crate) struct Sent<'a> {
    pub(crate) uri: &'a Uri,
    pub(crate) headers: &'a HeaderMap,
    pub(crate) body: Vec<u8>,
    /// When it came.
    pub(crate) time: SystemTime,
}

impl Operations {
    pub(crate) fn new(contract: Contract) -> Result<Self, StartError> {
        let Contract {
            operations,
            schemas,
        } = contract;
        let catalogue = Catalogue::new(&operations, &schemas)?;
        let rules = catalogue.rules();
        let mut all = Vec::new();
        let mut reactions = Vec::new();
        for operation in operations {
            let contract::Operation {
                name,
                sketch,
                access,
                shape,
            } = operation;
            let ready = catalogue
                .ready(shape, &sketch, &rules, &schemas)
                .and_then(|ready| {
                    let parameters = Parameters::new(&sketch.parameters, &schemas)?;
                    Ok((ready, parameters))
                });
            let (ready, parameters) = ready.map_err(|obstacle| obstacle.of(&name))?;
            if let Operation::ReactionRemoval(removal) = &ready {
                reactions.push(Arc::clone(removal));
            }
            let operation = contract::Operation {
                name,
                sketch,
                access,
                shape: ready,
            };
            all.push((operation, parameters));
        }
        Ok(Self {
            all,
            rules,
            reactions,
            collections: catalogue.into_names(),
        })
    }
}

/// What the operations say together about the collections.
#[derive(Default)]
struct Catalogue {
    /// What is saved to each collection, resolved all the way down.
    saved: IndexMap<String, Schema>,
    /// What the batch saves are sent, likewise, by collection.
    items: Vec<(String, Schema)>,
    /// The collection of the audit trail, and its entries.
    audit: Option<(String, Schema)>,
}

impl Catalogue {
    fn new(
        operations: &[contract::Operation<Shape>],
        schemas: &Schemas,
    ) -> Result<Self, StartError> {
        let mut catalogue = Self::default();
        for operation in operations {
            catalogue
                .add(operation, schemas)
                .map_err(|obstacle| obstacle.of(&operation.name))?;
        }
        Ok(catalogue)
    }

    fn add(
        &mut self,
        operation: &contract::Operation<Shape>,
        schemas: &Schemas,
    ) -> Result<(), Obstacle> {
        let (collection, entity) = match &operation.shape {
            Shape::BatchSave(save) => {
                let item = batch_item(save, &operation.sketch, schemas)?;
                self.items.push((save.collection.clone(), item));
                (&save.collection, &save.entity)
            }
            Shape::Upload(upload) => (&upload.collection, &upload.entity),
            Shape::Page(page) if audit::is_entry(&page.entity) => {
                self.audit
                    .get_or_insert_with(|| (page.collection.clone(), page.entity.clone()));
                return Ok(());
            }
            _ => return Ok(()),
        };
        let known = self
            .saved
            .entry(collection.clone())
            .or_insert_with(|| entity.clone());
        same_fields(known, entity, collection)
    }

    fn rules(&self) -> Rules {
        let saved: Vec<_> = self
            .items
            .iter()
            .filter_map(|(collection, item)| {
                Some(Saved {
                    collection,
                    entity: self.saved.get(collection)?,
                    item,
                })
            })
            .collect();
        let threads = saved
            .iter()
            .flat_map(|holder| saved.iter().map(move |held| (holder, held)))
            .filter(|(holder, held)| holder.collection != held.collection)
            .filter_map(|(holder, held)| Thread::between(holder, held))
            .collect();
        let update_times = self
            .saved
            .iter()
            .flat_map(|(collection, entity)| {
                let is_sent = move |field: &str| {
                    let mut items = self.items.iter().filter(|(of, _)| of == collection);
                    items.any(|(_, item)| item.properties.contains_key(field))
                };
                update_times(entity)
                    .filter(move |field| !is_sent(field))
                    .map(|field| (collection.clone(), field.to_owned()))
            })
            .collect();
        Rules {
            threads,
            update_times,
            audit: self
                .audit
                .as_ref()
                .map(|(collection, entry)| AuditTrail::new(collection, entry)),
        }
    }

    fn ready(
        &self,
        shape: Shape,
        sketch: &Sketch,
        rules: &Rules,
        schemas: &Schemas,
    ) -> Result<Operation, Obstacle> {
        Ok(match shape {
            Shape::BatchSave(shape) => {
                let item = batch_item(&shape, sketch, schemas)?;
                let synthesis = rules
                    .threads
                    .iter()
                    .filter(|thread| thread.holder == shape.collection)
                    .filter_map(Thread::latest)
                    .fold(
                        Synthesis::new(&shape.entity, &item, &shape.collection),
                        Synthesis::awaiting,
                    );
                Operation::BatchSave(Box::new(BatchSave::new(&shape, synthesis, schemas)?))
            }
            Shape::Entity(shape) => {
                self.known(&shape.collection, &shape.entity)?;
                Operation::Entity(Box::new(EntityById::new(&shape)))
            }
            Shape::Page(shape) => {
                self.check_list(&shape)?;
                let limit = sketch
                    .parameters
                    .iter()
                    .find(|parameter| parameter.name == "limit")
                    .map(|parameter| schemas.resolve(&parameter.schema))
                    .transpose()?;
                Operation::Page(Box::new(Page::new(*shape, limit.as_ref(), schemas)?))
            }
            Shape::ReactionRemoval(shape) => {
                let entity = self.collection(&shape.collection)?;
                Operation::ReactionRemoval(Arc::new(Reactions::new(*shape, entity)?))
            }
            Shape::TokenIssue(shape) => {
                Operation::TokenIssue(Box::new(TokenIssue::new(*shape, schemas)?))
            }
            Shape::Upload(shape) => {
                let item = upload::item(&shape, &said_in(sketch), schemas)?;
                let synthesis = Synthesis::new(&shape.entity, &item, &shape.collection);
                Operation::Upload(Box::new(FileUpload::new(*shape, synthesis, schemas)?))
            }
        })
    }

    /// Whether there will ever be something on the list.
    fn check_list(&self, shape: &PageShape) -> Result<(), Obstacle> {
        match (&self.audit, &shape.scope) {
            (Some((collection, entry)), Scope::All | Scope::About(_))
                if audit::is_entry(&shape.entity) && *collection == shape.collection =>
            {
                same_fields(entry, &shape.entity, collection)
            }
            (_, Scope::All) => self.known(&shape.collection, &shape.entity),
            (_, Scope::Of { parent, .. }) => {
                self.collection(parent)?;
                self.known(&shape.collection, &shape.entity)
            }
            (_, Scope::About(parameter)) => Err(Obstacle::unsupported(format!(
                "it is a list of something about `{parameter}` that is no audit trail"
            ))),
        }
    }

    /// Whether what comes out of an operation is what goes into `collection`.
    fn known(&self, collection: &str, entity: &Schema) -> Result<(), Obstacle> {
        same_fields(self.collection(collection)?, entity, collection)
    }

    fn collection(&self, collection: &str) -> Result<&Schema, Obstacle> {
        self.saved.get(collection).ok_or_else(|| {
            Obstacle::unsupported(format!("no operation saves anything to `{collection}`"))
        })
    }

    fn into_names(self) -> Vec<String> {
        let audit = self.audit.map(|(collection, _)| collection);
        self.saved.into_keys().chain(audit).collect()
    }
}

fn same_fields(saved: &Schema, entity: &Schema, collection: &str) -> Result<(), Obstacle> {
    let lacks = |one: &Schema, other: &Schema| {
        let mut names = one.properties.keys();
        names
            .find(|name| !other.properties.contains_key(*name))
            .cloned()
    };
    match lacks(entity, saved).or_else(|| lacks(saved, entity)) {
        None => Ok(()),
        Some(field) => Err(Obstacle::unsupported(format!(
            "not all operations agree on whether `{field}` is a field of what is in `{collection}`"
        ))),
    }
}

/// What an item of a batch says together with the path, resolved all the way down.
fn batch_item(
    shape: &shape::BatchSaveShape,
    sketch: &Sketch,
    schemas: &Schemas,
) -> Result<Schema, String> {
    let mut item = schemas.resolve(&shape.item)?;
    item.add_strings(&said_in(sketch));
    Ok(item)
}

/// The parameters of the path that say something about what is saved there.
fn said_in(sketch: &Sketch) -> Vec<&str> {
    let mut names = shape::parameters(&sketch.path);
    names.retain(|name| says_of_item(name));
    names
}

impl Operation {
    /// The longest body that is read, in bytes.
    pub(crate) fn body_limit(&self) -> usize {
        match self {
            Self::Upload(_) => UPLOAD_LIMIT,
            _ => BODY_LIMIT,
        }
    }

    /// The media type of the body, if there is to be one.
    pub(crate) fn media_type(&self) -> Option<&'static str> {
        match self {
            Self::BatchSave(_) => Some(JSON),
            Self::Page(page) => page.is_query().then_some(JSON),
            Self::Entity(_) | Self::ReactionRemoval(_) => None,
            Self::TokenIssue(_) => Some(FORM),
            Self::Upload(_) => Some(MULTIPART),
        }
    }

    /// The answer to a request that the operation cannot even read.
    pub(crate) fn refuse(&self, flaw: Flaw) -> Answer {
        match self {
            Self::TokenIssue(_) => refusal(Refusal::InvalidRequest, &flaw.message),
            _ => Answer::failure(StatusCode::BAD_REQUEST, &[flaw]),
        }
    }

    /// Answers a request whose `parameters` have been checked.
    pub(crate) async fn answer(
        &self,
        parameters: &Map<String, Value>,
        sent: Sent<'_>,
        books: &Books,
        tokens: &Mutex<Tokens>,
        caller: &Caller,
    ) -> Answer {
        match self {
            Self::BatchSave(save) => match body::json(&sent.body) {
                Ok(body) => save.answer(parameters, body, books, caller),
                Err(refused) => refused,
            },
            Self::Entity(entity) => entity.answer(parameters, books, caller),
            Self::Page(page) => {
                let body = page.is_query().then(|| body::json(&sent.body)).transpose();
                match body {
                    Ok(body) => {
                        page.answer(sent.uri.path(), parameters, body.as_ref(), books, caller)
                    }
                    Err(refused) => refused,
                }
            }
            Self::ReactionRemoval(removal) => removal.answer(parameters, books, caller),
            Self::TokenIssue(issue) => issue.answer(
                &sent.body,
                &mut tokens.lock().unwrap_or_else(PoisonError::into_inner),
                sent.time,
            ),
            Self::Upload(upload) => {
                upload
                    .answer(parameters, sent.headers, sent.body, books, caller)
                    .await
            }
        }
    }
}
