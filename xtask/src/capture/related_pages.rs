//! Completes what a sample does not show, such as whether `123` is an integer or what the items of an empty list are, from other pages
//! that show the same property of the same schema: those captured before, and those captured in the same run.

use std::collections::HashMap;

use serde_json::{Map, Value};

use super::infer::draft::{Draft, Drafts, Object, ObjectSample, TextSamples};
use super::infer::inferred_type::InferredType;
use super::infer::outline::Outline;
use super::infer::{KnownSchemas, answer};
use super::names::Page;
use super::report;
use crate::diagnostic::Faults;
use crate::document::Document;
use crate::layout::{CAPTURED, Checkout};

/// A page that was captured before.
#[derive(Debug)]
pub(super) struct RelatedPage {
    pub(super) page: Page,
    pub(super) text: String,
    pub(super) document: Value,
}

/// Reads the pages that were captured before.
pub(super) fn read(checkout: &Checkout, faults: &Faults) -> Vec<RelatedPage> {
    let files = faults
        .take(checkout.list(CAPTURED, &["yaml"]))
        .unwrap_or_default();
    let mut related = Vec::new();
    for file in files {
        let Some(text) = faults.take(checkout.read(&file)) else {
            continue;
        };
        let Some(document) = Document::parse(&file, &text, faults) else {
            continue;
        };
        let document = document.to_value();
        let path = file
            .strip_prefix(CAPTURED)
            .unwrap_or(&file)
            .trim_start_matches('/');
        let Some((section, page)) = path.strip_suffix(".yaml").unwrap_or(path).rsplit_once('/')
        else {
            continue;
        };
        let page = Page {
            section: section.to_owned(),
            page: page.to_owned(),
            title: document["info"]["title"]
                .as_str()
                .unwrap_or_default()
                .to_owned(),
        };
        related.push(RelatedPage {
            page,
            text,
            document,
        });
    }
    related
}

/// The server that most of them state.
pub(super) fn server(related: &[RelatedPage]) -> Option<String> {
    let mut counts: HashMap<&str, usize> = HashMap::new();
    for related in related {
        if let Some(server) = related.document["servers"][0]["url"].as_str() {
            *counts.entry(server).or_default() += 1;
        }
    }
    let most = counts
        .into_iter()
        .max_by_key(|(server, count)| (*count, std::cmp::Reverse(*server)));
    most.map(|(server, _)| server.to_owned())
}

/// The schemas of a captured document.
pub(super) fn schemas(document: &Value) -> impl Iterator<Item = (&String, &Value)> {
    document["components"]["schemas"]
        .as_object()
        .into_iter()
        .flatten()
}

/// What all pages show of properties, by schema and property.
#[derive(Debug, Default)]
pub(super) struct Evidence {
    holds: HashMap<(String, String), InferredType>,
    /// The options of enums.
    texts: HashMap<String, Vec<String>>,
}

impl Evidence {
    /// Adds what a page that was captured before tells, of what its responses contain.
    pub(super) fn add_sister(&mut self, related: &RelatedPage, known: &mut KnownSchemas) {
        let all = &related.document["components"]["schemas"];
        for (name, schema) in schemas(&related.document) {
            for (property, value) in schema["properties"].as_object().into_iter().flatten() {
                self.add(name, property, &holds(value));
            }
            if schema["properties"].is_object() {
                known.add_one(
                    name,
                    Outline::of_schema(schema, all, &mut vec![name.clone()]),
                );
            }
            if schema["type"] == "string" {
                let options = schema["enum"].as_array().into_iter().flatten();
                let options = options.filter_map(|option| option.as_str().map(str::to_owned));
                self.add_texts(name, options.collect());
            }
        }
    }

    /// Adds what a page that is being captured tells.
    pub(super) fn add_drafts(&mut self, drafts: &Drafts) {
        for (name, draft) in drafts {
            match draft {
                Draft::Object(object) => {
                    for (property, slot) in &object.slots {
                        self.add(name, property, &slot.holds);
                    }
                }
                Draft::TextSamples(texts) => self.add_texts(name, texts.options.clone()),
            }
        }
    }

