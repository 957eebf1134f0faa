//! Which types there are: what users hand over and get, and what that is made of. Each stands in the section whose operations
//! carry it; of several, in that of the resource that it is called after, or among what sections share.

use std::collections::{BTreeSet, HashMap};

use indexmap::IndexMap;

use super::{Need, Needs, OF_ENVELOPE, SHARED, TypeNames, filters, module, words};
use crate::api::{Api, Operation, Schema, Webhook};

/// What is known of a type while it is looked for.
#[derive(Default)]
struct Found<'d> {
    sections: BTreeSet<String>,
    is_public: bool,
    is_query: bool,
    /// Whether something else than a query's own parts has it.
    is_beside_queries: bool,
    /// The properties that it is without. One that is needed whole has all.
    without: Option<&'static [&'static str]>,
    /// The section of the resource that it is called after, with the length of that name: the longest counts.
    owner: Option<(usize, String)>,
    /// The nearest operation of each section, with how near it is.
    nearest: HashMap<String, (Rank, &'d str)>,
}

/// How well an operation's page explains a type: of the resource that it is called after, as near to the body as can be, and
/// one that reads rather than one that writes.
type Rank = (bool, usize, bool, usize);

pub(super) fn types<'d>(api: &Api<'d>, needs: &[Needs]) -> IndexMap<&'d str, TypeNames<'d>> {
    let mut found: HashMap<&'d str, Found<'d>> = HashMap::new();
    for (operation, needs) in api.operations.iter().zip(needs) {
        let parameters = operation
            .parameters
            .iter()
            .filter_map(|parameter| parameter.ty.named());
        let parameters = parameters.map(Need::whole);
        let body = operation
            .body
            .schemas()
            .into_iter()
            .filter(|_| !needs.takes_body_apart);
        for need in parameters
            .chain(body.map(Need::whole))
            .chain(needs.types.iter().map(|need| Need {
                schema: need.schema.clone(),
                without: need.without,
            }))
        {
            let is_query = needs.query.as_deref() == Some(&need.schema);
            let mut visit = Visit {
                api,
                carrier: Carrier::of(operation),
                found: &mut found,
            };
            visit.reach(&need, is_query);
        }
    }
    for webhook in &api.webhooks {
        let mut visit = Visit {
            api,
            carrier: Carrier::of_event(webhook),
            found: &mut found,
        };
        visit.reach(&Need::whole(webhook.schema), false);
    }
    for name in OF_ENVELOPE {
        let own = || Found {
            is_public: true,
            is_beside_queries: true,
            ..Found::default()
        };
        found.extend(api.schema(name).map(|schema| (schema.name, own())));
        for inner in api
            .properties(name)
            .iter()
            .filter_map(|property| property.ty.named())
        {
            found.extend(api.schema(inner).map(|schema| (schema.name, own())));
        }
    }
    let mut types = IndexMap::new();
    for (name, schema) in &api.schemas {
        let Some(found) = found.remove(name) else {
            continue;
        };
        let section = match found.sections.len() {
            1 => found.sections.first().cloned().unwrap_or_default(),
            // One that is called after a resource stands with it, whoever else carries it.
            _ => found
                .owner
                .map_or_else(|| SHARED.to_owned(), |(_, section)| section),
        };
        // What sections share is on the pages of all of them: one that a page states for it would change with any other.
        let nearest = found.nearest.get(&section).map(|(_, page)| *page);
        let without = found.without.unwrap_or_default();
        let properties = schema.properties().iter().enumerate();
        let fields = properties
            .filter(|(_, property)| !without.contains(&property.name))
            .filter(|(_, property)| {
                (schema.received || !property.read_only) && (schema.sent || !property.write_only)
            })
            .map(|(index, _)| (index, String::new()));
        types.insert(
            *name,
            TypeNames {
                section,
                is_public: found.is_public,
                is_query: found.is_query,
                is_of_queries: found.is_query
                    || !found.is_beside_queries
                    || filters::condition(api, schema).is_some(),
                page: schema.page.or(nearest),
                fields: fields.collect(),
                variants: Vec::new(),
            },
        );
    }
    types
}

/// How a type is reached.
#[derive(Clone, Copy)]
struct Reached {
    /// Whether users see it.
    is_public: bool,
    /// Whether it is a part of a query and of nothing else.
    is_of_query: bool,
}

const IN_THE_OPEN: Reached = Reached {
    is_public: true,
    is_of_query: false,
};

const BETWEEN: Reached = Reached {
    is_public: false,
    is_of_query: true,
};

/// What carries a type: an operation, or an event.
struct Carrier<'a, 'd> {
    section: &'a str,
    tag: &'a str,
    page: &'d str,
    reads: bool,
    parameters: usize,
}

impl<'a, 'd> Carrier<'a, 'd> {
    fn of(operation: &'a Operation<'d>) -> Self {
        Self {
            section: &operation.section,
            tag: operation.tag,
            page: operation.page,
            reads: operation.reads,
            parameters: operation.parameters.len(),
        }
    }

