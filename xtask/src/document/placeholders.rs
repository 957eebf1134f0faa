//! What the documentation site shows where a schema stands within itself: `<unknown>`, or `<array>` for a list. In an example
//! it is no value, so the document that others read goes without it.

use serde_json::Value;

use super::grammar::Kind;
use super::node::Document;
use super::walk::walk;
use crate::diagnostic::Faults;

/// Whether a text stands for a schema within itself.
pub(super) fn is_placeholder(text: &str) -> bool {
    matches!(text, "<unknown>" | "<array>")
}

impl Document {
    /// Takes these out of all examples.
    pub fn drop_placeholders(&mut self, faults: &Faults) {
        let mut examples = Vec::new();
        walk(self.root(), Kind::Document, &mut |node, kind| {
            if kind != Kind::Schema {
                return;
            }
            let Some(example) = node.get("example") else {
                return;
            };
            let shown = example.to_value();
            let kept = without(&shown);
            if kept != shown {
                examples.push((example.pointer(), kept));
            }
        });
        for (pointer, example) in examples {
            faults.take(self.set(&pointer, &example));
        }
    }
}

fn without(value: &Value) -> Value {
    let is_kept = |value: &&Value| !value.as_str().is_some_and(is_placeholder);
    match value {
        Value::Object(members) => members
            .iter()
            .filter(|(_, member)| is_kept(member))
            .map(|(name, member)| (name.clone(), without(member)))
            .collect(),
        Value::Array(items) => items.iter().filter(is_kept).map(without).collect(),
        other => other.clone(),
    }
}