    fn add(&mut self, schema: &str, property: &str, holds: &InferredType) {
        let key = (schema.to_owned(), property.to_owned());
        let known = self.holds.entry(key).or_insert(InferredType::Unknown);
        if let Some(both) = known.and(holds) {
            *known = both;
        }
    }

    fn add_texts(&mut self, name: &str, options: Vec<String>) {
        let known = self.texts.entry(name.to_owned()).or_default();
        for option in options {
            if !known.contains(&option) {
                known.push(option);
            }
        }
    }

    /// Completes what a page leaves open, if another page shows it. Returns what stays open.
    pub(super) fn settle(&self, drafts: &mut Drafts, notes: &mut Vec<String>) {
        let mut stubs: Vec<String> = Vec::new();
        for (name, draft) in drafts.iter_mut() {
            let object = match draft {
                Draft::Object(object) => object,
                Draft::TextSamples(texts) => {
                    // What says how an operation ended is the same on every page.
                    if name == answer::RESULT && texts.options.is_empty() {
                        texts.options = self.texts.get(name).cloned().unwrap_or_default();
                    }
                    continue;
                }
            };
            for (property, slot) in &mut object.slots {
                let is_empty = |seen: &ObjectSample| {
                    seen.members
                        .get(property)
                        .and_then(Value::as_object)
                        .is_some_and(Map::is_empty)
                };
                if object.seen.iter().any(is_empty) {
                    notes.push(report::object(name, property));
                }
                let key = (name.clone(), property.clone());
                // What is sent is a number where what comes back is one.
                let like = object.like.as_ref();
                let like = like.and_then(|like| self.holds.get(&(like.clone(), property.clone())));
                if slot.holds == (InferredType::Integer { is_sure: false })
                    && like == Some(&InferredType::Number)
                {
                    slot.holds = InferredType::Number;
                }
                let Some(known) = self.holds.get(&key) else {
                    continue;
                };
                let settled = self.settled(&slot.holds, known);
                if let Some(settled) = settled {
                    stubs.extend(settled.name().map(str::to_owned));
                    slot.holds = settled;
                } else if slot.holds.and(known).is_none() {
                    notes.push(report::disagreement(name, property, &slot.holds, known));
                }
                if slot.holds == InferredType::Unknown.list() {
                    notes.push(report::list(name, property));
                }
            }
        }
        for name in stubs {
            if !drafts.contains_key(&name) {
                let draft = match self.texts.contains_key(&name) {
                    true => Draft::TextSamples(TextSamples::default()),
                    false => Draft::Object(Object::default()),
                };
                drafts.insert(name, draft);
            }
        }
    }

    /// The type of a property, given its draft and what other pages show.
    fn settled(&self, shown: &InferredType, known: &InferredType) -> Option<InferredType> {
        match (shown, known) {
            // The text ends before it, and what stands there is another page's to say.
            (InferredType::Unknown, _) | (InferredType::Free, _) => None,
            (InferredType::List(shown), InferredType::List(known)) => match **shown {
                InferredType::Unknown if **known != InferredType::Unknown => {
                    Some((**known).clone().list())
                }
                InferredType::Unknown => None,
                _ => self.settled(shown, known).map(InferredType::list),
            },
            (InferredType::Text { is_sure: false, .. }, InferredType::Named(name))
                if self.texts.contains_key(name) =>
            {
                Some(known.clone())
            }
            _ => shown.and(known),
        }
    }
}

/// The type of a property in a captured schema.
fn holds(schema: &Value) -> InferredType {
    let reference = schema["$ref"]
        .as_str()
        .or_else(|| schema["allOf"][0]["$ref"].as_str());
    if let Some(reference) = reference {
        return InferredType::Named(reference.rsplit('/').next().unwrap_or_default().to_owned());
    }
    let has = |key: &str| schema.get(key).is_some();
    match schema["type"].as_str() {
        Some("string") => InferredType::Text {
            format: schema["format"].as_str().map(str::to_owned),
            is_sure: has("format") || !has("example"),
        },
        Some("integer") => InferredType::Integer {
            is_sure: has("format") || has("minimum") || has("maximum"),
        },
        Some("number") => InferredType::Number,
        Some("boolean") => InferredType::Flag,
        Some("array") => holds(&schema["items"]).list(),
        Some("object") => InferredType::Free,
        _ => InferredType::Unknown,
    }
}
