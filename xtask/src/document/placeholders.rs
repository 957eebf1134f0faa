//! Removes the placeholders that the documentation site shows where a schema contains itself: `<unknown>`, or `<array>` for a list. They
//! are no values, so the examples of the published document leave them out.

use serde_json::Value;

use super::grammar::ObjectKind;
use super::node::Document;
use super::walk::walk;
use crate::diagnostic::Faults;

/// Whether a text stands for a schema within itself.
pub(super) fn is_placeholder(text: &str) -> bool {
    matches!(text, "<unknown>" | "<array>")
}

impl Document {
    /// Removes placeholders from all examples.
    pub fn drop_placeholders(&mut self, faults: &Faults) {
        let mut examples = Vec::new();
        walk(self.root(), ObjectKind::Document, &mut |node, kind| {
            if kind != ObjectKind::Schema {
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
