//! What a target hits is what RFC 9535 says: the same as a library of its own finds.

use std::collections::BTreeSet;

use jsonpath_rust::JsonPath;
use serde_json::{Value, json};

use super::document_of;

const PAGE: &str = "openapi: 3.0.3
paths:
  /v6/things/{id}:
    get:
      operationId: getThing
      tags: [things]
      parameters:
        - {name: id, in: path, required: true, schema: {type: string, minLength: 1}}
        - {name: limit, in: query, schema: {type: integer, maximum: 250}}
        - {name: cursor, in: query, schema: {type: string}}
      responses:
        '200': {$ref: '#/components/responses/Thing'}
    delete:
      operationId: deleteThing
      tags: [things, more]
      deprecated: true
      responses:
        '200': {$ref: '#/components/responses/Thing'}
  /v6/others:
    post:
      operationId: saveOthers
      tags: [others]
      responses:
        '207': {$ref: '#/components/responses/Thing'}
components:
  responses:
    Thing: {description: A thing}
  schemas:
    Thing:
      type: object
      properties:
        id: {type: string, minLength: 1}
        it's: {type: number, minimum: 0.5}
        x y: {type: array, items: {type: integer, minimum: 2}}
";

#[test]
fn targets_hit_what_a_library_finds() {
    for target in [
        "$.paths.*",
        "$.paths['/v6/others'].post",
        "$.paths['/v6/things/{id}']['get','delete']",
        "$.paths[*][?@.tags[0] == 'things']",
        "$.paths[*][?@.tags[0] != 'things']",
        "$.paths[*][?@.tags[-1] == 'more']",
        "$.paths[*][?@.deprecated]",
        "$.paths[*][?!@.deprecated]",
        "$.paths[*][?@.deprecated == true]",
        "$.paths[*].get.parameters[0]",
        "$.paths[*].get.parameters[-1]",
        "$.paths[*].get.parameters[1:]",
        "$.paths[*].get.parameters[::-2]",
        "$.paths[*].get.parameters[?@.schema.maximum > 249]",
        "$.paths[*].get.parameters[?@.schema.maximum >= 250 || @.required == true]",
        "$.paths[*].get.parameters[?@.in == 'query' && @.schema.type == 'string']",
        "$.paths[*].get.parameters[?(@.in == 'query' || @.required) && @.name < 'j']",
        "$.paths[*].get.parameters[?!(@.in == 'query')]",
        "$..properties[*]",
        "$..[?@.minimum]",
        "$..[?@.minimum < 1.5]",
        "$..[?@.minLength == $.paths['/v6/things/{id}'].get.parameters[0].schema.minLength]",
        "$.components.schemas.Thing.properties['it\\'s',\"x y\"]",
        "$.components.schemas['Thing'].properties.id",
    ] {
        assert_eq!(hit(target), found(target), "{target}");
    }
}

/// What an action with the target writes to.
fn hit(target: &str) -> BTreeSet<String> {
    let action = format!(
        "  - {{target: {}, description: 'inferred: so.', update: {{x-secret: true}}}}\n",
        json!(target)
    );
    let document = document_of(PAGE, &action).unwrap_or_else(|faults| panic!("{target}: {faults}"));
    let mut hit = BTreeSet::new();
    let mut open = vec![document.root()];
    while let Some(node) = open.pop() {
        if node.get("x-secret").is_some() {
            hit.insert(node.pointer());
        }
        open.extend(node.entries().map(|(_, member)| member));
        open.extend(node.items());
    }
    hit
}

/// What a library finds at the target, in the document without the action.
fn found(target: &str) -> BTreeSet<String> {
    let document = document_of(PAGE, "").unwrap().to_value();
    let mut places = std::collections::HashMap::new();
    name_places(&document, String::new(), &mut places);
    document
        .query(target)
        .unwrap()
        .into_iter()
        .map(|value| places[&std::ptr::from_ref(value)].clone())
        .collect()
}

fn name_places(
    value: &Value,
    at: String,
    places: &mut std::collections::HashMap<*const Value, String>,
) {
    let step = |key: &str| format!("{at}/{}", key.replace('~', "~0").replace('/', "~1"));
    match value {
        Value::Object(members) => members
            .iter()
            .for_each(|(key, member)| name_places(member, step(key), places)),
        Value::Array(items) => items
            .iter()
            .enumerate()
            .for_each(|(index, item)| name_places(item, step(&index.to_string()), places)),
        _ => {}
    }
    places.insert(std::ptr::from_ref(value), at);
}
