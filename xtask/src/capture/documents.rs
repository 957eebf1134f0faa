//! Captures pages from documents that have schemas of their own.
//!
//! Such a document is exact, and its names count, unless `openapi/names.yaml` or the page as captured before has others: a schema in the
//! same place keeps its name. So a page that was first captured from samples keeps its names when its document is available.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::CapturedPage;
use super::input::openapi::OperationDocument;
use super::location::Address;
use super::names::{Chosen, Page};
use super::naming::{folder, listed};
use super::related_pages::{self, RelatedPage};
use super::{header, preserve};
use crate::diagnostic::{Diagnostic, Faults};
use crate::layout::Checkout;

/// Captures pages from documents, each with the name of its input. Reports all errors of a run together.
pub fn capture(
    checkout: &Checkout,
    documents: Vec<(String, OperationDocument)>,
) -> Result<Vec<CapturedPage>, Faults> {
    let faults = Faults::new();
    let chosen = Chosen::read(checkout, &faults);
    let related = related_pages::read(checkout, &faults);
    faults.finish()?;
    let faults = Faults::new();
    let captured = documents.into_iter().filter_map(|(file, document)| {
        let existing = existing(&document, &related);
        let page = existing.map_or_else(|| page(&document), |existing| existing.page.clone());
        faults.take(one(&file, document, page, &chosen, existing))
    });
    let captured = captured.collect();
    faults.finish()?;
    Ok(captured)
}

/// The page as it was captured before: by its name, or by its operation, if the document does not say where its page stands.
fn existing<'s>(
    document: &OperationDocument,
    related: &'s [RelatedPage],
) -> Option<&'s RelatedPage> {
    let key = page(document).key();
    let of_name = related.iter().find(|related| related.page.key() == key);
    let is_of_operation = |related: &&RelatedPage| {
        document.address.is_none()
            && related.document["paths"][&document.path]
                .get(&document.method)
                .is_some()
    };
    of_name.or_else(|| related.iter().find(is_of_operation))
}

/// The page.
fn page(document: &OperationDocument) -> Page {
    let section = document
        .address
        .as_deref()
        .and_then(Address::read)
        .and_then(|address| address.section);
    Page {
        section: section.unwrap_or_else(|| folder(&document.section)),
        page: document.page.clone(),
        title: document.title.clone(),
    }
}

fn one(
    file: &str,
    mut document: OperationDocument,
    page: Page,
    chosen: &Chosen,
    existing: Option<&RelatedPage>,
) -> crate::diagnostic::Result<CapturedPage> {
    let before = existing.map(|existing| &existing.document);
    let known = before.and_then(|before| operation(before)?["externalDocs"]["url"].as_str());
    if let Some(known) = known
        .and_then(Address::read)
        .filter(|_| document.address.is_none())
    {
        document.stands_at(&known);
    }
    let id = chosen
        .operation(&page)
        .or_else(|| before.and_then(operation_id));
    if let Some(id) = id.map(str::to_owned) {
        document.rename_operation(&id);
    }
    if let Some(operation) = document.operation_mut() {
        operation.insert("tags".to_owned(), vec![page.tag(chosen)].into());
    }
    let mut notes = std::mem::take(&mut document.notes);
    let kept = before
        .map(|before| names_by_place(&document.document, before))
        .unwrap_or_default();
    let name = |name: &str| match chosen.schema(&page, name) {
        Some(chosen) => chosen.to_owned(),
        None => kept.get(name).cloned().unwrap_or_else(|| name.to_owned()),
    };
    let renamed: Vec<String> = names(&document.document)
        .filter(|exact| chosen.schema(&page, exact).is_none())
        .filter_map(|exact| kept.get(exact).map(|kept| format!("{exact} → {kept}")))
        .collect();
    if !renamed.is_empty() {
        notes.push(format!(
            "named as the page was before: {}",
            listed(&renamed)
        ));
    }
    document.rename_schemas(&name).map_err(|why| {
        Diagnostic::new(
            file,
            format!("two different schemas have the same chosen name: {why}"),
        )
        .help(format!(
            "choose other names in {}, below `schemas` and there below `{}`",
            crate::layout::NAMES,
            page.key()
        ))
    })?;
    let mut header = vec![
        document
            .address
            .clone()
            .unwrap_or_else(|| super::location::address(&document.section, &document.page)),
    ];
    header.push(ABOUT.to_owned());
    let mut document = document.document;
    if let Some(existing) = existing {
        preserve::descriptions(&mut document, &existing.document);
        header = header::kept(header, &header::read(&existing.text));
    }
    Ok(CapturedPage {
        section: page.section,
        page: page.page,
        header,
        document,
        samples: Vec::new(),
        notes,
    })
}

