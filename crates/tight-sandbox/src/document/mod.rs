//! The document: operations, schemas, and validation of requests.

pub(crate) mod names;
pub(crate) mod operation;
pub(crate) mod parameters;
mod reading;
pub(crate) mod schema;
pub(crate) mod types;
pub(crate) mod validation;

use std::sync::Arc;

use serde_json::{Map, Value};

use crate::document::{
    operation::Operation,
    schema::Schemas,
    types::{TypeId, Types},
};

/// The effective document, embedded at build time.
pub(crate) const EMBEDDED: &str = include_str!("../generated/tight-v6.json");

/// The document, as far as it can be read.
pub(crate) struct Document {
    pub(crate) operations: Vec<Operation>,
    /// Unreadable paths, with the reason.
    pub(crate) unreadable: Vec<(String, String)>,
    /// `x-domain`: the rules of single domains.
    pub(crate) domain: Map<String, Value>,
    pub(crate) schemas: Arc<Schemas>,
    pub(crate) types: Arc<Types>,
    /// The type of text, for ids that have no schema.
    pub(crate) text: TypeId,
}
