//! What every value of a document must be, by where it stands: a mapping, a list, a text; and never null, but among data.

use super::grammar::Kind;
use super::node::Node;
use super::walk::walk;
use crate::diagnostic::Faults;

pub(super) fn check(document: Node<'_>, faults: &Faults) {
    walk(document, Kind::Document, &mut |node, kind| {
        if node.is_null() {
            if !kind.is_data() {
                let help = if node.origin().is_page() {
                    "leave the key out, or quote the word if the text is meant"
                } else {
                    "an update takes nothing out: `remove: true` does"
                };
                let message = format!("null stands here, where {} belongs", wanted(kind));
                faults.add(node.fault(message).help(help));
            }
            return;
        }
        let fits = match form(kind) {
            Form::Mapping => node.is_object(),
            Form::List => node.is_list(),
            Form::Text => node.str().is_some(),
            Form::Schema => node.is_object() || node.bool().is_some(),
            Form::Any => true,
        };
        if !fits {
            faults.add(
                node.fault(format!("this is not {}", wanted(kind)))
                    .help("see https://spec.openapis.org/oas/v3.0.3 for what stands here"),
            );
        }
    });
}

enum Form {
    Mapping,
    List,
    Text,
    Schema,
    Any,
}

fn form(kind: Kind) -> Form {
    match kind {
        Kind::Schema => Form::Schema,
        Kind::Parameters | Kind::Values | Kind::Required | Kind::List(_) => Form::List,
        Kind::Reference => Form::Text,
        Kind::RequiredFlag | Kind::Words | Kind::Example | Kind::Data | Kind::Leaf => Form::Any,
        _ => Form::Mapping,
    }
}

fn wanted(kind: Kind) -> &'static str {
    match form(kind) {
        Form::Mapping => "a mapping (`key: value` pairs)",
        Form::List => "a list (`- …`)",
        Form::Text => "a text",
        Form::Schema => "a schema (a mapping, such as `type: string`)",
        Form::Any => "another value",
    }
}
