//! Read access to a value of a document: its type, its place, and who wrote it.

use std::collections::HashMap;
use std::sync::Arc;

use serde_json::Value;

use super::files::EVERYWHERE;
use super::store::{ActionId, Author, Data, Id, Step, Store, unescaped};
use crate::diagnostic::Diagnostic;

/// A document: a captured page, all of them merged, or the effective document.
#[derive(Debug)]
pub struct Document {
    pub(super) store: Store,
    pub(super) notes: Vec<String>,
    /// The keys that actions removed, so that a later action cannot add them again.
    pub(super) removed: HashMap<(Id, Arc<str>), ActionId>,
}

/// Who wrote a value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin<'a> {
    /// A captured page, the first that states it.
    Page {
        /// The page's file.
        file: &'a str,
        /// The line, counted from one.
        line: usize,
    },
    /// An action of the overlay.
    Action {
        /// The overlay's file.
        file: &'a str,
        /// The line of the value, counted from one.
        line: usize,
        /// The action's target.
        target: &'a str,
    },
    /// Codegen itself.
    Codegen,
}

impl<'a> Origin<'a> {
    /// The file, unless nobody wrote it.
    pub fn file(self) -> Option<&'a str> {
        match self {
            Self::Page { file, .. } | Self::Action { file, .. } => Some(file),
            Self::Codegen => None,
        }
    }

    /// The line in that file, counted from one.
    pub fn line(self) -> Option<usize> {
        match self {
            Self::Page { line, .. } | Self::Action { line, .. } => Some(line),
            Self::Codegen => None,
        }
    }

    /// Whether a captured page states it.
    pub fn is_page(self) -> bool {
        matches!(self, Self::Page { .. })
    }
}

impl Document {
    pub(super) fn new(store: Store) -> Self {
        Self {
            store,
            notes: Vec::new(),
            removed: HashMap::new(),
        }
    }

    /// The document as a whole.
    pub fn root(&self) -> Node<'_> {
        self.node(self.store.root)
    }

    /// The value at a JSON pointer.
    pub fn at(&self, pointer: &str) -> Option<Node<'_>> {
        self.store.find(pointer).map(|id| self.node(id))
    }

    /// The document as JSON.
    pub fn to_value(&self) -> Value {
        self.root().to_value()
    }

    /// Notes on what was ignored, a sentence each.
    pub fn notes(&self) -> &[String] {
        &self.notes
    }

    /// The number of values that were visited or created, a measure of work. It must grow linearly with the document.
    pub fn work(&self) -> usize {
        self.store.work()
    }

    /// Writes a value into the document, in codegen's own name. Objects on the way to it are made. It fails where the way
    /// leads through something that is not an object, which is a mistake in codegen.
    pub fn set(&mut self, pointer: &str, value: &Value) -> Result<(), Diagnostic> {
        let misplaced =
            || Diagnostic::new(EVERYWHERE, "codegen cannot write a value here").at(pointer);
        let mut at = self.store.root;
        let mut steps = pointer.split('/').skip(1).peekable();
        while let Some(step) = steps.next() {
            if self.store.members(at).is_none() {
                return Err(misplaced());
            }
            let key: Arc<str> = unescaped(step).into();
            at = match (self.store.member(at, &key), steps.peek()) {
                (Some(next), Some(_)) => next,
                (None, Some(_)) => self.put(at, &key, Data::object()),
                (_, None) => {
                    let child = self.store.add_value(value);
                    self.store.put(at, &key, child);
                    return Ok(());
                }
            };
        }
        Err(misplaced())
    }

    fn put(&mut self, parent: Id, key: &Arc<str>, data: Data) -> Id {
        let child = self.store.add(data, Author::Codegen, 0);
        self.store.put(parent, key, child);
        child
    }

    pub(super) fn node(&self, id: Id) -> Node<'_> {
        Node { document: self, id }
    }
}