/// What the comment at the head says of where the page comes from.
const ABOUT: &str = "What that page states in its own OpenAPI document, and nothing more: the names under `components` are the \
     document's, unless a person chose others or the document has none; the tag is ours, and so are all words.";

fn operation_id(document: &Value) -> Option<&str> {
    operation(document)?["operationId"].as_str()
}

fn operation(document: &Value) -> Option<&Value> {
    document["paths"]
        .as_object()?
        .values()
        .next()?
        .as_object()?
        .values()
        .next()
}

/// The names of a document's schemas.
fn names(document: &Value) -> impl Iterator<Item = &String> {
    related_pages::schemas(document).map(|(name, _)| name)
}

/// The names that the schemas of a document have in another one, by where they stand: what responses with 200 and is called `Message`
/// there is called so here.
fn names_by_place(document: &Value, other: &Value) -> BTreeMap<String, String> {
    let mut pairs = SchemaPairs {
        document,
        other,
        names: BTreeMap::new(),
        taken: BTreeSet::new(),
    };
    if let (Some(here), Some(there)) = (operation(document), operation(other)) {
        pairs.content(&here["requestBody"], &there["requestBody"]);
        for (status, response) in here["responses"].as_object().into_iter().flatten() {
            pairs.content(response, &there["responses"][status]);
        }
        for parameter in here["parameters"].as_array().into_iter().flatten() {
            let same = |other: &&Value| {
                other["name"] == parameter["name"] && other["in"] == parameter["in"]
            };
            if let Some(other) = there["parameters"]
                .as_array()
                .into_iter()
                .flatten()
                .find(same)
            {
                pairs.schema(&parameter["schema"], &other["schema"]);
            }
        }
    }
    let mut named = pairs.names;
    // A name that another schema of the document has, and keeps, is not to be had.
    loop {
        let clash = named.iter().find(|(exact, kept)| {
            exact != kept && !named.contains_key(*kept) && names(document).any(|name| name == *kept)
        });
        let Some(clash) = clash.map(|(exact, _)| exact.clone()) else {
            break;
        };
        named.remove(&clash);
    }
    named.retain(|exact, kept| exact != kept);
    named
}

struct SchemaPairs<'d> {
    document: &'d Value,
    other: &'d Value,
    names: BTreeMap<String, String>,
    taken: BTreeSet<String>,
}

impl<'d> SchemaPairs<'d> {
    fn content(&mut self, here: &'d Value, there: &'d Value) {
        let there = followed(self.other, there);
        for (media, described) in here["content"].as_object().into_iter().flatten() {
            self.schema(&described["schema"], &there["content"][media]["schema"]);
        }
    }

    fn schema(&mut self, here: &'d Value, there: &'d Value) {
        let mut open = vec![(here, there)];
        while let Some((here, there)) = open.pop() {
            let (mut here, mut there) = (here, there);
            match (referred(here), referred(there)) {
                (Some(exact), Some(kept)) => {
                    if self.names.contains_key(exact) || !self.taken.insert(kept.to_owned()) {
                        continue;
                    }
                    self.names.insert(exact.to_owned(), kept.to_owned());
                    here = &self.document["components"]["schemas"][exact];
                    there = &self.other["components"]["schemas"][kept];
                }
                (None, None) => {}
                // The one has a name for what the other has none for.
                _ => continue,
            }
            for (property, schema) in here["properties"].as_object().into_iter().flatten().rev() {
                open.push((schema, &there["properties"][property]));
            }
            for key in ["items", "additionalProperties"] {
                if here[key].is_object() && there[key].is_object() {
                    open.push((&here[key], &there[key]));
                }
            }
            let parts = |schema: &'d Value| schema["allOf"].as_array().into_iter().flatten();
            open.extend(parts(here).zip(parts(there)));
        }
    }
}

/// The name that a schema refers to, by itself or alone in `allOf`.
fn referred(schema: &Value) -> Option<&str> {
    let reference = match schema["allOf"].as_array().map(Vec::as_slice) {
        Some([only]) => only,
        _ => schema,
    };
    reference["$ref"]
        .as_str()?
        .strip_prefix("#/components/schemas/")
}

/// A body or a response: itself, or what it refers to.
fn followed<'d>(document: &'d Value, body: &'d Value) -> &'d Value {
    let reference = body["$ref"]
        .as_str()
        .and_then(|reference| reference.strip_prefix('#'));
    reference
        .and_then(|pointer| document.pointer(pointer))
        .unwrap_or(body)
}
