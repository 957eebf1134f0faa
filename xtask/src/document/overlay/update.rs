//! Applies an action to what it matches.
//!
//! Objects are merged, lists are appended to, and everything else is a leaf. A leaf is compared with the value at its place: it may add
//! one, but not repeat it, nor contradict it unless the action states what it replaces.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use super::target::Matches;
use super::{Action, ActionKind, Overlay, name};
use crate::diagnostic::{Diagnostic, Faults};
use crate::document::grammar::ObjectKind;
use crate::document::node::{Document, Node};
use crate::document::store::{ActionId, Author, Id};
use crate::document::walk::kind_of;

pub(super) fn apply(
    to: &mut Document,
    overlay: &Overlay,
    action: &Action,
    hits: &Matches,
    faults: &Faults,
) {
    let id = to.store.register(name(overlay, action));
    let mut amendment = Amendment {
        to,
        from: &overlay.document,
        fills: overlay.fills,
        action,
        id,
        leaves: HashMap::new(),
        order: Vec::new(),
        replaced: HashSet::new(),
        is_misfit: false,
        faults,
    };
    match action.what {
        ActionKind::Remove => hits.ids.iter().for_each(|hit| amendment.remove(*hit)),
        ActionKind::Update(update) => {
            let replaces = match action.replaces {
                None => Replaces::Nothing,
                Some(old) if amendment.from.node(old).is_object() => Replaces::Members(old),
                Some(old) => Replaces::Value(old),
            };
            for hit in &hits.ids {
                amendment.update(*hit, update, replaces);
            }
            amendment.report_restated(hits.is_exact);
            amendment.report_unreplaced();
        }
    }
}

/// The content of `x-replaces`.
#[derive(Clone, Copy)]
enum Replaces {
    Nothing,
    /// The value.
    Value(Id),
    /// The values, under the keys that the update has them under.
    Members(Id),
}

/// The outcome of a leaf of the update, over all matches.
#[derive(Default)]
struct LeafOutcome {
    has_changed_something: bool,
    /// A value that says the same already.
    restated: Option<Id>,
    /// A value that says something else, and stands.
    answered: Option<Id>,
}

struct Amendment<'a> {
    to: &'a mut Document,
    from: &'a Document,
    /// Whether what stands somewhere already is left alone.
    fills: bool,
    action: &'a Action,
    id: ActionId,
    leaves: HashMap<Id, LeafOutcome>,
    /// The leaves in the order in which they were come by.
    order: Vec<Id>,
    /// Which values of `x-replaces` were replaced.
    replaced: HashSet<Id>,
    /// Whether something that was hit cannot be updated with this.
    is_misfit: bool,
    faults: &'a Faults,
}

