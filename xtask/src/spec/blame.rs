//! Which file says what stands at a place of the effective document.

use super::Source;
use crate::diagnostic::Diagnostic;
use crate::layout::OVERLAY;

/// Finds the file that a fault of the effective document comes from.
#[derive(Debug, Clone, Copy)]
pub struct Blame<'a> {
    captured: &'a [Source],
}

impl<'a> Blame<'a> {
    /// Over the captured pages.
    pub fn new(captured: &'a [Source]) -> Self {
        Self { captured }
    }

    /// A fault at a place of the effective document, told as one of the captured page that states the place, or else of
    /// the overlay.
    pub fn fault(&self, pointer: &str, message: impl Into<String>) -> Diagnostic {
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
