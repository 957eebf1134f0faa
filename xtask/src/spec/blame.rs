//! Which file says what stands at a place of the effective document.

use serde_json::Value;

use super::Source;
use crate::diagnostic::Diagnostic;
use crate::layout::OVERLAY;

/// Finds the file that a fault of the effective document comes from.
#[derive(Debug, Clone, Copy)]
pub struct Blame<'a> {
    captured: &'a [Source],
    effective: &'a Value,
}

impl<'a> Blame<'a> {
    /// Over the captured pages, and the document that they and the overlay make.
    pub fn new(captured: &'a [Source], effective: &'a Value) -> Self {
        Self {
            captured,
            effective,
        }
    }

    /// A fault at a place of the effective document, told as one of the captured page that states the place, or else of
    /// the overlay. What is missing is told as a fault of what it is missing from.
    pub fn fault(&self, pointer: &str, message: impl Into<String>) -> Diagnostic {
        let mut pointer = pointer;
        while self.effective.pointer(pointer).is_none()
            && let Some((parent, _)) = pointer.rsplit_once('/')
        {
            pointer = parent;
        }
        let page = self
            .captured
            .iter()
            .find(|source| source.document.pointer(pointer).is_some());
        Diagnostic::new(page.map_or(OVERLAY, |source| &source.file), message).at(pointer)
    }

    /// Whether a captured page states what stands at a place; if none does, the overlay made it up.
    pub fn is_captured(&self, pointer: &str) -> bool {
        self.captured
            .iter()
            .any(|source| source.document.pointer(pointer).is_some())
    }
}
