//! Writes what codegen infers into the document: the kind of each operation, which enums are open, enum values that only samples
//! show, and the contents that a rule gives to responses. The sandbox and the rules of `overlay/everywhere.yaml` use these.

use serde_json::{Value, json};

use crate::api::{Api, SchemaKind};
use crate::diagnostic::Faults;
use crate::document::{Document, Node};
use crate::kinds;

/// Values to write, by JSON pointer.
type Annotations = Vec<(String, Value)>;

/// Annotations the kinds of all operations that are of one, and the enums of responses as open. What cannot be read is reported when the
/// document is complete.
pub(super) fn write_kinds(document: &mut Document, faults: &Faults) {
    let (api, reading) = (Api::read(document, &Faults::new()), Faults::new());
    let kinds = kinds::recognise(&api, &reading);
    let kinds: Vec<_> = api.operations.iter().zip(kinds).collect();
    let mut annotations = Annotations::new();
    for (schema, of) in kinds
        .iter()
        .filter_map(|(_, kind)| kind.as_ref())
        .flat_map(|kind| kind.envelopes())
    {
        annotations.extend(
            api.schema(&schema)
                .map(|schema| (format!("{}/x-envelope", schema.node.pointer()), of.into())),
        );
    }
    annotations.extend(kinds.into_iter().filter_map(|(operation, kind)| {
        Some((
            format!("{}/x-kind", operation.node.pointer()),
            kind?.x_kind(),
        ))
    }));
    for schema in api.schemas.values() {
        let is_enum = !matches!(schema.kind, SchemaKind::Object(_));
        if is_enum && schema.received && schema.node.get("x-open-enum").is_none() {
            annotations.push((
                format!("{}/x-open-enum", schema.node.pointer()),
                true.into(),
            ));
        }
    }
    write(document, annotations, faults);
}

/// Gives named strings with `x-enum-of-example` the enum of the one value that their example shows. It is open: which others there
/// are is not known.
pub(super) fn fill_enums(document: &mut Document, faults: &Faults) {
    let mut annotations = Annotations::new();
    let root = document.root();
    let schemas = root
        .get("components")
        .and_then(|components| components.get("schemas"));
    for (_, schema) in schemas.iter().flat_map(Node::entries) {
        let Some(mark) = schema.get("x-enum-of-example") else {
            continue;
        };
        if mark.bool() != Some(true) {
            let fault = mark.fault("`x-enum-of-example` says `true`, or is not there");
            faults.add(fault.help("list the values as `enum`, or drop this"));
            continue;
        }
        if schema.get("enum").is_some() {
            continue;
        }
        let Some(example) = schema
            .get("example")
            .filter(|example| example.str().is_some())
        else {
            let fault =
                mark.fault("there is no text as `example` of this schema to make an enum of");
            faults.add(fault.help("list the values as `enum`, or drop this"));
            continue;
        };
        let pointer = schema.pointer();
        annotations.push((format!("{pointer}/enum"), json!([example.to_value()])));
        if schema.get("x-open-enum").is_none() {
            annotations.push((format!("{pointer}/x-open-enum"), true.into()));
        }
    }
    write(document, annotations, faults);
}

/// Gives responses with `x-content-of` the content of the responses that it names.
pub(super) fn fill_contents(document: &mut Document, faults: &Faults) {
    let mut annotations = Annotations::new();
    let paths = document.root().get("paths");
    let operations = paths
        .iter()
        .flat_map(Node::entries)
        .flat_map(|(_, item)| item.entries());
    for (_, operation) in operations {
        let Some(responses) = operation.get("responses") else {
            continue;
        };
        for (_, response) in responses.entries() {
            let Some(of) = response.get("x-content-of") else {
                continue;
            };
            if response.get("content").is_some() {
                continue;
            }
            match content(&responses, &of) {
                Some(content) => {
                    annotations.push((format!("{}/content", response.pointer()), content))
                }
                None => faults.add(
                    of.fault("this names no responses of the operation that carry JSON")
                        .help(
                            "write the statuses as a list, such as `x-content-of: ['200', '401']`",
                        ),
                ),
            }
        }
    }
    write(document, annotations, faults);
}

fn content(responses: &Node<'_>, of: &Node<'_>) -> Option<Value> {
    let mut schemas = Vec::new();
    for status in of.items() {
        let response = responses.get(status.str()?)?.follow();
        schemas.push(
            response
                .get("content")?
                .get("application/json")?
                .get("schema")?
                .to_value(),
        );
    }
    let schema = match schemas.as_slice() {
        [] => return None,
        [only] => only.clone(),
        several => json!({ "anyOf": several }),
    };
    Some(json!({ "application/json": { "schema": schema } }))
}

fn write(document: &mut Document, annotations: Annotations, faults: &Faults) {
    for (pointer, mark) in annotations {
        faults.take(document.set(&pointer, &mark));
    }
}
