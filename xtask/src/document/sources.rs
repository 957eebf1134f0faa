//! Reads the files of `openapi/`, merges them and applies the overlay, up to the effective document.

use std::sync::Arc;

use super::files::{self, EVERYWHERE, OVERLAY};
use super::merge;
use super::node::Document;
use super::overlay::Overlay;
use super::page::{ApiDefaults, Page, ReportedOnce};
use super::read::{Writer, read};
use super::store::FileId;
use crate::diagnostic::{Diagnostic, Faults};
use crate::layout::{CAPTURED, Checkout};

/// The captured pages and the overlay, as read.
#[derive(Debug)]
pub struct Sources {
    files: Arc<[String]>,
    pages: Vec<Page>,
    sections: Vec<Overlay>,
    everywhere: Option<Overlay>,
    notes: Vec<String>,
}

impl Sources {
    /// Reads the captured pages and the overlay of a checkout. What cannot be read is reported, and the rest is read all the same.
    pub fn read(checkout: &Checkout, faults: &Faults) -> Self {
        let pages = files::read(checkout, CAPTURED, faults);
        if pages.is_empty() && faults.is_empty() {
            faults.add(Diagnostic::new(CAPTURED, "there is no captured page").help(
                "write one OpenAPI 3.0 document for each documentation page into this folder, as a .yaml file",
            ));
        }
        let overlay = files::read(checkout, OVERLAY, faults);
        Self::from_texts(pages, overlay, faults)
    }

    /// Reads pages and overlay files that are given as texts, each with its name. They count in the order in which they are
    /// given; the file of the overlay whose name ends in `everywhere.yaml` counts last.
    pub fn from_texts(
        pages: impl IntoIterator<Item = (String, String)>,
        overlay: impl IntoIterator<Item = (String, String)>,
        faults: &Faults,
    ) -> Self {
        let pages: Vec<_> = pages.into_iter().collect();
        let (everywhere, sections): (Vec<_>, Vec<_>) = overlay
            .into_iter()
            .partition(|(name, _)| is_everywhere(name));
        let all = || pages.iter().chain(&sections).chain(&everywhere);
        let files: Arc<[String]> = all().map(|(name, _)| name.clone()).collect();
        let mut documents = all().enumerate().map(|(index, (name, text))| {
            let file = FileId(u32::try_from(index).unwrap_or(u32::MAX));
            (
                name.clone(),
                read(&files, file, text, Writer::House, faults).map(Document::new),
            )
        });
        let mut read_pages: Vec<Page> = documents
            .by_ref()
            .take(pages.len())
            .filter_map(|(file, document)| {
                Some(Page {
                    file,
                    document: document?,
                })
            })
            .collect();
        let mut overlays: Vec<(String, Overlay)> = documents
            .filter_map(|(name, document)| {
                let fills = is_everywhere(&name);
                Some((name, Overlay::new(document?, fills, faults)))
            })
            .collect();
        let everywhere = overlays
            .pop_if(|(name, _)| is_everywhere(name))
            .map(|(_, overlay)| overlay);
        let declares = |key| {
            everywhere
                .as_ref()
                .and_then(|overlay| overlay.declares(key))
        };
        let declared = ApiDefaults {
            servers: declares("servers"),
            security: declares("security"),
        };
        let mut once = ReportedOnce::default();
        read_pages.retain_mut(|page| page.prepare(&declared, &mut once, faults));
        Self {
            files,
            pages: read_pages,
            sections: overlays.into_iter().map(|(_, overlay)| overlay).collect(),
            everywhere,
            notes: once.notes,
        }
    }

    /// The captured pages, in the order of their files.
    pub fn pages(&self) -> &[Page] {
        &self.pages
    }

    /// The number of actions in the overlay.
    pub fn amendments(&self) -> usize {
        let files = self.sections.iter().chain(&self.everywhere);
        files.map(|overlay| overlay.actions.len()).sum()
    }

    /// The captured pages, merged.
    pub fn merge(&self, faults: &Faults) -> Document {
        let mut document = merge::merge(&self.files, &self.pages, faults);
        document.notes.extend(self.notes.iter().cloned());
        document
    }

    /// Applies what the overlay says of the sections, to the merged pages.
    pub fn amend_sections(&self, document: &mut Document, faults: &Faults) {
        for overlay in &self.sections {
            overlay.apply(document, faults);
        }
    }

    /// Applies what the overlay says of the whole API. It can select operations by what codegen has written on them since.
    pub fn amend_everywhere(&self, document: &mut Document, faults: &Faults) {
        if let Some(overlay) = &self.everywhere {
            overlay.apply(document, faults);
        }
    }
}

fn is_everywhere(name: &str) -> bool {
    name.rsplit('/').next() == EVERYWHERE.rsplit('/').next()
}