impl Amendment<'_> {
    fn remove(&mut self, hit: Id) {
        let target = self.from.node(self.action.id);
        let node = self.to.node(hit);
        let Some(parent) = node.parent() else {
            self.faults.add(
                target
                    .fault("the action removes the whole document")
                    .help("target what to remove"),
            );
            return;
        };
        let mut open = vec![node];
        while let Some(within) = open.pop() {
            if !within.origin().is_page()
                && let Some((file, line)) = place(within)
            {
                self.faults.add(
                    target
                        .fault(format!(
                            "this removes what an earlier action wrote at {}",
                            within.pointer()
                        ))
                        .also("by", file, line)
                        .help("drop one of the two actions"),
                );
                break;
            }
            open.extend(within.entries().map(|(_, member)| member));
            open.extend(within.items());
        }
        if let Some(key) = node.key() {
            let key = (parent.id, Arc::from(key));
            self.to.removed.insert(key, self.id);
        }
        self.to.store.detach(hit);
    }

    fn update(&mut self, hit: Id, update: Id, replaces: Replaces) {
        let (node, new) = (self.to.node(hit), self.from.node(update));
        if node.is_object() && new.is_object() {
            let kind = kind_of(node);
            self.object(hit, update, replaces, kind);
        } else if node.is_list() && !new.is_list() {
            self.append(hit, update);
        } else {
            let help = if node.is_list() {
                "an update of a list is the one entry that is appended; write an action for each"
            } else {
                "target its parent, and update it by its key"
            };
            self.is_misfit = true;
            self.faults.add(
                new.fault(format!(
                    "the target `{}` cannot be updated with this",
                    self.action.target
                ))
                .help(help),
            );
        }
    }

    fn object(&mut self, at: Id, update: Id, replaces: Replaces, kind: ObjectKind) {
        let from = self.from;
        // Beside a reference nothing counts.
        if self.fills && self.to.node(at).reference().is_some() {
            self.leave(at, update);
            return;
        }
        for (key, member) in from.store.members(update).into_iter().flatten() {
            let inner = match replaces {
                Replaces::Members(old) => match from.node(old).get(key) {
                    None => Replaces::Nothing,
                    Some(old) if old.is_object() => Replaces::Members(old.id),
                    Some(old) => Replaces::Value(old.id),
                },
                other => other,
            };
            match self.to.store.member(at, key) {
                None => self.add(at, key, *member),
                Some(known) => self.member(known, key, *member, inner, kind.member(key)),
            }
        }
    }

    /// Amends the value under a key.
    fn member(&mut self, known: Id, key: &Arc<str>, new: Id, replaces: Replaces, kind: ObjectKind) {
        let (old, update) = (self.to.node(known), self.from.node(new));
        // A response is said as a whole.
        let is_left = self.fills
            && matches!(replaces, Replaces::Nothing)
            && !update.is_null()
            && (kind == ObjectKind::Response
                || !(old.is_list() || old.is_object() && update.is_object()));
        if is_left {
            self.leave(known, new);
        } else if old.is_object() && update.is_object() && update.entries().len() > 0 {
            self.object(known, new, replaces, kind);
        } else if old.is_list() && update.is_list() && matches!(replaces, Replaces::Nothing) {
            let items: Vec<_> = update.items().map(|item| item.id).collect();
            for item in items {
                self.append(known, item);
            }
        } else if old.same(update) {
            self.leaf(new).restated.get_or_insert(known);
        } else {
            // That null has no place here is reported as a matter of form.
            if !update.is_null() || kind.is_data() {
                self.check_against_page(known, new, replaces);
            }
            let parent = self.to.store.at(known).parent;
            let copy = self.copy(new);
            if let Some(parent) = parent {
                self.to.store.put(parent, key, copy);
            }
            self.leaf(new).has_changed_something = true;
        }
    }

    /// Leaves alone what is said already, whatever it says.
    fn leave(&mut self, known: Id, new: Id) {
        let says_the_same = self.to.node(known).same(self.from.node(new));
        let mut open = vec![self.from.node(new)];
        while let Some(within) = open.pop() {
            if within.is_object() && within.entries().len() > 0 {
                open.extend(within.entries().map(|(_, member)| member));
            } else {
                let leaf = self.leaf(within.id);
                let said = match says_the_same {
                    true => &mut leaf.restated,
                    false => &mut leaf.answered,
                };
                said.get_or_insert(known);
            }
        }
    }

    /// A leaf that says something else than what stands there.
    fn check_against_page(&mut self, known: Id, new: Id, replaces: Replaces) {
        let (old, update) = (self.to.node(known), self.from.node(new));
        let what = update.key().unwrap_or_default();
        let fault = |message: String| {
            let fault = update.fault(message).at(old.pointer());
            match place(old) {
                Some((file, line)) => fault.also("says", file, line),
                None => fault,
            }
        };
        // The version is reported of the document.
        if what == "openapi" && old.parent().is_some_and(|root| root.parent().is_none()) {
            return;
        }
        if !old.origin().is_page() {
            self.faults.add(
                fault(format!("`{what}` overwrites what was amended before"))
                    .help("drop one of the two, or make them one action"),
            );
            return;
        }
        match replaces {
            Replaces::Value(replaced) | Replaces::Members(replaced) => {
                self.replaced.insert(replaced);
                if !old.same(self.from.node(replaced)) {
                    self.faults.add(
                        fault(format!(
                            "the page does not state what `x-replaces` has: `{what}` is {} there",
                            brief(old)
                        ))
                        .help("check whether the amendment still holds; then fix `x-replaces`, or drop the action"),
                    );
                }
            }
            Replaces::Nothing => self.faults.add(
                fault(format!(
                    "`{what}` contradicts the page, which says {}",
                    brief(old)
                ))
                .help(format!(
                    "drop it, or, if it is to hold, state in the action what it replaces: {}",
                    self.replaces_as_yaml(old, new)
                )),
            ),
        }
    }

    /// The `x-replaces` that an action would need.
    fn replaces_as_yaml(&self, old: Node<'_>, new: Id) -> String {
        let ActionKind::Update(update) = self.action.what else {
            return String::new();
        };
        let mut keys = Vec::new();
        let mut at = self.from.node(new);
        while at.id != update
            && let Some(parent) = at.parent()
        {
            keys.extend(at.key());
            at = parent;
        }
        // JSON is YAML that can stand on one line.
        let value = old.to_value().to_string();
        let nested = keys
            .iter()
            .fold(value.clone(), |inner, key| format!("{{{key}: {inner}}}"));
        match keys.as_slice() {
            [_] if self.from.node(update).entries().len() == 1 => format!("`x-replaces: {value}`"),
            _ => format!("`x-replaces: {nested}`"),
        }
    }

    /// Adds a value that is not stated yet.
    fn add(&mut self, at: Id, key: &Arc<str>, new: Id) {
        let copy = self.copy(new);
        self.to.store.put(at, key, copy);
        let mut open = vec![self.from.node(new)];
        while let Some(within) = open.pop() {
            self.leaf(within.id).has_changed_something = true;
            open.extend(within.entries().map(|(_, member)| member));
            open.extend(within.items());
        }
        if let Some(remover) = self.to.removed.get(&(at, Arc::clone(key))) {
            let action = self.to.store.action(*remover);
            let file = self.to.store.file(action.file).to_owned();
            self.faults.add(
                self.from
                    .node(new)
                    .fault(format!("`{key}` was removed by an earlier action"))
                    .at(self.to.store.pointer(copy))
                    .also("by", file, action.line as usize)
                    .help("drop one of the two actions"),
            );
        }
    }

    fn append(&mut self, list: Id, new: Id) {
        let update = self.from.node(new);
        let known = self.to.node(list).items().find(|item| item.same(update));
        if let Some(known) = known.map(|item| item.id) {
            self.leaf(new).restated.get_or_insert(known);
            return;
        }
        let copy = self.copy(new);
        self.to.store.push(list, copy);
        self.leaf(new).has_changed_something = true;
    }

    fn copy(&mut self, new: Id) -> Id {
        self.to
            .store
            .copy(&self.from.store, new, Some(Author::Action(self.id)))
    }

    fn leaf(&mut self, leaf: Id) -> &mut LeafOutcome {
        let order = &mut self.order;
        self.leaves.entry(leaf).or_insert_with(|| {
            order.push(leaf);
            LeafOutcome::default()
        })
    }

    /// Reports values that are stated already. A rule may repeat a value for some matches, but not for all.
    fn report_restated(&self, is_exact: bool) {
        let leaves = || {
            self.order
                .iter()
                .filter_map(|id| Some((*id, self.leaves.get(id)?)))
        };
        let changes = leaves().any(|(_, leaf)| leaf.has_changed_something);
        if self.is_misfit {
            return;
        }
        if !changes {
            let fault = self.from.node(self.action.id).fault(format!(
                "the amendment of `{}` changes nothing",
                self.action.target
            ));
            let restated = leaves().find_map(|(_, leaf)| leaf.restated);
            let answered = leaves().find_map(|(_, leaf)| leaf.answered);
            self.faults.add(match answered {
                Some(_) => self.with_place(fault, answered).help(
                    "what it matches states another value, which takes precedence: drop the action",
                ),
                None => self
                    .with_place(fault, restated)
                    .help("the document states this already: drop the action"),
            });
            return;
        }
        for (id, leaf) in leaves() {
            if leaf.restated.is_some() && (is_exact || !leaf.has_changed_something) {
                let node = self.from.node(id);
                let what = node.key().map_or_else(
                    || "this restates".to_owned(),
                    |key| format!("`{key}` restates"),
                );
                let fault = node.fault(format!("{what} what stands there already"));
                self.faults.add(
                    self.with_place(fault, leaf.restated)
                        .help("leave it out of the update, or the part of the target that has it"),
                );
            } else if leaf.answered.is_some() && (is_exact || !leaf.has_changed_something) {
                let node = self.from.node(id);
                let what = node.key().unwrap_or("this");
                let fault = node.fault(format!("`{what}` is stated differently already"));
                self.faults.add(
                    self.with_place(fault, leaf.answered)
                        .help("what is stated there takes precedence: leave it out of the update, or the part of the target that has it"),
                );
            }
        }
    }

    fn with_place(&self, fault: Diagnostic, known: Option<Id>) -> Diagnostic {
        let Some(known) = known.map(|id| self.to.node(id)) else {
            return fault;
        };
        let fault = fault.at(known.pointer());
        match place(known) {
            Some((file, line)) => fault.also("says", file, line),
            None => fault,
        }
    }

    /// Every value that the action says it replaces must have been replaced.
    fn report_unreplaced(&self) {
        let mut open: Vec<_> = self.action.replaces.into_iter().collect();
        while let Some(id) = open.pop() {
            let node = self.from.node(id);
            if self.replaced.contains(&id) {
                continue;
            }
            if node.is_object() {
                open.extend(node.entries().map(|(_, member)| member.id));
                continue;
            }
            self.faults.add(
                node.fault("this replaces nothing").help(
                    "the page no longer states this, or the update does not change it: drop it",
                ),
            );
        }
    }
}

/// The place where a value was written, unless codegen wrote it.
fn place(node: Node<'_>) -> Option<(&str, usize)> {
    node.origin().file().zip(node.origin().line())
}

/// A value for a message.
fn brief(node: Node<'_>) -> String {
    match (node.is_object(), node.is_list()) {
        (true, _) => "a mapping".to_owned(),
        (_, true) => "a list".to_owned(),
        _ => format!("`{}`", node.to_yaml().trim_end()),
    }
}
