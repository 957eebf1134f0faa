//! The rules of one domain: what a change causes, and what filters mean. The document states them in `x-domain` by
//! the names of collections and fields. Every change is made in a [`transaction`], which applies them.

pub(crate) mod audit;
pub(crate) mod companies;
pub(crate) mod imports;
pub(crate) mod reactions;
pub(crate) mod threads;
pub(crate) mod transaction;

use std::sync::Arc;

use serde::{Deserialize, de::DeserializeOwned};
use serde_json::Value;

use crate::{
    document::{Document, types::Fields},
    domain::{audit::AuditTrail, companies::Companies, reactions::Reactions, threads::Thread},
    store::{
        collections::{Collection, Collections},
        file_fields::FileFields,
        filter::{FilterTarget, Meaning, Operator, field_at},
    },
};

/// All rules of the document.
#[derive(Default)]
pub(crate) struct Domain {
    /// What the operations declare of their collections.
    pub(crate) collections: Arc<Collections>,
    threads: Vec<Thread>,
    pub(crate) reactions: Vec<Arc<Reactions>>,
    audit: Option<AuditTrail>,
    file_fields: FileFields,
    pub(crate) companies: Option<Companies>,
    /// The meanings of filter parts, by collection.
    meanings: Vec<(String, Meaning)>,
    /// The fields with the time of the last change, by collection.
    update_times: Vec<(String, String)>,
    /// The field that identifies a user.
    user_field: Option<String>,
    /// Collections whose rules contradict the document, with the reason.
    broken: Vec<(String, String)>,
    /// The reasons for invalid rules that name no collection.
    pub(crate) faults: Vec<String>,
}

impl Domain {
    /// Reads the rules of the document; `collections` is what its operations declare.
    pub(crate) fn new(document: &Document, collections: &Arc<Collections>) -> Self {
        let mut domain = Self::default();
        let mut rules = Rules {
            document,
            collections,
            domain: &mut domain,
        };
        let user_field: Vec<String> = rules.read("userField", |name, _| Ok(Some(name)));
        let file_fields = rules.read("uploads", |fields, _| Ok(Some(fields)));
        let companies = rules.read("companies", |rule: Companies, rules| {
            Ok(collection(&rule.collection, rules.document, rules.collections).map(|_| rule))
        });
        let update_times = rules.read("updateTimes", |name: String, rules| {
            Ok(Some(rules.collections_with_update_time(&name)))
        });
        let threads = rules.read("threads", |rule, rules| {
            Thread::new(rule, rules.document, rules.collections)
        });
        let reactions = rules.read("reactions", |rule, rules| {
            Reactions::new(rule, rules.document, rules.collections)
        });
        let audit = rules.read("auditTrail", |rule, rules| {
            AuditTrail::new(rule, rules.document, rules.collections)
        });
        // Operations read import rules themselves. Here only invalid ones are reported.
        rules.read("imports", |_: imports::Rule, _| Ok(None::<()>));
        let meanings = rules.read("filters", |rule: FilterRule, rules| rule.meaning(rules));
        Self {
            collections: Arc::clone(collections),
            threads,
            reactions: reactions.into_iter().map(Arc::new).collect(),
            audit: audit.into_iter().next(),
            file_fields: file_fields.into_iter().next().unwrap_or_default(),
            companies: companies.into_iter().next(),
            meanings,
            update_times: update_times.into_iter().flatten().collect(),
            user_field: user_field.into_iter().next(),
            ..domain
        }
    }

    pub(crate) fn user_field(&self) -> Option<&str> {
        self.user_field.as_deref()
    }

    /// The meanings of filter parts of `collection`.
    pub(crate) fn meanings(&self, collection: &str) -> Vec<Meaning> {
        let meanings = self.meanings.iter();
        meanings
            .filter(|(of, _)| of == collection)
            .map(|(_, meaning)| meaning.clone())
            .collect()
    }

