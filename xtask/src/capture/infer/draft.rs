//! Drafts of schemas: everything that the samples of a page show of schemas with the same name.

use indexmap::IndexMap;
use serde_json::{Map, Value};

use super::inferred_type::InferredType;
use super::outline::Outline;
use crate::capture::reading::{Attribute, Shown};

/// The drafts of a page, in the order in which they are met.
pub(crate) type Drafts = IndexMap<String, Draft>;

/// A draft of a schema.
#[derive(Debug, Clone)]
pub(crate) enum Draft {
    /// An object.
    Object(Object),
    /// A text of which the page shows some values, or lists all.
    TextSamples(TextSamples),
}

/// A draft of an object.
#[derive(Debug, Clone, Default)]
pub(crate) struct Object {
    pub(crate) slots: IndexMap<String, PropertyDraft>,
    /// Each place that shows it.
    pub(crate) seen: Vec<ObjectSample>,
    pub(crate) outline: Option<Outline>,
    /// Whether requests contain it, and nothing shows that responses do.
    pub(crate) is_sent: bool,
    /// The schema that responses have in its place.
    pub(crate) like: Option<String>,
}

/// A property.
#[derive(Debug, Clone)]
pub(crate) struct PropertyDraft {
    pub(crate) holds: InferredType,
    /// What the page states about it.
    pub(crate) says: Option<Attribute>,
    /// Whether a sample shows it.
    pub(crate) is_shown: bool,
    /// Our description.
    pub(crate) words: Option<&'static str>,
}

/// A place that shows an object.
#[derive(Debug, Clone)]
pub(crate) struct ObjectSample {
    pub(crate) members: Map<String, Value>,
    /// Whether the text ends within it.
    pub(crate) is_cut: bool,
    /// Whether it stands in a value that was written as a whole.
    pub(crate) is_written: bool,
}

/// A text with known values.
#[derive(Debug, Clone, Default)]
pub(crate) struct TextSamples {
    /// The options that the page lists.
    pub(crate) options: Vec<String>,
    /// The value that it shows, of its first place.
    pub(crate) example: Option<String>,
    /// Whether the example is to stand with the schema.
    pub(crate) default: Option<String>,
}

impl PropertyDraft {
    pub(crate) fn shown(holds: InferredType) -> Self {
        Self {
            holds,
            says: None,
            is_shown: true,
            words: None,
        }
    }
}

impl Object {
    /// The place whose values stand as examples beside the properties: one that shows all of them, and was not written as a
    /// whole.
    pub(crate) fn example(&self) -> Option<&ObjectSample> {
        let shown = || {
            self.slots
                .iter()
                .filter(|(_, slot)| slot.is_shown)
                .map(|(name, _)| name)
        };
        let fits = |seen: &&ObjectSample| {
            let last = seen.members.keys().next_back();
            // Of one that is cut off, what stands before the cut counts.
            let end = last
                .filter(|_| seen.is_cut)
                .and_then(|last| self.slots.get_index_of(last));
            let mut wanted = shown().take(end.map_or(usize::MAX, |end| end + 1));
            !seen.is_written
                && seen
                    .members
                    .keys()
                    .all(|name| self.slots.contains_key(name))
                && wanted.all(|name| seen.members.contains_key(name))
        };
        let whole = self.seen.iter().filter(fits).find(|seen| !seen.is_cut);
        whole.or_else(|| self.seen.iter().find(|seen| fits(seen)))
    }
}

/// The value that a sample shows; none where the text ends.
pub(crate) fn value(shown: &Shown) -> Option<Value> {
    use crate::capture::reading::Scalar;
    Some(match shown {
        Shown::Cut => return None,
        Shown::Object(members) => Value::Object(members_of(members)),
        Shown::List(items) => items.iter().filter_map(value).collect(),
        Shown::Written(value) => value.clone(),
        Shown::Recursion => "<unknown>".into(),
        Shown::RecursiveList => "<array>".into(),
        Shown::Placeholder(scalar) => match scalar {
            Scalar::Text => "<string>".into(),
            Scalar::Date => "2023-12-25".into(),
            Scalar::DateTime => "2023-11-07T05:31:56Z".into(),
            Scalar::Email => "jsmith@example.com".into(),
            Scalar::Uuid => "3c90c3cc-0d44-4b50-8888-8dd25736052a".into(),
            Scalar::Bytes => "aSDinaTvuI8gbWludGxpZnk=".into(),
            Scalar::Integer | Scalar::IntegerOrNumber | Scalar::Number => 123.into(),
            Scalar::Flag => true.into(),
        },
    })
}

/// The values of an object's members.
pub(crate) fn members_of(members: &[(String, Shown)]) -> Map<String, Value> {
    let members = members.iter();
    members
        .filter_map(|(name, member)| Some((name.clone(), value(member)?)))
        .collect()
}
