//! Applies the overlay to the merged document.
//!
//! The OpenAPI Overlay specification accepts an action that matches nothing, or that repeats what is already stated. Here these are
//! errors, and so is an action that gives no reason, that contradicts a page without declaring it, or that another action undoes: an
//! amendment must not outlive what it amends.

mod display;
mod target;
mod update;

use jsonpath_rust::parser::model::JpQuery;
use jsonpath_rust::parser::parse_json_path;

use super::node::{Document, Node};
use super::store::{ActionName, Author, FileId, Id};
use crate::diagnostic::{Diagnostic, Faults};

/// A file of the overlay.
#[derive(Debug)]
pub(super) struct Overlay {
    pub(super) document: Document,
    pub(super) actions: Vec<Action>,
    /// Whether it fills what is left open, so that what a page or a section says by itself stands.
    pub(super) fills: bool,
}

/// An action of an overlay.
#[derive(Debug)]
pub(super) struct Action {
    /// The action itself, in its file.
    id: Id,
    target: String,
    query: JpQuery,
    what: ActionKind,
    /// The statements of the page that the action replaces.
    replaces: Option<Id>,
}

#[derive(Debug, Clone, Copy)]
enum ActionKind {
    Update(Id),
    Remove,
}

const KEYS: &[&str] = &["target", "description", "update", "remove", "x-replaces"];
const FORM: &str =
    "an action has a `target`, a `description`, and either `update` or `remove: true`";

impl Overlay {
    /// Reads the actions of a file.
    pub(super) fn new(document: Document, fills: bool, faults: &Faults) -> Self {
        let root = document.root();
        let is_overlay = root.get("overlay").is_some_and(|version| {
            version
                .str()
                .is_some_and(|version| version.starts_with("1.0."))
        });
        if !is_overlay {
            faults.add(
                root.get("overlay")
                    .unwrap_or(root)
                    .fault("this is not an OpenAPI overlay of version 1.0")
                    .help("begin the file with `overlay: 1.0.0`, as https://spec.openapis.org/overlay/v1.0.0.html says"),
            );
        }
        for (key, member) in root.entries() {
            if !matches!(key, "overlay" | "info" | "extends" | "actions") && !key.starts_with("x-")
            {
                faults.add(
                    member
                        .fault(format!("an overlay has no `{key}`"))
                        .help("an overlay has `overlay`, `info` and `actions`"),
                );
            }
        }
        let actions = match root.get("actions") {
            Some(actions) if actions.is_list() => actions
                .items()
                .filter_map(|action| faults.take(Action::new(action)))
                .collect(),
            _ => {
                faults.add(
                    root.get("actions")
                        .unwrap_or(root)
                        .fault("the overlay has no list of actions")
                        .help("write them under `actions`"),
                );
                Vec::new()
            }
        };
        Self {
            document,
            actions,
            fills,
        }
    }

    /// The value of a key in an action whose target is the root.
    pub(super) fn declares(&self, key: &str) -> Option<Node<'_>> {
        self.actions.iter().find_map(|action| match action.what {
            ActionKind::Update(update) if action.query.segments.is_empty() => {
                self.document.node(update).get(key)
            }
            _ => None,
        })
    }

    /// Applies the actions, one after the other.
    pub(super) fn apply(&self, to: &mut Document, faults: &Faults) {
        for action in &self.actions {
            let node = self.document.node(action.id);
            let target = node.get("target").unwrap_or(node);
            let hits = match target::hits(to, &action.query, target) {
                Ok(hits) => hits,
                Err(found) => {
                    found.into_iter().for_each(|fault| faults.add(fault));
                    continue;
                }
            };
            update::apply(to, self, action, &hits, faults);
        }
    }
}

impl Action {
    fn new(action: Node<'_>) -> Result<Self, Diagnostic> {
        let fault = |message: String| action.fault(message).help(FORM);
        if !action.is_object() {
            return Err(fault("this is not an action".to_owned()));
        }
        if let Some((key, member)) = action.entries().find(|(key, _)| !KEYS.contains(key)) {
            return Err(member.fault(format!("an action has no `{key}`")).help(FORM));
        }
        let Some((target, reason)) = action.text("target").zip(action.text("description")) else {
            return Err(fault(
                "the action has no target or no description".to_owned(),
            ));
        };
        let query = parse_json_path(target).map_err(|error| {
            let at = action.get("target").unwrap_or(action);
            at.fault(format!(
                "the target `{target}` is not a JSONPath{}",
                place_and_reason(&error.to_string())
            ))
            .help("write it as RFC 9535 says")
        })?;
        if !names_its_evidence(reason) {
            return Err(action
                .get("description")
                .unwrap_or(action)
                .fault(format!(
                    "the amendment of `{target}` does not name its evidence"
                ))
                .help("begin its `description` with `documented:`, `sample:` or `inferred:`, and give the reason"));
        }
        let what = match (
            action.get("update"),
            action.get("remove").map(|node| node.bool()),
        ) {
            (Some(update), None | Some(Some(false))) => ActionKind::Update(update.id),
            (None, Some(Some(true))) => ActionKind::Remove,
            _ => return Err(fault("the action must either update or remove".to_owned())),
        };
        Ok(Self {
            id: action.id,
            target: target.to_owned(),
            query,
            what,
            replaces: action.get("x-replaces").map(|node| node.id),
        })
    }
}

/// The library's message, a drawing of several lines, as one line.
fn place_and_reason(drawing: &str) -> String {
    let column = (drawing.split("--> 1:").nth(1)).and_then(|rest| rest.split_whitespace().next());
    let reason = drawing.lines().last().unwrap_or_default();
    let reason = reason.trim_start_matches([' ', '=']).trim();
    match column {
        Some(column) => format!(", from its character {column} on: {reason}"),
        None => format!(": {reason}"),
    }
}

/// Whether a reason begins with the kind of evidence, and goes on.
fn names_its_evidence(reason: &str) -> bool {
    ["documented:", "sample:", "inferred:"].iter().any(|kind| {
        reason
            .strip_prefix(kind)
            .is_some_and(|reason| !reason.trim().is_empty())
    })
}

/// The action, as a document names who wrote a value of it.
fn name(overlay: &Overlay, action: &Action) -> ActionName {
    let stored = overlay.document.store.at(action.id);
    let file = match stored.author {
        Author::File(file) => file,
        // Every value of an overlay is written by its file.
        Author::Codegen | Author::Action(_) => FileId(0),
    };
    ActionName {
        file,
        line: stored.line,
        target: action.target.clone(),
    }
}
