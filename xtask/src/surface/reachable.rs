//! Finds the types to generate: what users pass and receive, and everything in it. A type belongs to the section whose operations use it;
//! if several do, to the section of the resource in its name, or else to the shared section.

use std::collections::{BTreeSet, HashMap};

use indexmap::IndexMap;

use super::{ENVELOPE_TYPES, Need, Needs, SHARED, TypeNames, filters, module, naming};
use crate::api::{Api, Operation, Schema, Webhook};

/// What is known about a type during the search.
#[derive(Default)]
struct Found {
    sections: BTreeSet<String>,
    is_public: bool,
    is_query: bool,
    /// Whether it is used outside of queries.
    is_beside_queries: bool,
    /// The properties that it lacks. A type that is needed whole lacks none.
    without: Option<&'static [&'static str]>,
    /// The section of the resource that it is called after, with the length of that name: the longest counts.
    owner: Option<(usize, String)>,
}

pub(super) fn types<'d>(api: &Api<'d>, needs: &[Needs]) -> IndexMap<&'d str, TypeNames> {
    let mut found: HashMap<&'d str, Found> = HashMap::new();
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
    for name in ENVELOPE_TYPES {
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
                is_query_only: found.is_query
                    || !found.is_beside_queries
                    || filters::condition(api, schema).is_some(),
                fields: fields.collect(),
                variants: Vec::new(),
            },
        );
    }
    types
}

/// How users reach a type.
#[derive(Clone, Copy)]
struct Reached {
    /// Whether it is public.
    is_public: bool,
    /// Whether it is used only in queries.
    is_of_query: bool,
}

const PUBLIC: Reached = Reached {
    is_public: true,
    is_of_query: false,
};

const PRIVATE_QUERY_PART: Reached = Reached {
    is_public: false,
    is_of_query: true,
};

/// What carries a type: an operation, or an event.
struct Carrier<'a> {
    section: &'a str,
    tag: &'a str,
}

impl<'a> Carrier<'a> {
    fn of(operation: &'a Operation<'_>) -> Self {
        Self {
            section: &operation.section,
            tag: operation.tag,
        }
    }

    fn of_event(webhook: &'a Webhook<'_>) -> Self {
        Self {
            section: &webhook.section,
            tag: &webhook.section,
        }
    }
}

struct Visit<'a, 'd> {
    api: &'a Api<'d>,
    carrier: Carrier<'a>,
    found: &'a mut HashMap<&'d str, Found>,
}

impl<'d> Visit<'_, 'd> {
    /// Visits a type and, breadth first, the types in it.
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
        while !open.is_empty() {
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
                self.record(
                    schema,
                    reached,
                    is_query && schema.name == root.name,
                    without,
                );
                let within = if is_query && schema.name == root.name {
                    query_parts(api, schema)
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
        }
    }

    fn record(
        &mut self,
        schema: &Schema<'d>,
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
        let resource = naming::singular_type(&naming::snake(carrier.tag));
        let is_own = schema.name.starts_with(&resource);
        if is_own
            && found
                .owner
                .as_ref()
                .is_none_or(|(length, _)| *length < resource.len())
        {
            found.owner = Some((resource.len(), section));
        }
    }
}

/// What a query is made of: what says how fields are compared is in the open, the objects between are not, nor is an order of
/// two parts, which has methods of its own.
fn query_parts<'a, 'd>(api: &'a Api<'d>, query: &'a Schema<'d>) -> Vec<(&'a Schema<'d>, Reached)> {
    let mut within = Vec::new();
    for field in filters::fields(api, query) {
        let (last, between) = match field.path.split_last() {
            Some(parts) => parts,
            None => continue,
        };
        within.extend(
            between.iter().filter_map(|property| {
                Some((api.schema(property.ty.named()?)?, PRIVATE_QUERY_PART))
            }),
        );
        within.extend(
            last.ty
                .named()
                .and_then(|name| Some((api.schema(name)?, PUBLIC))),
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
                within.push((schema, PRIVATE_QUERY_PART));
                let orders = api.schema(sort.order);
                within.extend(orders.map(|schema| {
                    (
                        schema,
                        Reached {
                            is_of_query: true,
                            ..PUBLIC
                        },
                    )
                }));
            }
            _ => within.push((schema, PUBLIC)),
        }
    }
    // A filter that has nothing to ask about.
    if let Some(filter) = query.property("filter").filter(|filter| !filter.required) {
        within.extend(
            filter
                .ty
                .named()
                .and_then(|name| Some((api.schema(name)?, PRIVATE_QUERY_PART))),
        );
    }
    within
}