    /// The fields of `collection` that rules fill.
    pub(crate) fn filled_by_rules<'a>(
        &'a self,
        collection: &'a str,
    ) -> impl Iterator<Item = &'a str> {
        let threads = self.threads.iter();
        threads
            .filter(move |thread| thread.holder == collection)
            .filter_map(Thread::latest)
    }

    /// Why nothing can be saved to `collection`, if its rules contradict the document.
    pub(crate) fn broken(&self, collection: &str) -> Option<&str> {
        let mut broken = self.broken.iter();
        let (_, reason) = broken.find(|(of, _)| of == collection)?;
        Some(reason)
    }
}

/// Reads the rules of a document.
struct Rules<'a> {
    document: &'a Document,
    collections: &'a Collections,
    domain: &'a mut Domain,
}

impl Rules<'_> {
    /// Reads the rule or list of rules called `name`. Rules for collections that the document does not have give
    /// nothing.
    fn read<T: DeserializeOwned, M>(
        &mut self,
        name: &str,
        make: impl Fn(T, &Self) -> Result<Option<M>, String>,
    ) -> Vec<M> {
        let rules = match self.document.domain.get(name) {
            None => return Vec::new(),
            Some(Value::Array(rules)) => rules.as_slice(),
            Some(rule) => std::slice::from_ref(rule),
        };
        let mut made = Vec::new();
        for rule in rules {
            let read = T::deserialize(rule).map_err(|error| error.to_string());
            match read.and_then(|read| make(read, self)) {
                Ok(found) => made.extend(found),
                Err(reason) => self.breaks(rule, &format!("`x-domain.{name}`: {reason}")),
            }
        }
        made
    }

    fn breaks(&mut self, rule: &Value, reason: &str) {
        let named = ["collection", "holder", "held"]
            .into_iter()
            .filter_map(|name| rule.get(name)?.as_str());
        let broken: Vec<_> = named
            .map(|collection| (collection.to_owned(), reason.to_owned()))
            .collect();
        if broken.is_empty() {
            self.domain.faults.push(reason.to_owned());
        }
        self.domain.broken.extend(broken);
    }

    /// The collections with the update time `name`, except those where callers send it.
    fn collections_with_update_time(&self, name: &str) -> Vec<(String, String)> {
        let tells = |collection: &Collection| {
            let field = collection.fields.get(name);
            let field = field.map(|id| self.document.types.get(*id));
            field.is_some_and(|field| field.format() == Some("date-time"))
                && collection.sent(name).is_none()
        };
        self.collections
            .iter()
            .filter(|(_, collection)| tells(collection))
            .map(|(collection, _)| (collection.to_owned(), name.to_owned()))
            .collect()
    }
}

/// A collection by name, with its fields, if the document has it.
fn collection<'a>(
    name: &str,
    document: &'a Document,
    collections: &'a Collections,
) -> Option<(&'a Collection, Fields<'a>)> {
    let found = collections.get(name)?;
    Some((found, document.types.fields(&found.fields)))
}

/// The error of a rule about a field that is missing or of another type.
fn missing_field(collection: &str, field: &str) -> String {
    format!("entities in `{collection}` have no field `{field}` of the right type")
}

/// The meaning of one part of a filter.
#[derive(Deserialize)]
struct FilterRule {
    collection: String,
    /// The part, as a path with dots.
    asks: String,
    /// The compared field, as a path with dots; without one, the part is about something that entities do not show.
    field: Option<String>,
    /// The comparison, if the filter has no operators.
    by: Option<Operator>,
}

impl FilterRule {
    fn meaning(self, rules: &Rules<'_>) -> Result<Option<(String, Meaning)>, String> {
        let Some((_, fields)) = collection(&self.collection, rules.document, rules.collections)
        else {
            return Ok(None);
        };
        let of = match &self.field {
            None => FilterTarget::Hidden,
            Some(field) => {
                let place: Vec<_> = field.split('.').map(str::to_owned).collect();
                if field_at(fields, &place).is_none() {
                    return Err(missing_field(&self.collection, field));
                }
                FilterTarget::Field(place, self.by)
            }
        };
        let asks = self.asks;
        Ok(Some((self.collection, Meaning { asks, of })))
    }
}
