//! Merges captured pages into one document.
//!
//! Many pages show the same schemas (authors, errors), and not every page shows all of a schema. So fields, values, parameters and
//! responses are merged, in an order that does not depend on chance. Descriptions and examples may differ, and the first page's count;
//! a difference in anything that has an effect is an error with both places. The `info` of a page is not the API's, so the overlay
//! provides it.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::grammar::{ObjectKind, SHAPE};
use super::node::{Document, Node};
use super::page::{Page, parameter_name};
use super::store::{Author, Data, FileId, Id, Place, Store};
use crate::diagnostic::{Diagnostic, Faults};

/// The name of an object in messages, if it is a part of something named.
const APART: &str =
    "if it is one shape, make the pages say the same; if it is two, give one of them another name";

/// The version of OpenAPI that the document is written in.
pub(super) const VERSION: &str = "3.0.3";

/// The merged pages.
pub(super) fn merge(files: &Arc<[String]>, pages: &[Page], faults: &Faults) -> Document {
    let mut store = Store::new(Arc::clone(files), Author::Codegen);
    let root = store.root;
    for (key, data) in [
        ("openapi", Data::Text(VERSION.into())),
        ("info", Data::object()),
        ("paths", Data::object()),
        ("components", Data::object()),
    ] {
        let member = store.add(data, Author::Codegen, 0);
        store.put(root, &key.into(), member);
    }
    let mut document = Document::new(store);
    for page in pages {
        let mut union = Merger {
            united: &mut document,
            page: &page.document,
            faults,
        };
        for key in ["paths", "x-webhooks", "components"] {
            let Some(stated) = page.document.root().get(key) else {
                continue;
            };
            let united = union.united.store.member(root, key).unwrap_or_else(|| {
                let store = &mut union.united.store;
                let member = store.add(Data::object(), Author::Codegen, 0);
                store.put(root, &key.into(), member);
                member
            });
            union.members(united, stated.id, ObjectKind::Document.member(key));
        }
    }
    document
}

struct Merger<'u> {
    united: &'u mut Document,
    page: &'u Document,
    faults: &'u Faults,
}

