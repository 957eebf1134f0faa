//! Documents: read, united, amended, written.
#![allow(
    clippy::unwrap_used,
    reason = "a test fails by panicking, its helpers too"
)]

mod cases;
mod files;
mod growth;
mod interface;
mod target;
mod yaml;

use xtask::diagnostic::Faults;
use xtask::document::{Document, Sources};

/// What the API of most tests is called, where it is, and how it is asked.
const EVERYWHERE: &str = include_str!("cases/everywhere.yaml");

/// The document that pages and an overlay make, and what is wrong with it.
fn effective(sources: &Sources, faults: &Faults) -> Document {
    let mut document = sources.merge(faults);
    sources.amend_sections(&mut document, faults);
    sources.amend_everywhere(&mut document, faults);
    document.finish(faults);
    document
}

/// The document that one page makes, with actions of a section's overlay.
fn document_of(page: &str, actions: &str) -> Result<Document, Faults> {
    let faults = Faults::new();
    let overlay =
        format!("overlay: 1.0.0\ninfo: {{title: Amendments, version: 1.0.0}}\nactions:\n{actions}");
    let mut files = vec![("everywhere.yaml".to_owned(), EVERYWHERE.to_owned())];
    if !actions.is_empty() {
        files.insert(0, ("things.yaml".to_owned(), overlay));
    }
    let sources = Sources::from_texts([("page.yaml".to_owned(), page.to_owned())], files, &faults);
    let document = effective(&sources, &faults);
    faults.finish().map(|()| document)
}
