//! Finds out which schemas requests carry and which responses and events carry.
//!
//! Requests are written strictly and responses and events are read tolerantly, so a schema can be used in both only if it requires nothing.

use std::collections::{HashMap, HashSet};

use super::Schemas;
use super::operations::Operation;
use super::schemas::{Property, Schema, SchemaKind};
use super::webhooks::Webhook;
use crate::diagnostic::Faults;
use crate::document::Node;

/// Marks which schemas requests, responses and events contain, and checks what each side needs; and, if the operations are all that there
/// are, that each schema is carried by any.
pub(super) fn mark(
    schemas: &mut Schemas<'_>,
    operations: &[Operation<'_>],
    webhooks: &[Webhook<'_>],
    is_whole: bool,
    faults: &Faults,
) {
    let mut made_of = HashSet::new();
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
        made_of.extend(parts_of_request(operation));
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
    let events = webhooks.iter().map(|webhook| webhook.schema.to_owned());
    reach(schemas, events.collect(), |schema| &mut schema.received);
    for schema in schemas.values() {
        if schema.sent || schema.received {
            parts(&schema.node, &mut made_of);
        }
    }
    for schema in schemas.values() {
        let is_needed = !is_whole || made_of.contains(&schema.node.pointer());
        check(schema, is_needed, faults);
    }
    check_can_be_made(schemas, faults);
}

/// The places of the named parts that an object is made of, and of theirs.
fn parts(object: &Node<'_>, made_of: &mut HashSet<String>) {
    for part in object.get("allOf").iter().flat_map(Node::items) {
        let part = part.follow();
        if made_of.insert(part.pointer()) {
            parts(&part, made_of);
        }
    }
}

/// The place of the schema that says which parts a request has, if it has a name.
fn parts_of_request(operation: &Operation<'_>) -> Option<String> {
    if operation.body.parts().is_empty() {
        return None;
    }
    let content = operation.node.get("requestBody")?.follow().get("content")?;
    let (_, described) = content.entries().next()?;
    Some(described.get("schema")?.follow().pointer())
}

/// A request that must hold itself has no end. What can be made is reported from the ends: a schema can if all that it must hold can.
fn check_can_be_made(schemas: &Schemas<'_>, faults: &Faults) {
    let demands = |schema: &Schema<'_>| -> Vec<String> {
        let demanded = schema
            .properties()
            .iter()
            .filter(|property| is_demanded(property));
        demanded
            .filter_map(|property| property.ty.schema())
            .filter(|name| schemas.contains_key(*name))
            .map(str::to_owned)
            .collect()
    };
    let mut missing: HashMap<&str, usize> = HashMap::new();
    let mut waiting: HashMap<String, Vec<&str>> = HashMap::new();
    let mut open = Vec::new();
    for schema in schemas.values() {
        let demanded = demands(schema);
        match demanded.len() {
            0 => open.push(schema.name),
            count => drop(missing.insert(schema.name, count)),
        }
        for name in demanded {
            waiting.entry(name).or_default().push(schema.name);
        }
    }
    while let Some(name) = open.pop() {
        for waiting in waiting.remove(name).unwrap_or_default() {
            if let Some(count) = missing.get_mut(waiting) {
                *count -= 1;
                if *count == 0 {
                    missing.remove(waiting);
                    open.push(waiting);
                }
            }
        }
    }
    for schema in schemas
        .values()
        .filter(|schema| schema.sent && missing.contains_key(schema.name))
    {
        let is_endless = |property: &&Property<'_>| {
            is_demanded(property)
                && property
                    .ty
                    .schema()
                    .is_some_and(|name| missing.contains_key(name))
        };
        for property in schema.properties().iter().filter(is_endless) {
            faults.add(
                property
                    .node
                    .fault(format!(
                        "`{}` must contain `{}`, and so on without end",
                        schema.name, property.name
                    ))
                    .help("remove it from `required`, in the overlay if the page has it"),
            );
        }
    }
}

fn is_demanded(property: &Property<'_>) -> bool {
    property.required && !property.nullable && !property.read_only
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

fn check(schema: &Schema<'_>, is_needed: bool, faults: &Faults) {
    let name = schema.name;
    if !schema.sent && !schema.received {
        if !is_needed {
            faults.add(
                schema
                    .node
                    .fault(format!("no operation uses `{name}`"))
                    .help("drop it, or refer to it"),
            );
        }
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