impl Merger<'_> {
    /// Merges a value of the page with the one that stands at its place already.
    fn value(&mut self, at: Id, stated: Id, kind: ObjectKind) {
        let place = self.place(stated);
        self.united.store.at_mut(at).stated.push(place);
        match kind {
            ObjectKind::Words | ObjectKind::Example => return,
            ObjectKind::Operation if self.are_two_operations(at, stated) => return,
            ObjectKind::Schema if !self.is_one_shape(at, stated) => return,
            _ => {}
        }
        if kind == ObjectKind::Operation {
            self.hold_together(at, stated);
        }
        let is_list =
            self.united.store.list(at).is_some() && self.page.store.list(stated).is_some();
        let is_object =
            self.united.store.members(at).is_some() && self.page.store.members(stated).is_some();
        match kind {
            ObjectKind::Values if is_list => {
                self.items(at, stated, kind, |node| node.to_value().to_string())
            }
            ObjectKind::Required if is_list => {
                self.items(at, stated, kind, |node| node.to_value().to_string())
            }
            ObjectKind::Parameters if is_list => self.items(at, stated, kind, |node| {
                let (r#where, name) = parameter_name(node);
                format!("{where} {name}")
            }),
            ObjectKind::List(_) if is_list && self.are_of_one_length(at, stated) => {
                let pairs: Vec<_> = (self.united.store.list(at).into_iter().flatten().copied())
                    .zip(self.page.store.list(stated).into_iter().flatten().copied())
                    .collect();
                for (at, stated) in pairs {
                    self.value(at, stated, kind.item());
                }
            }
            _ if is_object && !kind.is_data() && kind != ObjectKind::Leaf => {
                self.flags(at, stated, kind);
                self.members(at, stated, kind);
            }
            _ => self.same(at, stated),
        }
    }

    /// Merges the members of two objects.
    fn members(&mut self, at: Id, stated: Id, kind: ObjectKind) {
        let place = self.place(stated);
        if self.united.store.at(at).stated.last() != Some(&place) {
            self.united.store.at_mut(at).stated.push(place);
        }
        let page = self.page;
        let mut followers = InsertionOrder::default();
        let mut before = None;
        for (key, member) in page.store.members(stated).into_iter().flatten() {
            match self.united.store.member(at, key) {
                Some(known) => self.value(known, *member, kind.member(key)),
                None => {
                    let copy = self.united.store.copy(&page.store, *member, None);
                    self.united.store.put(at, key, copy);
                    followers.add(before.as_ref(), key);
                }
            }
            before = Some(Arc::clone(key));
        }
        // Paths and components stand in the order in which they were first stated: there are many of them, and each page
        // adds some.
        let is_order_of_its_own =
            !matches!(kind, ObjectKind::Patterned(_) | ObjectKind::Components)
                && !self.is_component_list(at);
        if is_order_of_its_own && !followers.is_empty() {
            let keys = (self.united.store.members(at).into_iter())
                .flat_map(|members| members.keys().cloned());
            let order: HashMap<_, _> = followers
                .order(keys)
                .into_iter()
                .enumerate()
                .map(|(index, key)| (key, index))
                .collect();
            self.united
                .store
                .reorder(at, |key| order.get(key).copied().unwrap_or_default());
        }
    }

    fn is_component_list(&self, at: Id) -> bool {
        let parent = self.united.node(at).parent();
        parent
            .and_then(|parent| parent.parent())
            .is_some_and(|grandparent| {
                grandparent.parent().is_none()
                    && parent.is_some_and(|parent| parent.key() == Some("components"))
            })
    }

    /// Merges the items of two lists, which are the same if they have the same name.
    fn items(&mut self, at: Id, stated: Id, kind: ObjectKind, name: fn(Node<'_>) -> String) {
        let known: HashMap<String, Id> = (self.united.node(at).items())
            .map(|item| (name(item), item.id))
            .collect();
        let mut followers = InsertionOrder::default();
        let mut before: Option<String> = None;
        let mut all = known.clone();
        for item in self.page.node(stated).items() {
            let key = name(item);
            match known.get(&key) {
                Some(known) => self.value(*known, item.id, kind.item()),
                None => {
                    let copy = self.united.store.copy(&self.page.store, item.id, None);
                    all.insert(key.clone(), copy);
                    followers.add(before.as_ref(), &key);
                }
            }
            before = Some(key);
        }
        if followers.is_empty() {
            return;
        }
        let mut keys: Vec<_> = (self.united.node(at).items()).map(name).collect();
        keys.extend(followers.added.iter().cloned());
        let items = (followers.order(keys).iter())
            .filter_map(|key| all.get(key).copied())
            .collect();
        self.united.store.become_list(at, items);
    }

    /// The values are equal; the page states all of them, too.
    fn same(&mut self, at: Id, stated: Id) {
        if self.united.store.same(at, &self.page.store, stated) {
            for (at, stated) in pairs(&self.united.store, at, &self.page.store, stated) {
                let place = self.place(stated);
                self.united.store.at_mut(at).stated.push(place);
            }
            return;
        }
        let (here, there) = (self.page.node(stated), self.united.node(at));
        let what = here.key().map_or_else(
            || "this page and another disagree".to_owned(),
            |key| format!("this page and another disagree on `{key}`"),
        );
        let message = match (brief(here), brief(there)) {
            (Some(here), Some(there)) => format!("{what}: {here} here, {there} there"),
            _ => what,
        };
        self.disagree(stated, at, message);
    }

    /// Two operations under one method of one path.
    fn are_two_operations(&mut self, at: Id, stated: Id) -> bool {
        let (here, there) = (self.page.node(stated), self.united.node(at));
        let names = here.text("operationId").zip(there.text("operationId"));
        if names.is_none_or(|(here, there)| here == there) {
            return false;
        }
        let path = here
            .parent()
            .and_then(|path| path.key())
            .unwrap_or_default();
        let message = format!(
            "this page and another both describe `{} {path}`",
            here.key().unwrap_or_default()
        );
        self.faults.add(
            self.fault(stated, at, message).help(
                "keep one of the two, or give both one `operationId`, so that they are united",
            ),
        );
        true
    }

    /// What the API has everywhere has been taken from the operations. So one that has something of its own here, and nothing
    /// there, is described in two ways.
    fn hold_together(&mut self, at: Id, stated: Id) {
        let (here, there) = (self.page.node(stated), self.united.node(at));
        for (key, what) in [
            ("servers", "is at servers of its own"),
            ("security", "has a security of its own"),
        ] {
            let (place, known, message) = match (here.get(key), there.get(key)) {
                (Some(own), None) => (own.id, at, format!("{what} here, and not on another page")),
                (None, Some(own)) => (
                    stated,
                    own.id,
                    format!("{what} on another page, and not here"),
                ),
                _ => continue,
            };
            let name = here.text("operationId").unwrap_or_default();
            self.faults.add(
                self.fault(place, known, format!("`{name}` {message}"))
                    .help(format!(
                        "state the same `{key}` on both pages; those of a page hold for all of its operations that state none"
                    )),
            );
        }
    }

    /// Whether two schemas can be one: both say of which type they are, or neither; the same for formats, and for what they
    /// refer to. One that says nothing of its shape goes with any.
    fn is_one_shape(&mut self, at: Id, stated: Id) -> bool {
        let (here, there) = (self.page.node(stated), self.united.node(at));
        if !here.is_object() || !there.is_object() {
            return true;
        }
        let has_shape = |node: Node<'_>| SHAPE.iter().any(|key| node.get(key).is_some());
        if !has_shape(here) || !has_shape(there) {
            return true;
        }
        let apart = SHAPE
            .iter()
            .find(|key| here.get(key).is_some() != there.get(key).is_some());
        if let Some(key) = apart {
            let (which, other) = match here.get(key) {
                Some(_) => ("here", "there"),
                None => ("there", "here"),
            };
            let message = format!(
                "this page and another disagree on a schema: `{key}` is stated {which}, and not {other}"
            );
            self.disagree(stated, at, message);
            return false;
        }
        let required = |node: Node<'_>| -> HashSet<String> {
            (node.get("required").iter().flat_map(Node::items))
                .filter_map(|name| name.str().map(str::to_owned))
                .collect()
        };
        let (required_here, required_there) = (required(here), required(there));
        let mut faults = Vec::new();
        for (name, property) in here.get("properties").iter().flat_map(Node::entries) {
            let Some(known) = there.get("properties").and_then(|there| there.get(name)) else {
                continue;
            };
            let is_required = required_here.contains(name);
            if is_required != required_there.contains(name) {
                let message = if is_required {
                    format!("`{name}` is required here, and optional on another page")
                } else {
                    format!("`{name}` is optional here, and required on another page")
                };
                faults.push((property.id, known.id, message));
            }
        }
        for (stated, at, message) in faults {
            self.disagree(stated, at, message);
        }
        true
    }

    /// Whether a parameter or a body is required: the two must agree, and what is left out says that it is not.
    fn flags(&mut self, at: Id, stated: Id, kind: ObjectKind) {
        if kind.member("required") != ObjectKind::RequiredFlag {
            return;
        }
        let (here, there) = (self.page.node(stated), self.united.node(at));
        let is_reference = here.reference().is_some() || there.reference().is_some();
        let (is_here, is_there) = (here.flag("required"), there.flag("required"));
        if !is_reference && is_here != is_there {
            let word = |required: bool| if required { "required" } else { "optional" };
            let message = format!(
                "this is {} here, and {} on another page",
                word(is_here),
                word(is_there)
            );
            self.disagree(stated, at, message);
        }
    }

    fn are_of_one_length(&self, at: Id, stated: Id) -> bool {
        self.united.node(at).items().len() == self.page.node(stated).items().len()
    }

    fn place(&self, stated: Id) -> Place {
        let value = self.page.store.at(stated);
        let file = match value.author {
            Author::File(file) => file,
            // Every value of a page is written by its file.
            Author::Codegen | Author::Action(_) => FileId(0),
        };
        Place {
            file,
            line: value.line,
        }
    }

    fn fault(&self, stated: Id, at: Id, message: String) -> Diagnostic {
        let fault = self.page.node(stated).fault(message);
        match self.united.node(at).places().next() {
            Some((file, line)) => fault.also("and", file, line),
            None => fault,
        }
    }

    fn disagree(&self, stated: Id, at: Id, message: String) {
        self.faults.add(self.fault(stated, at, message).help(APART));
    }
}

