//! Checks examples, defaults and enum values against their schemas.
//!
//! YAML guesses the type of unquoted values. A string `1.10` must not become a number, and no example may show a value that its field
//! cannot have.

use super::grammar::ObjectKind;
use super::invisible::{blank_end, hidden};
use super::node::Node;
use super::pattern::is_pattern;
use super::placeholders::is_placeholder;
use super::read::{hidden_in_text, invisible, shown};
use super::scalar::loses_digits;
use super::walk::walk;
use crate::diagnostic::Faults;

/// The maximum length of a chain of references.
const HOPS: usize = 8;

/// Checks every example, default and enum of a document. In a page a `null` is let pass: whether it may be there is a matter
/// of the page and the overlay together.
pub(super) fn check(document: Node<'_>, is_page: bool, faults: &Faults) {
    let values = Values { is_page, faults };
    walk(
        document,
        ObjectKind::Document,
        &mut |node, kind| match kind {
            ObjectKind::Schema => values.of_schema(node),
            ObjectKind::Operation => {
                let names = node.get("operationId").into_iter();
                for name in names.chain(node.get("tags").iter().flat_map(Node::items)) {
                    values.check_name(name, "name");
                }
            }
            ObjectKind::Required => node
                .items()
                .for_each(|name| values.check_name(name, "name")),
            ObjectKind::Parameter | ObjectKind::MediaType => {
                if let Some(name) = node.get("name") {
                    values.check_name(name, "name");
                }
                if let Some((example, schema)) = node.get("example").zip(node.get("schema")) {
                    values.check(example, schema, "an example");
                }
            }
            _ => {}
        },
    );
}

struct Values<'f> {
    is_page: bool,
    faults: &'f Faults,
}

impl Values<'_> {
    fn of_schema(&self, schema: Node<'_>) {
        for (key, what) in [("example", "an example"), ("default", "a default")] {
            if let Some(value) = schema.get(key) {
                self.check(value, schema, what);
            }
        }
        if let Some(pattern) = schema.get("pattern")
            && pattern.str().is_some_and(|text| !is_pattern(text))
        {
            self.faults.add(
                pattern
                    .fault("this is not a regular expression: a bracket has no counterpart, or a quantifier follows nothing")
                    .help("write a regular expression in the syntax of ECMAScript, or leave it out"),
            );
        }
        for value in schema.get("enum").iter().flat_map(Node::items) {
            self.check_form(value, schema, "a value of the enum");
            self.check_name(value, "value");
        }
    }

    /// A text that programs compare: nothing in it may be unseen.
    fn check_name(&self, name: Node<'_>, what: &str) {
        let Some(text) = name.str() else { return };
        // What no text may have was told when it was read.
        if hidden_in_text(text).is_some() {
            return;
        }
        if let Some((character, called)) = hidden(text).or_else(|| blank_end(text)) {
            let fault = name.fault(format!("the {what} `{}`", shown(text)));
            self.faults.add(invisible(fault, character, called));
        }
    }

    fn check(&self, value: Node<'_>, schema: Node<'_>, what: &str) {
        self.check_form(value, schema, what);
        let schema = described(schema);
        if let Some(inner) = schema.get("items") {
            for item in value.items() {
                self.check(item, inner, what);
            }
        }
        if let Some(properties) = schema.get("properties") {
            for (name, member) in value.entries() {
                if let Some(property) = properties.get(name) {
                    self.check(member, property, what);
                }
            }
        }
    }

    fn check_form(&self, value: Node<'_>, schema: Node<'_>, what: &str) {
        let described = described(schema);
        let Some(wanted) = described.text("type") else {
            return;
        };
        if value.is_null() {
            let may_be = schema.flag("nullable") || described.flag("nullable");
            if !self.is_page && !may_be {
                self.faults.add(
                    value
                        .fault(format!("{what} of type {wanted} is null"))
                        .help(
                            "quote it if the text is meant, or say that the schema is `nullable`",
                        ),
                );
            }
            return;
        }
        // Whether it is of the type is what nobody can say.
        if value.is_unclear() || value.str().is_some_and(is_placeholder) {
            return;
        }
        let is = form(value);
        let fits = match wanted {
            "integer" => value
                .number()
                .is_some_and(|text| !text.contains(['.', 'e', 'E'])),
            "number" | "string" | "boolean" | "array" | "object" => is == wanted,
            _ => return,
        };
        if !fits {
            let written = value
                .written()
                .map(|text| format!(" `{}`", shown(text)))
                .unwrap_or_default();
            let is_scalar = !value.is_object() && !value.is_list();
            // What YAML cannot have guessed, somebody wrote.
            if value.is_object() && what != "a value of the enum" {
                self.faults.note(format!(
                    "{what} of type {wanted} is {} ({})",
                    with_article(is),
                    value.fault("").place()
                ));
                return;
            }
            let help = if wanted == "string" && is_scalar {
                format!("quote it: '{}'", written.trim_matches([' ', '`']))
            } else {
                "fix the value, or the type".to_owned()
            };
            self.faults.add(
                value
                    .fault(format!(
                        "{what} of type {wanted} is {}{written}",
                        with_article(is)
                    ))
                    .help(help),
            );
        } else if let Some(number) = value.number()
            && loses_digits(number)
        {
            self.faults.add(
                value
                    .fault(format!("{what} is `{number}`, which no program reads as that number"))
                    .help("write fewer digits; if they matter, the schema is a string and the value is quoted"),
            );
        }
    }
}

/// The schema that says what a value looks like: itself, or the one that it refers to.
fn described(schema: Node<'_>) -> Node<'_> {
    let mut at = schema;
    for _ in 0..HOPS {
        let next = match at.get("allOf") {
            Some(all) if at.get("type").is_none() && all.items().len() == 1 => all.item(0),
            _ => at.reference().map(|_| at),
        };
        let Some(next) = next.map(|next| next.follow()) else {
            break;
        };
        if next == at {
            break;
        }
        at = next;
    }
    at
}

fn form(value: Node<'_>) -> &'static str {
    if value.is_object() {
        "object"
    } else if value.is_list() {
        "array"
    } else if value.str().is_some() {
        "string"
    } else if value.number().is_some() {
        "number"
    } else if value.bool().is_some() {
        "boolean"
    } else {
        "null"
    }
}

fn with_article(form: &str) -> &'static str {
    match form {
        "object" => "a mapping",
        "array" => "a list",
        "string" => "the text",
        "number" => "the number",
        "boolean" => "the boolean",
        _ => "null",
    }
}
