//! Checks that every value has the structure that its place demands: a mapping, a list or a string, and null only in data.

use super::grammar::ObjectKind;
use super::node::Node;
use super::walk::walk;
use crate::diagnostic::Faults;

pub(super) fn check(document: Node<'_>, faults: &Faults) {
    walk(document, ObjectKind::Document, &mut |node, kind| {
        if node.is_null() {
            if !kind.is_data() {
                let help = if node.origin().is_page() {
                    "leave the key out, or quote the word if the text is meant"
                } else {
                    "an update removes nothing: write `remove: true`"
                };
                let message = format!("null stands here, where {} belongs", wanted(kind));
                faults.add(node.fault(message).help(help));
            }
            return;
        }
        let fits = match form(kind) {
            Expected::Mapping => node.is_object(),
            Expected::List => node.is_list(),
            Expected::Text => node.str().is_some(),
            Expected::Schema => node.is_object() || node.bool().is_some(),
            Expected::Any => true,
        };
        if !fits {
            faults.add(
                node.fault(format!("this is not {}", wanted(kind)))
                    .help("see https://spec.openapis.org/oas/v3.0.3 for what stands here"),
            );
        }
    });
}

enum Expected {
    Mapping,
    List,
    Text,
    Schema,
    Any,
}

fn form(kind: ObjectKind) -> Expected {
    match kind {
        ObjectKind::Schema => Expected::Schema,
        ObjectKind::Parameters
        | ObjectKind::Values
        | ObjectKind::Required
        | ObjectKind::List(_) => Expected::List,
        ObjectKind::Reference => Expected::Text,
        ObjectKind::RequiredFlag
        | ObjectKind::Words
        | ObjectKind::Example
        | ObjectKind::Data
        | ObjectKind::Leaf => Expected::Any,
        _ => Expected::Mapping,
    }
}

fn wanted(kind: ObjectKind) -> &'static str {
    match form(kind) {
        Expected::Mapping => "a mapping (`key: value` pairs)",
        Expected::List => "a list (`- …`)",
        Expected::Text => "a text",
        Expected::Schema => "a schema (a mapping, such as `type: string`)",
        Expected::Any => "another value",
    }
}
