//! Outlines: the member names of an object, with those of the objects in it. Two schemas with similar outlines are the same schema.

use indexmap::IndexMap;
use serde_json::Value;

use crate::capture::reading::Shown;

/// The outline of a value.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Outline {
    /// Unknown.
    Unknown,
    /// A scalar, or a free-form object.
    Plain,
    /// A list.
    List(Box<Outline>),
    /// An object.
    Object {
        members: IndexMap<String, Outline>,
        /// Whether there may be more: the text ends within it.
        is_open: bool,
    },
}

/// The two members of the site's sample of a free-form object.
const FREE: [&str; 2] = ["internal_key", "some_other_field"];

/// Whether these are the members of the site's sample of a free-form object.
pub(crate) fn is_free(members: &[(String, Shown)]) -> bool {
    !members.is_empty()
        && members.len() <= FREE.len()
        && members
            .iter()
            .zip(FREE)
            .all(|((name, _), free)| name == free)
}

impl Outline {
    /// The outline of a sample. `is_cut`: the text ends within it.
    pub(crate) fn of(shown: &Shown, is_cut: bool) -> Self {
        match shown {
            Shown::Cut => Self::Unknown,
            Shown::Recursion | Shown::RecursiveList => Self::Unknown,
            Shown::Placeholder(_) | Shown::Written(_) => Self::Plain,
            Shown::Object(members) if members.is_empty() && !is_cut || is_free(members) => {
                Self::Plain
            }
            Shown::Object(members) => Self::of_members(members, is_cut),
            Shown::List(items) => {
                let last = items.len().saturating_sub(1);
                let items = items.iter().enumerate();
                let items = items.map(|(index, item)| Self::of(item, is_cut && index == last));
                let all = items.reduce(|all, item| all.with(item));
                Self::List(Box::new(all.unwrap_or(Self::Unknown)))
            }
        }
    }

    /// The outline of an object's members.
    pub(crate) fn of_members(members: &[(String, Shown)], is_cut: bool) -> Self {
        let last = members.len().saturating_sub(1);
        let members = members.iter().enumerate().map(|(index, (name, member))| {
            (name.clone(), Self::of(member, is_cut && index == last))
        });
        Self::Object {
            members: members.collect(),
            is_open: is_cut,
        }
    }

    /// The union of two outlines.
    pub(crate) fn with(self, other: Self) -> Self {
        match (self, other) {
            (
                Self::Object {
                    mut members,
                    is_open,
                },
                Self::Object {
                    members: others,
                    is_open: is_other_open,
                },
            ) => {
                for (name, member) in others {
                    let all = match members.swap_remove(&name) {
                        Some(known) => known.with(member),
                        None => member,
                    };
                    members.insert(name, all);
                }
                Self::Object {
                    members,
                    is_open: is_open && is_other_open,
                }
            }
            (Self::List(a), Self::List(b)) => Self::List(Box::new(a.with(*b))),
            (Self::Unknown, known) | (known, _) => known,
        }
    }

    /// Whether there may be more than it shows.
    pub(crate) fn is_open(&self) -> bool {
        matches!(self, Self::Object { is_open: true, .. })
    }

    /// Whether the two show the same, as far as they go.
    pub(crate) fn is_like(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Unknown, _) | (_, Self::Unknown) => true,
            (Self::Plain, Self::Plain) => true,
            (Self::List(a), Self::List(b)) => a.is_like(b),
            (
                Self::Object {
                    members: a,
                    is_open: is_a_open,
                },
                Self::Object {
                    members: b,
                    is_open: is_b_open,
                },
            ) => {
                let lacks = |from: &IndexMap<String, Self>, of: &IndexMap<String, Self>| {
                    of.keys().any(|name| !from.contains_key(name))
                };
                let common = a
                    .iter()
                    .filter_map(|(name, member)| Some((member, b.get(name)?)));
                (*is_a_open || !lacks(a, b))
                    && (*is_b_open || !lacks(b, a))
                    && common.clone().all(|(a, b)| a.is_like(b))
                    // Of objects with more members, one in common says little.
                    && (common.count() > usize::from(a.len() > 1 && b.len() > 1))
            }
            _ => false,
        }
    }

    /// Whether every member that this shows is shown by the other, too.
    pub(crate) fn is_within(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Object { members: a, .. }, Self::Object { members: b, .. }) => {
                !a.is_empty() && a.keys().all(|name| b.contains_key(name))
            }
            _ => false,
        }
    }

    /// How many members both show, and how many the smaller of the two has.
    pub(crate) fn overlap(&self, other: &Self) -> (usize, usize) {
        match (self, other) {
            (Self::Object { members: a, .. }, Self::Object { members: b, .. }) => {
                let common = a
                    .keys()
                    .filter(|name| b.contains_key(name.as_str()))
                    .count();
                (common, a.len().min(b.len()))
            }
            _ => (0, 0),
        }
    }

    /// The outline of a schema of a captured document.
    pub(crate) fn of_schema(schema: &Value, schemas: &Value, open: &mut Vec<String>) -> Self {
        let reference = schema["$ref"]
            .as_str()
            .or_else(|| schema["allOf"][0]["$ref"].as_str());
        if let Some(reference) = reference {
            let name = reference.rsplit('/').next().unwrap_or_default();
            if open.iter().any(|known| known == name) {
                return Self::Unknown;
            }
            open.push(name.to_owned());
            let outline = Self::of_schema(&schemas[name], schemas, open);
            open.pop();
            return outline;
        }
        match (schema["type"].as_str(), schema["properties"].as_object()) {
            (Some("array"), _) => {
                Self::List(Box::new(Self::of_schema(&schema["items"], schemas, open)))
            }
            (_, Some(properties)) => Self::Object {
                members: (properties.iter())
                    .map(|(name, property)| {
                        (name.clone(), Self::of_schema(property, schemas, open))
                    })
                    .collect(),
                is_open: false,
            },
            _ => Self::Plain,
        }
    }
}
