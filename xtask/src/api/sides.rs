//! Sides: what requests carry is written strictly, what answers carry is read tolerantly. A type can be of both sides if
//! nothing is demanded of it.

use super::Schemas;
use super::operations::Operation;
use super::schemas::{Schema, SchemaKind};
use crate::diagnostic::Faults;
use crate::document::Node;

/// Marks which schemas requests and answers carry, and checks what each side needs.
pub(super) fn mark(schemas: &mut Schemas<'_>, operations: &[Operation<'_>], faults: &Faults) {
    for operation in operations {
        let parameters = operation
            .parameters
            .iter()
            .filter_map(|parameter| parameter.ty.named());
        let sent: Vec<String> = operation
            .body
            .schemas()
            .into_iter()
            .chain(parameters)
            .map(str::to_owned)
            .collect();
        let received = operation.success.json().and_then(|ty| ty.named());
        // Errors travel, too: what every status answers is a part of the API.
        let refused = operation
            .node
            .get("responses")
            .into_iter()
            .flat_map(|responses| {
                let schemas = responses.entries().flat_map(|(_, response)| {
                    let content = response.follow().get("content");
                    let described = content.and_then(|content| content.entries().next());
                    let schema = described.and_then(|(_, described)| described.get("schema"));
                    let either = schema.and_then(|schema| schema.get("anyOf"));
                    let schemas = schema
                        .into_iter()
                        .chain(either.iter().flat_map(Node::items).collect::<Vec<_>>());
                    schemas
                        .filter_map(|schema| {
                            schema.reference()?.strip_prefix("#/components/schemas/")
                        })
                        .collect::<Vec<_>>()
                });
                schemas.map(str::to_owned).collect::<Vec<_>>()
            });
        let received: Vec<String> = received
            .map(str::to_owned)
            .into_iter()
            .chain(refused)
            .collect();
        reach(schemas, sent, |schema| &mut schema.sent);
        reach(schemas, received, |schema| &mut schema.received);
    }
    for schema in schemas.values() {
        check(schema, faults);
    }
}

/// Marks the schemas of these names, and those that they are made of.
fn reach<'d>(
    schemas: &mut Schemas<'d>,
    mut names: Vec<String>,
    side: for<'a> fn(&'a mut Schema<'d>) -> &'a mut bool,
) {
    while let Some(name) = names.pop() {
        let Some(schema) = schemas.get_mut(name.as_str()) else {
            continue;
        };
        if !std::mem::replace(side(schema), true) {
            let inner = schema
                .properties()
                .iter()
                .filter_map(|property| property.ty.named());
            names.extend(inner.map(str::to_owned));
        }
    }
}

fn check(schema: &Schema<'_>, faults: &Faults) {
    let name = schema.name;
    if !schema.sent && !schema.received {
        faults.add(
            schema
                .node
                .fault(format!("no operation uses `{name}`"))
                .help("drop it, or refer to it"),
        );
        return;
    }
    if !(schema.sent && schema.received) {
        return;
    }
    if let SchemaKind::Object(properties) = &schema.kind {
        for property in properties {
            let what = if property.required && !property.read_only {
                "has required properties"
            } else if property.read_only {
                "has a property that is never sent"
            } else if property.write_only {
                "has a property that is never received"
            } else {
                continue;
            };
            faults.add(property.node.fault(format!("`{name}` is sent and received, and {what}: `{}`", property.name)).help(
                "give requests a schema of their own: what is sent must be complete, what is received may not be",
            ));
        }
    }
}
