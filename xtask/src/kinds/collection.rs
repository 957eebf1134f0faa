//! The collection that an operation is about, read off its path: the path without the version of the API.

use serde_json::{Map, Value, json};

use crate::api::{Api, Body, Operation, Segment, Type};

/// The segments of a path, without the version of the API.
pub(super) fn segments<'d>(operation: &Operation<'d>) -> Vec<Segment<'d>> {
    let fixed = operation.fixed();
    let skipped = operation
        .segments
        .iter()
        .filter(|segment| matches!(segment, Segment::Fixed(_)))
        .count()
        - fixed.len();
    operation.segments.iter().skip(skipped).copied().collect()
}

/// The name of a collection: the fixed segments, joined.
pub(super) fn name(segments: &[Segment<'_>]) -> String {
    let fixed = segments.iter().filter_map(|segment| match segment {
        Segment::Fixed(text) => Some(*text),
        Segment::Parameter(_) => None,
    });
    fixed.collect::<Vec<_>>().join("/")
}

/// The collection of a list, and which of its items the list is of.
pub(super) fn list(api: &Api<'_>, operation: &Operation<'_>, item: &str) -> Map<String, Value> {
    let all = segments(operation);
    // A query has a name of its own behind that of the collection.
    let path = match all.as_slice() {
        [path @ .., Segment::Fixed("query")] if operation.method == "POST" => path,
        path => path,
    };
    let mut place = Map::new();
    match path {
        [
            before @ ..,
            Segment::Fixed(parent),
            Segment::Parameter(parameter),
            Segment::Fixed(collection),
        ] => {
            let above = [before, &[Segment::Fixed(collection)]].concat();
            let is_saved = |name: &str| api.operations.iter().any(|other| saves(other, name));
            let collection = if is_saved(&name(&above)) {
                name(&above)
            } else {
                name(path)
            };
            let field = format!("{}Id", singular(parent));
            let mut of = Map::new();
            of.insert(
                "collection".to_owned(),
                name(&[before, &[Segment::Fixed(parent)]].concat()).into(),
            );
            of.insert("parameter".to_owned(), (*parameter).into());
            if api.property(item, &field).is_some() {
                of.insert("field".to_owned(), field.into());
            }
            place.insert("collection".to_owned(), collection.into());
            place.insert("of".to_owned(), of.into());
        }
        [collection @ .., Segment::Parameter(about)] => {
            place.insert("collection".to_owned(), name(collection).into());
            place.insert("about".to_owned(), (*about).into());
        }
        path => {
            place.insert("collection".to_owned(), name(path).into());
        }
    }
    place
}

/// Whether an operation saves to the collection of that name.
fn saves(operation: &Operation<'_>, collection: &str) -> bool {
    operation.method == "POST" && !operation.reads && name(&segments(operation)) == collection
}

/// The `x-kind` of an operation on one object.
pub(super) fn object(api: &Api<'_>, operation: &Operation<'_>, answer: &Type) -> Value {
    let path = segments(operation);
    let has_id = answer
        .schema()
        .is_some_and(|schema| api.property(schema, "id").is_some());
    let sends = !matches!(operation.body, Body::None);
    let method = operation.method.as_str();
    match path.as_slice() {
        _ if operation.reads && method != "GET" => json!({ "is": "computed" }),
        [collection @ .., Segment::Parameter(id)] if !collection.iter().any(is_parameter) => {
            let does = match method {
                "GET" => "get",
                "DELETE" => "delete",
                _ if sends => "update",
                _ => return action(&path),
            };
            json!({ "is": "entity", "does": does, "collection": name(collection), "id": id })
        }
        path if !path.iter().any(is_parameter) => {
            let counterpart =
                |other: &&Operation<'_>| other.method == "GET" && other.path == operation.path;
            match method {
                "GET" => json!({ "is": "singleton", "does": "get", "name": name(path) }),
                "DELETE" => json!({ "is": "singleton", "does": "delete", "name": name(path) }),
                _ if has_id && sends => {
                    json!({ "is": "entity", "does": "create", "collection": name(path) })
                }
                _ if sends && api.operations.iter().any(|other| counterpart(&other)) => {
                    json!({ "is": "singleton", "does": "save", "name": name(path) })
                }
                _ => json!({ "is": "action" }),
            }
        }
        _ if method == "GET" => json!({ "is": "computed" }),
        path => action(path),
    }
}

/// The `x-kind` of an action on an entity whose id is in the path.
fn action(path: &[Segment<'_>]) -> Value {
    let parameter = path.iter().position(is_parameter);
    match parameter.and_then(|at| Some((path.get(..at)?, path.get(at)?))) {
        Some((collection, Segment::Parameter(id))) if !collection.is_empty() => {
            json!({ "is": "action", "collection": name(collection), "id": id })
        }
        _ => json!({ "is": "action" }),
    }
}

fn is_parameter(segment: &Segment<'_>) -> bool {
    matches!(segment, Segment::Parameter(_))
}

/// The singular of a word.
fn singular(plural: &str) -> String {
    match plural.strip_suffix("ies") {
        Some(stem) => format!("{stem}y"),
        None => plural.strip_suffix('s').unwrap_or(plural).to_owned(),
    }
}