/// The children of two equal values, in pairs.
fn pairs(left: &Store, a: Id, right: &Store, b: Id) -> Vec<(Id, Id)> {
    let mut found = Vec::new();
    let mut open = vec![(a, b)];
    while let Some((a, b)) = open.pop() {
        let inner: Vec<_> = match (&left.at(a).data, &right.at(b).data) {
            (Data::List(a), Data::List(b)) => a.iter().copied().zip(b.iter().copied()).collect(),
            (Data::Object(a), Data::Object(b)) => a
                .iter()
                .filter_map(|(key, a)| Some((*a, *b.get(key)?)))
                .collect(),
            _ => Vec::new(),
        };
        found.extend(&inner);
        open.extend(inner);
    }
    found
}

/// A value for a message, if it is short.
fn brief(node: Node<'_>) -> Option<String> {
    let text = match node.str() {
        Some(text) => format!("`{text}`"),
        None => format!("`{}`", node.to_value()),
    };
    (text.chars().count() <= 60).then_some(text)
}

/// New names, by the name that precedes each on its page.
struct InsertionOrder<K> {
    behind: HashMap<Option<K>, Vec<K>>,
    added: Vec<K>,
}

impl<K> Default for InsertionOrder<K> {
    fn default() -> Self {
        Self {
            behind: HashMap::new(),
            added: Vec::new(),
        }
    }
}

