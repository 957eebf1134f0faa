//! Checks the effective document as a whole. Operations and schemas are checked where they are read.

use std::collections::HashSet;

use super::grammar::{EXTENSIONS, ObjectKind};
use super::merge::VERSION;
use super::node::{Document, Node};
use super::walk::walk;
use super::{structure, values};
use crate::diagnostic::Faults;

impl Document {
    /// Ends the making of the effective document: puts its keys into order, and checks that every reference leads somewhere,
    /// that every value fits its place and its schema, and that OpenAPI has the names that it demands.
    pub fn finish(&mut self, faults: &Faults) {
        self.arrange();
        let root = self.root();
        head(root, faults);
        structure::check(root, faults);
        values::check(root, false, faults);
        references(root, faults);
        extensions(root, faults);
    }
}

fn head(root: Node<'_>, faults: &Faults) {
    if root.text("openapi") != Some(VERSION) {
        faults.add(
            root.get("openapi")
                .unwrap_or(root)
                .fault("the overlay changes the version of OpenAPI")
                .help(format!("leave it at {VERSION}")),
        );
    }
    let info = root.get("info").unwrap_or(root);
    for (key, example) in [("title", "The name of the API"), ("version", "1.0.0")] {
        if info.text(key).is_none_or(|text| text.trim().is_empty()) {
            faults.add(
                info.get(key)
                    .unwrap_or(info)
                    .fault(format!("the effective document has no {key}"))
                    .help("those of the pages do not count for the API: add it to the overlay")
                    .action("$.info", format!("{key}: {example}")),
            );
        }
    }
}

/// Every reference leads to something of the kind that is wanted, and not to another reference.
pub(super) fn references(root: Node<'_>, faults: &Faults) {
    let document = root.document();
    walk(root, ObjectKind::Document, &mut |node, kind| {
        let Some(reference) = node.str().filter(|_| kind == ObjectKind::Reference) else {
            return;
        };
        let is_mapping = node.key() != Some("$ref");
        if is_mapping && !reference.starts_with('#') {
            return;
        }
        let resolved = reference
            .strip_prefix('#')
            .and_then(|pointer| document.at(pointer));
        match resolved {
            None => faults.add(
                node.fault(format!("{reference} refers to nothing"))
                    .help("add what it names to the `components` of the page, or fix the name"),
            ),
            Some(resolved) if resolved.reference().is_some() => faults.add(
                node.fault(format!("{reference} refers to another reference"))
                    .help("refer to what that one refers to"),
            ),
            Some(_) => {}
        }
    });
}

/// Checks that only our extensions are left; those of other tools were removed from the pages.
fn extensions(root: Node<'_>, faults: &Faults) {
    let known: HashSet<_> = EXTENSIONS.iter().copied().collect();
    walk(root, ObjectKind::Document, &mut |node, kind| {
        for (key, member) in node.entries() {
            if kind.is_extension(key) && !known.contains(key) {
                faults.add(
                    member
                        .fault(format!(
                            "`{key}` is not an extension that this tool knows, so it has no effect"
                        ))
                        .help(format!("ours are {}", EXTENSIONS.join(", "))),
                );
            }
        }
    });
}
