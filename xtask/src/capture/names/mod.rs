//! Names schemas and operations, which pages do not name: by a rule, or as people chose where the rule makes a poor name.
//!
//! The rule combines the resource that a page is about with the property that something stands under. Chosen names stand in
//! `openapi/names.yaml`, under the name that the rule would make.

mod file;
mod pages;

use std::collections::BTreeSet;

pub use file::Chosen;
pub(super) use file::is_type;
pub use pages::{Page, Titled};

use self::file::{TEXT, Table};
use super::naming::{pascal, singular};
use crate::diagnostic::{Diagnostic, Result};
use crate::layout::NAMES;

/// The parts from which the types of a page are named.
#[derive(Debug)]
pub struct PageNames<'n> {
    chosen: &'n Chosen,
    entities: &'n BTreeSet<String>,
    /// `section/page`.
    pub key: String,
    /// The resource: `BankTransaction`.
    pub resource: String,
    /// The `operationId`.
    pub operation: String,
    /// The part of the client: `bank-transactions`.
    pub tag: String,
}

/// The place of an object or enum that needs a name.
#[derive(Debug, Clone, Copy)]
pub(super) struct NamingContext<'a> {
    /// The type that it stands in.
    pub(super) owner: &'a str,
    /// The type that responses have in the owner's place: of `BankTransactionUpsert`, it is `BankTransaction`.
    pub(super) like: &'a str,
    /// The parent of the owner.
    pub(super) base: &'a str,
    /// The property that the owner stands under.
    pub(super) under: &'a str,
    /// The property that it stands under itself.
    pub(super) property: &'a str,
    /// Whether it is an item of a list.
    pub(super) is_item: bool,
}

/// The source of a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NameSource {
    /// A reference to another entity.
    Reference,
    /// Chosen for the property.
    Property,
    /// Made of the owner and the property.
    Place,
}

impl NamingContext<'_> {
    /// The property, as a part of a name.
    pub(super) fn word(&self) -> String {
        let word = match self.is_item {
            true => pascal(&singular(self.property)),
            false => pascal(self.property),
        };
        // A name without a word of its own would be another's.
        match word.is_empty() {
            true => self.property.to_owned(),
            false => word,
        }
    }
}

impl<'n> PageNames<'n> {
    /// The names of a page.
    pub fn new(page: &Page, chosen: &'n Chosen, entities: &'n BTreeSet<String>) -> Self {
        Self {
            chosen,
            entities,
            key: page.key(),
            resource: page.resource(chosen),
            operation: page.operation(chosen),
            tag: page.tag(chosen),
        }
    }

    /// Whether these can be names. If not, the title of the page says nothing that a name can be made of.
    pub(super) fn check(&self, file: &str) -> Result<()> {
        let wrong = [
            (
                "operation",
                "operations",
                &self.operation,
                file::is_operation as fn(&str) -> bool,
            ),
            ("resource", "resources", &self.resource, file::is_type),
            ("part of the client", "tags", &self.tag, file::is_tag),
        ];
        match wrong.into_iter().find(|(.., name, is_right)| !is_right(name)) {
            None => Ok(()),
            Some((what, table, name, _)) => Err(Diagnostic::new(
                file,
                format!("no {what} can be called `{name}`, as the title and the section of the page have it"),
            )
            .help(format!("choose a name in {NAMES}, below `{table}`"))),
        }
    }

    /// The name of a type for which the rule has this one.
    pub(super) fn chosen(&self, rule: &str) -> String {
        let of_page = self.chosen.of_pages.get(&self.key);
        let entry = of_page
            .and_then(|names| names.get(rule))
            .or_else(|| self.chosen.schemas.get(rule));
        entry.map_or_else(|| rule.to_owned(), |entry| entry.name.clone())
    }

    /// The chosen name for a place.
    fn of_property(&self, at: NamingContext<'_>) -> Option<&'n str> {
        let properties: &'n Table = &self.chosen.properties;
        let property = at.property;
        [
            format!("{}.{property}", at.owner),
            format!("{}.{property}", at.like),
            format!("{}.{property}", at.under),
            property.to_owned(),
        ]
        .iter()
        .find_map(|key| properties.get(key))
        .map(|entry| entry.name.as_str())
    }

    /// The name of an object that responses contain, by the rule, and how it came about. `taken` says whether another shape has a
    /// name already.
    pub(super) fn object(
        &self,
        at: NamingContext<'_>,
        has_id: bool,
        taken: impl Fn(&str) -> bool,
    ) -> (String, NameSource) {
        let by_place = format!("{}{}", at.base, at.word());
        match self.of_property(at).filter(|name| *name != TEXT) {
            Some(name) => return (name.to_owned(), NameSource::Property),
            None if has_id => {
                let referred = [at.word(), by_place.clone()]
                    .iter()
                    .find_map(|name| self.entity(name));
                if let Some(entity) = referred {
                    return (format!("{entity}Reference"), NameSource::Reference);
                }
            }
            None => {}
        }
        let name = match taken(&by_place) {
            true => format!("{}{}", at.owner, at.word()),
            false => by_place,
        };
        (name, NameSource::Place)
    }

    /// The entity whose name these words end with.
    fn entity(&self, words: &str) -> Option<&'n str> {
        let found = self
            .entities
            .iter()
            .filter(|entity| words.ends_with(entity.as_str()));
        found.max_by_key(|entity| entity.len()).map(String::as_str)
    }

    /// The name of an enum; none if a person said that its values are plain texts.
    pub(super) fn texts(&self, at: NamingContext<'_>) -> Option<String> {
        match self.of_property(at) {
            Some(TEXT) => None,
            Some(name) => Some(name.to_owned()),
            None => {
                let owner = match at.property {
                    // Much has a type, and each of them another.
                    "type" => at.like.strip_suffix("Reference").unwrap_or(at.like),
                    _ => at.base,
                };
                Some(self.chosen(&format!("{owner}{}", at.word())))
            }
        }
    }

    /// Whether a person chose a name for what stands there, so that a text there is a value of an enum whatever it looks like.
    pub(super) fn is_texts(&self, at: NamingContext<'_>) -> bool {
        self.of_property(at).is_some_and(|name| name != TEXT)
    }
}

/// What is not in use any more of the names that a person chose, each as a sentence with its place. `has_schema`, `has_page`
/// and `has_section` say what there is.
pub(super) fn unused(
    chosen: &Chosen,
    has_schema: impl Fn(&str) -> bool,
    has_page: impl Fn(&str) -> bool,
    has_section: impl Fn(&str) -> bool,
) -> Vec<Diagnostic> {
    let mut unused = Vec::new();
    for (part, page, key, entry) in chosen.entries() {
        let is_used = match part {
            "resources" => has_page(key) || has_section(key),
            "tags" => has_section(key),
            "operations" => has_page(key),
            "schemas" if !page.is_empty() => has_page(page) && has_schema(&entry.name),
            _ => entry.name == TEXT || has_schema(&entry.name),
        };
        if !is_used {
            let message = format!("nothing is called `{}` (for `{key}`)", entry.name);
            unused.push(
                file::fault(entry.line, message)
                    .help("drop the line, or capture again the page that it is for"),
            );
        }
    }
    unused
}