    fn of_event(webhook: &'a Webhook<'d>) -> Self {
        Self {
            section: &webhook.section,
            tag: &webhook.section,
            page: webhook.page,
            reads: true,
            parameters: 0,
        }
    }
}

struct Visit<'a, 'd> {
    api: &'a Api<'d>,
    carrier: Carrier<'a, 'd>,
    found: &'a mut HashMap<&'d str, Found<'d>>,
}

impl<'d> Visit<'_, 'd> {
    /// Reaches a type, and breadth first what it is made of.
    fn reach(&mut self, need: &Need, is_query: bool) {
        let api = self.api;
        let Some(root) = api.schema(&need.schema) else {
            return;
        };
        let mut open: Vec<(&Schema<'d>, Reached)> = vec![(
            root,
            Reached {
                is_public: true,
                is_of_query: is_query,
            },
        )];
        let mut seen: HashMap<&str, bool> = HashMap::new();
        for distance in 0.. {
            for (schema, reached) in std::mem::take(&mut open) {
                let is_public = reached.is_public;
                let without = if schema.name == root.name {
                    need.without
                } else {
                    &[]
                };
                // Seen in the open counts for more than seen within something private.
                match seen.get(schema.name) {
                    Some(was_public) if *was_public || !is_public => continue,
                    _ => seen.insert(schema.name, is_public),
                };
                self.note(
                    schema,
                    distance,
                    reached,
                    is_query && schema.name == root.name,
                    without,
                );
                let within = if is_query && schema.name == root.name {
                    asked(api, schema)
                } else {
                    let properties = schema.properties().iter();
                    let properties =
                        properties.filter(|property| !without.contains(&property.name));
                    properties
                        .filter_map(|property| {
                            Some((
                                api.schema(property.ty.named()?)?,
                                Reached {
                                    is_of_query: reached.is_of_query && !reached.is_public,
                                    ..reached
                                },
                            ))
                        })
                        .collect()
                };
                open.extend(within);
            }
            if open.is_empty() {
                break;
            }
        }
    }

    fn note(
        &mut self,
        schema: &Schema<'d>,
        distance: usize,
        reached: Reached,
        is_query: bool,
        without: &'static [&'static str],
    ) {
        let carrier = &self.carrier;
        let section = module(carrier.section);
        let found = self.found.entry(schema.name).or_default();
        found.is_public |= reached.is_public;
        found.is_query |= is_query;
        found.is_beside_queries |= !reached.is_of_query;
        found.without = Some(match found.without {
            Some(known) if known.len() < without.len() => known,
            _ => without,
        });
        found.sections.insert(section.clone());
        let resource = words::singular_type(&words::snake(carrier.tag));
        let is_own = schema.name.starts_with(&resource);
        if is_own
            && found
                .owner
                .as_ref()
                .is_none_or(|(length, _)| *length < resource.len())
        {
            found.owner = Some((resource.len(), section.clone()));
        }
        let rank = (!is_own, distance, !carrier.reads, carrier.parameters);
        let nearest = found.nearest.entry(section).or_insert((rank, carrier.page));
        if rank < nearest.0 {
            *nearest = (rank, carrier.page);
        }
    }
}

/// What a query is made of: what says how fields are compared is in the open, the objects between are not, nor is an order of
/// two parts, which has methods of its own.
fn asked<'a, 'd>(api: &'a Api<'d>, query: &'a Schema<'d>) -> Vec<(&'a Schema<'d>, Reached)> {
    let mut within = Vec::new();
    for field in filters::fields(api, query) {
        let (last, between) = match field.path.split_last() {
            Some(parts) => parts,
            None => continue,
        };
        within.extend(
            between
                .iter()
                .filter_map(|property| Some((api.schema(property.ty.named()?)?, BETWEEN))),
        );
        within.extend(
            last.ty
                .named()
                .and_then(|name| Some((api.schema(name)?, IN_THE_OPEN))),
        );
    }
    let sort = filters::sort(api, query);
    for property in query
        .properties()
        .iter()
        .filter(|property| property.name != "filter" || property.required)
    {
        let Some(schema) = property.ty.named().and_then(|name| api.schema(name)) else {
            continue;
        };
        match &sort {
            Some(sort) if sort.property.name == property.name && sort.is_complete => {
                within.push((schema, BETWEEN));
                let orders = api.schema(sort.order);
                within.extend(orders.map(|schema| {
                    (
                        schema,
                        Reached {
                            is_of_query: true,
                            ..IN_THE_OPEN
                        },
                    )
                }));
            }
            _ => within.push((schema, IN_THE_OPEN)),
        }
    }
    // A filter that has nothing to ask about.
    if let Some(filter) = query.property("filter").filter(|filter| !filter.required) {
        within.extend(
            filter
                .ty
                .named()
                .and_then(|name| Some((api.schema(name)?, BETWEEN))),
        );
    }
    within
}