impl Store {
    pub(super) fn add_value(&mut self, value: &Value) -> Id {
        let data = match value {
            Value::Null => Data::Null,
            Value::Bool(value) => Data::Bool(*value, if *value { "true" } else { "false" }),
            Value::Number(value) => Data::Number(value.to_string().into()),
            Value::String(value) => Data::Text(value.as_str().into()),
            Value::Array(_) => Data::List(Vec::new()),
            Value::Object(_) => Data::object(),
        };
        let id = self.add(data, Author::Codegen, 0);
        match value {
            Value::Array(items) => {
                for item in items {
                    let item = self.add_value(item);
                    self.push(id, item);
                }
            }
            Value::Object(members) => {
                for (key, member) in members {
                    let member = self.add_value(member);
                    self.put(id, &key.as_str().into(), member);
                }
            }
            _ => {}
        }
        id
    }
}

/// A value of a document.
#[derive(Clone, Copy)]
pub struct Node<'a> {
    document: &'a Document,
    pub(super) id: Id,
}

impl std::fmt::Debug for Node<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} = {}", self.pointer(), self.to_value())
    }
}

impl PartialEq for Node<'_> {
    /// Whether the two are one value of one document.
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self.document, other.document) && self.id == other.id
    }
}

impl<'a> Node<'a> {
    fn data(&self) -> &'a Data {
        &self.document.store.at(self.id).data
    }

    fn with(&self, id: Id) -> Self {
        Self { id, ..*self }
    }

    /// The document that it is of.
    pub fn document(&self) -> &'a Document {
        self.document
    }

    /// The member of an object.
    pub fn get(&self, key: &str) -> Option<Self> {
        match self.data() {
            Data::Object(members) => members.get(key).map(|id| self.with(*id)),
            _ => None,
        }
    }

    /// The item of a list.
    pub fn item(&self, index: usize) -> Option<Self> {
        match self.data() {
            Data::List(items) => items.get(index).map(|id| self.with(*id)),
            _ => None,
        }
    }

    /// The members of an object, in their order; none if it is not an object.
    pub fn entries(&self) -> impl ExactSizeIterator<Item = (&'a str, Self)> + use<'a> {
        let node = *self;
        let members = match self.data() {
            Data::Object(members) => members.as_slice(),
            _ => Default::default(),
        };
        members
            .iter()
            .map(move |(key, id)| (&**key, node.with(*id)))
    }

    /// The items of a list; none if it is not a list.
    pub fn items(&self) -> impl ExactSizeIterator<Item = Self> + DoubleEndedIterator + use<'a> {
        let node = *self;
        let items = match self.data() {
            Data::List(items) => items.as_slice(),
            _ => Default::default(),
        };
        items.iter().map(move |id| node.with(*id))
    }

    /// Whether it is an object.
    pub fn is_object(&self) -> bool {
        matches!(self.data(), Data::Object(_))
    }

    /// Whether it is a list.
    pub fn is_list(&self) -> bool {
        matches!(self.data(), Data::List(_))
    }

    /// Whether it is null.
    pub fn is_null(&self) -> bool {
        matches!(self.data(), Data::Null)
    }

    /// The string.
    pub fn str(&self) -> Option<&'a str> {
        match self.data() {
            Data::Text(text) | Data::Unclear(text) => Some(text),
            _ => None,
        }
    }

    /// Whether it is a string that some readers take for something else. That has been reported, so what it is instead need not be.
    pub fn is_unclear(&self) -> bool {
        matches!(self.data(), Data::Unclear(_))
    }

    /// A value without others in it, as it is written.
    pub fn written(&self) -> Option<&'a str> {
        match self.data() {
            Data::Bool(_, written) => Some(written),
            Data::Number(text) | Data::Text(text) | Data::Unclear(text) => Some(text),
            Data::Null | Data::List(_) | Data::Object(_) => None,
        }
    }

    /// The boolean.
    pub fn bool(&self) -> Option<bool> {
        match self.data() {
            Data::Bool(value, _) => Some(*value),
            _ => None,
        }
    }

    /// The number, as it is written.
    pub fn number(&self) -> Option<&'a str> {
        match self.data() {
            Data::Number(text) => Some(text),
            _ => None,
        }
    }

    /// The integer.
    pub fn i64(&self) -> Option<i64> {
        self.number()?.parse().ok()
    }

    /// The integer that is not negative.
    pub fn u64(&self) -> Option<u64> {
        self.number()?.parse().ok()
    }

    /// The number, rounded if need be.
    pub fn f64(&self) -> Option<f64> {
        self.number()?.parse().ok()
    }

    /// The string of a member.
    pub fn text(&self, key: &str) -> Option<&'a str> {
        self.get(key)?.str()
    }

    /// Whether a member is `true`.
    pub fn flag(&self, key: &str) -> bool {
        self.get(key).and_then(|member| member.bool()) == Some(true)
    }

    /// The value as JSON.
    pub fn to_value(&self) -> Value {
        match self.data() {
            Data::Null => Value::Null,
            Data::Bool(value, _) => (*value).into(),
            Data::Number(text) => number(text),
            Data::Text(text) | Data::Unclear(text) => (**text).into(),
            Data::List(_) => self.items().map(|item| item.to_value()).collect(),
            Data::Object(_) => self
                .entries()
                .map(|(key, member)| (key.to_owned(), member.to_value()))
                .collect::<serde_json::Map<_, _>>()
                .into(),
        }
    }

    /// Whether two values, of whichever documents, are the same. The order of members does not count.
    pub fn same(&self, other: Node<'_>) -> bool {
        self.document
            .store
            .same(self.id, &other.document.store, other.id)
    }

    /// The JSON pointer of where it stands; empty for the root.
    pub fn pointer(&self) -> String {
        self.document.store.pointer(self.id)
    }

    /// The key that it stands under, if it is the member of an object.
    pub fn key(&self) -> Option<&'a str> {
        match &self.document.store.at(self.id).step {
            Step::Key(key) => Some(key),
            _ => None,
        }
    }

    /// Its parent.
    pub fn parent(&self) -> Option<Self> {
        self.document
            .store
            .at(self.id)
            .parent
            .map(|id| self.with(id))
    }

    /// The reference that it is: its `$ref`.
    pub fn reference(&self) -> Option<&'a str> {
        self.text("$ref")
    }

    /// What it refers to, or itself if it is not a reference. That a reference leads somewhere is a matter of the document's
    /// own checks; one that does not is given as it is.
    pub fn follow(&self) -> Self {
        self.reference()
            .and_then(|reference| self.document.at(reference.strip_prefix('#')?))
            .unwrap_or(*self)
    }

    /// Who wrote it. An object that pages state and actions add to is the page's.
    pub fn origin(&self) -> Origin<'a> {
        let store = &self.document.store;
        let stored = store.at(self.id);
        let line = stored.line as usize;
        match stored.author {
            Author::Codegen => Origin::Codegen,
            Author::File(file) => Origin::Page {
                file: store.file(file),
                line,
            },
            Author::Action(action) => {
                let action = store.action(action);
                Origin::Action {
                    file: store.file(action.file),
                    line,
                    target: &action.target,
                }
            }
        }
    }

    /// The captured pages that state it, and the line in each.
    pub fn places(&self) -> impl Iterator<Item = (&'a str, usize)> + use<'a> {
        let store = &self.document.store;
        store
            .at(self.id)
            .stated
            .iter()
            .map(|place| (store.file(place.file), place.line as usize))
    }

    /// The captured pages that state it.
    pub fn pages(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        self.places().map(|(file, _)| file)
    }

    /// A fault of it, told to who wrote it. What codegen wrote is reported as a fault of what it stands in, and what stands in
    /// nothing that anybody wrote, as one of what is said of the whole API.
    pub fn fault(&self, message: impl Into<String>) -> Diagnostic {
        let mut at = *self;
        while at.origin() == Origin::Codegen
            && let Some(parent) = at.parent()
        {
            at = parent;
        }
        let fault = match (at.origin().file(), at.origin().line()) {
            (Some(file), Some(line)) => Diagnostic::new(file, message).line(line),
            _ => Diagnostic::new(EVERYWHERE, message),
        };
        fault.at(self.pointer())
    }
}

/// A number as `serde_json` keeps it, which may round it.
fn number(text: &str) -> Value {
    text.parse::<serde_json::Number>()
        .map_or_else(|_| text.into(), Value::Number)
}
