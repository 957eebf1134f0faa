//! The names of events, and which entity stands at which path of the API.

use std::collections::HashSet;

use indexmap::IndexMap;

use super::naming;
use crate::api::{Api, Segment};
use crate::diagnostic::Faults;

/// The variant for what no other one is for.
pub const OTHER: &str = "Other";

/// The path of an entity: fixed segments, and nothing in the place of parameters.
pub type EntityPath<'d> = Vec<Option<&'d str>>;

/// How an operation shows what stands at a path. The first of these counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Shown {
    /// By an operation on this path that gets it.
    Got,
    /// By another operation on this path.
    Done,
    /// By one that saves to the collection, or lists it: the path is that of the collection, and an id.
    Listed,
}

/// The variant of each event, in the order of the document.
pub(super) fn names(api: &Api<'_>, faults: &Faults) -> Vec<String> {
    let mut known: Vec<String> = Vec::new();
    for webhook in &api.webhooks {
        let name = naming::variant_name(webhook.name).filter(|name| name != OTHER);
        let name = name.filter(|name| !known.contains(name));
        if name.is_none()
            && let Some(schema) = api.schema(webhook.schema)
        {
            let message = format!(
                "the event `{}` cannot name a variant of its own",
                webhook.name
            );
            faults.add(schema.node.fault(message).help(
                "events are called as their `type` is, in letters and digits, and not `Other`",
            ));
        }
        known.push(name.unwrap_or_default());
    }
    known
}

/// Which entity stands at which path, by what operations show: the schemas by their paths, those that are fixed before the others.
///
/// A path that is concluded from that of a collection counts for types that no operation is on the path of, and where no operation
/// is on it that says something else. What stands at the path of a collection is no entity.
pub fn entities<'d>(
    api: &'d Api<'d>,
    shown: impl IntoIterator<Item = (Shown, &'d [Segment<'d>], String)>,
) -> Vec<(EntityPath<'d>, String)> {
    let served: HashSet<EntityPath<'d>> = api
        .operations
        .iter()
        .map(|operation| unnamed(&operation.segments))
        .collect();
    let mut shown: Vec<_> = shown.into_iter().collect();
    shown.sort_by_key(|(shown, _, _)| *shown);
    let mut by_path: IndexMap<EntityPath<'d>, String> = IndexMap::new();
    let mut placed: HashSet<String> = HashSet::new();
    for (shown, segments, schema) in shown {
        let mut path = unnamed(segments);
        if shown == Shown::Listed {
            path.push(None);
            if placed.contains(&schema) || served.contains(&path) {
                continue;
            }
        } else {
            placed.insert(schema.clone());
        }
        by_path.entry(path).or_insert(schema);
    }
    let is_collection = |path: &EntityPath<'d>| {
        let within = path.iter().copied().chain([None]).collect::<Vec<_>>();
        by_path.contains_key(&within)
    };
    let mut paths: Vec<_> = by_path
        .iter()
        .filter(|(path, _)| !is_collection(path))
        .map(|(path, schema)| (path.clone(), schema.clone()))
        .collect();
    paths.sort_by_key(|(path, _)| {
        let parts = path.iter();
        parts
            .map(|part| (part.is_none(), *part))
            .collect::<Vec<_>>()
    });
    paths
}

/// A path without the names of its parameters.
fn unnamed<'d>(segments: &[Segment<'d>]) -> EntityPath<'d> {
    let parts = segments.iter().map(|segment| match segment {
        Segment::Fixed(text) => Some(*text),
        Segment::Parameter(_) => None,
    });
    parts.collect()
}
