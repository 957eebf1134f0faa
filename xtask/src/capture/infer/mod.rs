//! Samples read backwards: which schemas a page's samples are made from, refined by what it says in words.
//!
//! ```text
//! holds     what a place holds, as far as a sample tells
//! outline   which members an object shows: by that, shapes are told to be the same
//! draft     what all places of one name show of a schema
//! filters   forms of objects that say how a field is compared
//! walk      through a sample: what stands where, under which name
//! answer    what comes back: envelopes, lists, pages, results of a batch
//! request   what is sent: batches, queries, forms
//! words     what the page says in words
//! schemas   drafts as schemas, with examples
//! ```

pub(crate) mod answer;
pub(crate) mod draft;
mod filters;
pub(crate) mod holds;
pub(crate) mod outline;
pub(crate) mod request;
pub(crate) mod schemas;
mod walk;
pub(crate) mod words;

use std::collections::HashMap;

use serde_json::Value;

use self::draft::{Draft, Drafts};
use self::holds::Holds;
use self::outline::Outline;
pub(crate) use self::walk::Walk;

/// What a body is made of.
#[derive(Debug, Clone)]
pub(crate) struct Body {
    pub(crate) media: String,
    pub(crate) status: String,
    pub(crate) content: Content,
    /// What the page shows of it.
    pub(crate) sample: Option<Value>,
    /// Whether the sample shows its beginning alone.
    pub(crate) is_cut: bool,
}

/// What is in a body.
#[derive(Debug, Clone)]
pub(crate) enum Content {
    /// Nothing that the page shows.
    Nothing,
    /// A value.
    Value(Holds),
    /// Parts.
    Parts(Vec<Part>),
}

/// A part of a body.
#[derive(Debug, Clone)]
pub(crate) struct Part {
    pub(crate) name: String,
    /// What it holds; none, if it is a file.
    pub(crate) holds: Option<Holds>,
    pub(crate) is_required: bool,
    pub(crate) sample: Option<Value>,
}

/// What answers carry on all pages, by the names of schemas.
#[derive(Debug, Default)]
pub(crate) struct Known {
    outlines: HashMap<String, Vec<Outline>>,
}

impl Known {
    /// Adds what the answers of a page carry.
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
