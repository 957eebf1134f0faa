//! Webhooks: the events that the API sends to its users. OpenAPI 3.0 has no word for them, so they stand under `x-webhooks`, as
//! 3.1's do under `webhooks`: each by its name, which is what the event says as its `type`.

use super::operations::{METHODS, section};
use super::schemas::Property;
use super::{Schemas, description_of, page};
use crate::diagnostic::Faults;
use crate::document::Node;

/// The keyword that says where the path of an entity stands, beside the entity: the name of that property.
const ENTITY_AT: &str = "x-entity-at";

/// A kind of event.
#[derive(Debug)]
pub struct Webhook<'d> {
    /// What the event says as its `type`.
    pub name: &'d str,
    /// When it is sent.
    pub description: &'d str,
    /// Its documentation page.
    pub page: &'d str,
    /// The section of the documentation that its page stands in.
    pub section: String,
    /// The schema of the event.
    pub schema: &'d str,
    /// The entity that it tells of, if it carries one.
    pub entity: Option<Carried<'d>>,
}

/// An entity within an event.
#[derive(Debug)]
pub struct Carried<'d> {
    /// The property that holds it.
    pub property: &'d str,
    /// The property that holds its path.
    pub path: &'d str,
}

/// Reads the events. What cannot be read is told, and left out.
pub(super) fn read<'d>(
    root: &Node<'d>,
    schemas: &Schemas<'d>,
    faults: &Faults,
) -> Vec<Webhook<'d>> {
    let webhooks = root.get("x-webhooks");
    let webhooks = webhooks.iter().flat_map(Node::entries);
    webhooks
        .filter_map(|(name, item)| webhook(name, &item, schemas, faults))
        .collect()
}

fn webhook<'d>(
    name: &'d str,
    item: &Node<'d>,
    schemas: &Schemas<'d>,
    faults: &Faults,
) -> Option<Webhook<'d>> {
    let other = item
        .entries()
        .find(|(key, _)| METHODS.contains(key) && *key != "post");
    let Some(node) = item.get("post").filter(|_| other.is_none()) else {
        let fault = item.fault(format!("the event `{name}` is not one that is posted"));
        faults.add(fault.help("describe it under `post`, and under no other method"));
        return None;
    };
    let content = node.get("requestBody").and_then(|body| {
        let content = body.follow().get("content")?.get("application/json")?;
        content.get("schema")
    });
    let schema = content
        .and_then(|schema| schema.reference()?.strip_prefix("#/components/schemas/"))
        .and_then(|name| schemas.get(name))
        .filter(|schema| schema.is_object());
    let Some(schema) = schema else {
        let fault = node.fault(format!("the event `{name}` is no object with a name"));
        faults.add(
            fault.help("refer to its schema under `requestBody.content.application/json.schema`"),
        );
        return None;
    };
    if schema.property("type").is_none() {
        let fault = schema
            .node
            .fault(format!("the event `{name}` has no `type`"));
        faults.add(fault.help("events are told apart by their `type`: describe it"));
    }
    if node.get("externalDocs").is_none() {
        let fault = node.fault(format!(
            "the event `{name}` does not name its documentation page"
        ));
        faults.add(fault.help("give the page's address as `externalDocs: {url: …}`"));
    }
    let mut carried = schema
        .properties()
        .iter()
        .filter_map(|property| entity(property, schema.properties(), faults));
    let entity = carried.next();
    if carried.next().is_some() {
        let fault = schema
            .node
            .fault(format!("the event `{name}` carries several entities"));
        faults.add(fault.help(format!("mark one property with `{ENTITY_AT}`")));
    }
    Some(Webhook {
        name,
        description: description_of(&node, "description"),
        page: page(&node, faults).unwrap_or_default(),
        section: section(&node, "webhooks"),
        schema: schema.name,
        entity,
    })
}

fn entity<'d>(
    property: &Property<'d>,
    beside: &[Property<'d>],
    faults: &Faults,
) -> Option<Carried<'d>> {
    let mark = property.node.get(ENTITY_AT)?;
    let path = mark
        .str()
        .filter(|path| beside.iter().any(|property| property.name == *path));
    if path.is_none() {
        let fault = mark.fault(format!("`{ENTITY_AT}` names no property of the event"));
        faults.add(fault.help("name the property that holds the path of the entity"));
    }
    Some(Carried {
        property: property.name,
        path: path?,
    })
}
