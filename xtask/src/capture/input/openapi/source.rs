//! A document as given: its version, and how to resolve its references.

use std::cell::{Cell, RefCell};

use indexmap::IndexSet;

use crate::diagnostic::{Diagnostic, Faults};
use crate::document::{Document, Node};

/// The maximum length of a chain of references.
const HOPS: usize = 8;

/// How many objects of a document are taken over, those that stand in several places counted in each.
const OBJECTS: usize = 500_000;

/// The version of OpenAPI.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Dialect {
    V30,
    V31,
}

impl Dialect {
    /// The version as people write it.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::V30 => "3.0",
            Self::V31 => "3.1",
        }
    }

    /// The version of a document, or an error.
    pub(super) fn of(root: Node<'_>) -> Result<Self, Box<Diagnostic>> {
        let fault = |node: Node<'_>, message: String, help: &str| {
            Err(Box::new(node.fault(message).help(help)))
        };
        if let Some(swagger) = root.get("swagger") {
            return fault(
                swagger,
                "this is a Swagger document, from before OpenAPI 3.0".to_owned(),
                "convert it to OpenAPI 3.0, as https://converter.swagger.io does, and capture that",
            );
        }
        let Some(version) = root.get("openapi") else {
            return fault(
                root,
                "this is not an OpenAPI document: it has no `openapi`".to_owned(),
                "give the whole document, from its line `openapi: 3.…`",
            );
        };
        let text = version
            .str()
            .or_else(|| version.number())
            .unwrap_or_default();
        match text.get(..3) {
            Some("3.0") => Ok(Self::V30),
            Some("3.1") => Ok(Self::V31),
            _ => fault(
                version,
                format!(
                    "this is OpenAPI {}, which captures do not know",
                    version.to_value()
                ),
                "give it as OpenAPI 3.0 or 3.1",
            ),
        }
    }
}

/// The target of a reference.
#[derive(Debug, Clone, Copy)]
pub(super) enum Target<'d> {
    /// A named schema.
    Schema(&'d str),
    /// A value without a name that schemas are known by.
    Place(Node<'d>),
}

/// A document that is being taken over, and what is reported about it.
pub(super) struct Source<'d> {
    pub(super) root: Node<'d>,
    pub(super) dialect: Dialect,
    pub(super) faults: &'d Faults,
    objects: Cell<usize>,
    notes: RefCell<IndexSet<String>>,
    left_out: RefCell<IndexSet<String>>,
}

impl<'d> Source<'d> {
    pub(super) fn new(document: &'d Document, dialect: Dialect, faults: &'d Faults) -> Self {
        Self {
            root: document.root(),
            dialect,
            faults,
            objects: Cell::new(0),
            notes: RefCell::default(),
            left_out: RefCell::default(),
        }
    }

    pub(super) fn fault(
        &self,
        node: Node<'_>,
        message: impl Into<String>,
        help: impl Into<String>,
    ) {
        self.faults.add(node.fault(message).help(help));
    }

    /// Something that is not wrong, and that whoever captures should know.
    pub(super) fn note(&self, node: Node<'_>, note: &str) {
        self.notes
            .borrow_mut()
            .insert(format!("{note} ({})", node.fault("").place()));
    }

    /// Keys that are left out, since they do not affect requests or responses.
    pub(super) fn leave_out(&self, what: &str) {
        self.left_out.borrow_mut().insert(format!("`{what}`"));
    }

    /// The notes since the last call, a sentence each, with what was left out.
    pub(super) fn take_notes(&self) -> (IndexSet<String>, IndexSet<String>) {
        (self.notes.take(), self.left_out.take())
    }

    /// Counts one more object that is taken over; false if a document cannot hold that many.
    pub(super) fn counts(&self, node: Node<'_>) -> bool {
        let count = self.objects.get() + 1;
        self.objects.set(count);
        if count == OBJECTS {
            self.fault(
                node,
                format!("written out, the document has more than {OBJECTS} objects"),
                "this is not a document of an API",
            );
        }
        count < OBJECTS
    }

    /// The target of a reference in this document; none, with an error, if there is no target.
    fn find(&self, node: Node<'d>, reference: &str) -> Option<Node<'d>> {
        let at = node.get("$ref").unwrap_or(node);
        let Some(fragment) = reference.strip_prefix('#') else {
            self.fault(
                at,
                format!("`{reference}` refers to something outside of this document"),
                "bundle the document into one file, and capture that",
            );
            return None;
        };
        let found = unescaped(fragment).and_then(|pointer| self.root.document().at(&pointer));
        if found.is_none() {
            self.fault(
                at,
                format!("`{reference}` refers to nothing"),
                "the document may be cut off; give all of it",
            );
        }
        found
    }

    /// The target of a schema's reference.
    pub(super) fn target(&self, node: Node<'d>, reference: &str) -> Option<Target<'d>> {
        let found = self.find(node, reference)?;
        Some(match named_schema(found) {
            Some(name) if is_component_name(name) => Target::Schema(name),
            Some(name) => {
                self.fault(
                    found,
                    format!("`{name}` is not a name that a component can have"),
                    "such names are of ASCII letters, digits and `.-_`: rename it, and what refers to it",
                );
                return None;
            }
            None => Target::Place(found),
        })
    }

    /// A named schema.
    pub(super) fn schema(&self, name: &str) -> Option<Node<'d>> {
        self.root.get("components")?.get("schemas")?.get(name)
    }

    /// A parameter, a body, a response or the like: itself, or what it refers to.
    pub(super) fn resolve(&self, node: Node<'d>) -> Option<Node<'d>> {
        let mut at = node;
        for _ in 0..HOPS {
            let Some(reference) = at.get("$ref") else {
                return Some(at);
            };
            let Some(text) = reference.str() else {
                self.fault(
                    reference,
                    "this reference is not a text",
                    "write `$ref: '#/…'`",
                );
                return None;
            };
            at = self.find(at, text)?;
            if !at.is_object() {
                self.fault(
                    node,
                    "this refers to something that is not a mapping",
                    "fix the reference",
                );
                return None;
            }
        }
        self.fault(
            node,
            "this refers to itself, or in too many steps",
            "write the value out in its place",
        );
        None
    }
}

/// The name of a schema, if it is one of the document's named ones.
fn named_schema<'d>(node: Node<'d>) -> Option<&'d str> {
    let schemas = node.parent()?;
    let components = schemas.parent()?;
    let is_root = components
        .parent()
        .is_some_and(|root| root.parent().is_none());
    (schemas.key() == Some("schemas") && components.key() == Some("components") && is_root)
        .then(|| node.key())
        .flatten()
}

fn is_component_name(name: &str) -> bool {
    !name.is_empty()
        && name
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || ".-_".contains(c))
}

/// The fragment of an address without its escapes (`%7B`); none if it is not a text then.
fn unescaped(fragment: &str) -> Option<String> {
    if !fragment.contains('%') {
        return Some(fragment.to_owned());
    }
    let mut bytes = Vec::with_capacity(fragment.len());
    let mut rest = fragment.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let code = (*first == b'%')
            .then(|| std::str::from_utf8(after.get(..2)?).ok())
            .flatten()
            .and_then(|digits| u8::from_str_radix(digits, 16).ok());
        match code {
            Some(byte) => {
                bytes.push(byte);
                rest = &after[2..];
            }
            None => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    String::from_utf8(bytes).ok()
}