impl<K: Clone + Eq + std::hash::Hash> InsertionOrder<K> {
    fn add(&mut self, before: Option<&K>, name: &K) {
        let behind = self.behind.entry(before.cloned()).or_default();
        behind.push(name.clone());
        self.added.push(name.clone());
    }

    fn is_empty(&self) -> bool {
        self.added.is_empty()
    }

    /// The names in order: those that were known keep theirs, and each new one stands behind the one that precedes it on its
    /// page, or at the end.
    fn order(&self, names: impl IntoIterator<Item = K>) -> Vec<K> {
        let added: HashSet<&K> = self.added.iter().collect();
        let mut order = Vec::new();
        let mut open: Vec<&K> = Vec::new();
        let known: Vec<K> = names
            .into_iter()
            .filter(|name| !added.contains(name))
            .collect();
        for name in &known {
            open.push(name);
            self.drain(&mut open, &mut order);
        }
        for name in self.behind.get(&None).into_iter().flatten() {
            open.push(name);
            self.drain(&mut open, &mut order);
        }
        order
    }

    /// Names that are open, each with those behind it.
    fn drain<'k>(&'k self, open: &mut Vec<&'k K>, order: &mut Vec<K>) {
        while let Some(name) = open.pop() {
            order.push(name.clone());
            let behind = self.behind.get(&Some(name.clone()));
            open.extend(behind.into_iter().flatten().rev());
        }
    }
}
