//! Infers the schemas that a page's samples were rendered from, refined by the attributes that the page states.
//!
//! ```text
//! inferred_type  the type of a value, as far as a sample shows it
//! outline        the member names of an object, by which schemas are recognised as the same
//! draft          everything that samples show of a schema
//! filters        filter objects
//! walk           walks a sample, and names its schemas
//! answer         responses: envelopes, lists, pages, results of a batch
//! request        requests: batches, queries, forms
//! attributes     types and limits that the page states
//! schemas        turns drafts into schemas, with examples
//! ```

pub(crate) mod answer;
pub(crate) mod attributes;
pub(crate) mod draft;
mod filters;
pub(crate) mod inferred_type;
pub(crate) mod outline;
pub(crate) mod request;
pub(crate) mod schemas;
mod walk;

use std::collections::HashMap;

use serde_json::Value;

use self::draft::{Draft, Drafts};
use self::inferred_type::InferredType;
use self::outline::Outline;
pub(crate) use self::walk::Walk;

/// A body.
#[derive(Debug, Clone)]
pub(crate) struct Body {
    pub(crate) media: String,
    pub(crate) status: String,
    pub(crate) content: Content,
    /// Its content.
    pub(crate) sample: Option<Value>,
    /// Whether the sample shows its beginning alone.
    pub(crate) is_cut: bool,
}

/// The content of a body.
#[derive(Debug, Clone)]
pub(crate) enum Content {
    /// Not shown.
    Nothing,
    /// A value.
    Value(InferredType),
    /// Parts.
    Parts(Vec<Part>),
}

/// A part of a body.
#[derive(Debug, Clone)]
pub(crate) struct Part {
    pub(crate) name: String,
    /// What it holds; none, if it is a file.
    pub(crate) holds: Option<InferredType>,
    pub(crate) is_required: bool,
    pub(crate) sample: Option<Value>,
}

/// What responses contain on all pages, by the names of schemas.
#[derive(Debug, Default)]
pub(crate) struct KnownSchemas {
    outlines: HashMap<String, Vec<Outline>>,
}

impl KnownSchemas {
    /// Adds what the responses of a page contain.
    pub(crate) fn add(&mut self, drafts: &Drafts) {
        for (name, draft) in drafts {
            if let Draft::Object(object) = draft
                && let Some(outline) = &object.outline
            {
                self.add_one(name, outline.clone());
            }
        }
    }

    /// Adds one schema.
    pub(crate) fn add_one(&mut self, name: &str, outline: Outline) {
        self.outlines
            .entry(name.to_owned())
            .or_default()
            .push(outline);
    }

    /// Whether anything is known of a schema.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.outlines.contains_key(name)
    }

    /// Whether some page shows all of the schema, and as this.
    pub(crate) fn shows(&self, name: &str, outline: &Outline) -> bool {
        let known = self.outlines.get(name).into_iter().flatten();
        let mut whole = known.filter(|known| !known.is_open());
        whole.any(|known| known.is_like(outline))
    }
}
