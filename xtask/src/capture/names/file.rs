//! Reads `openapi/names.yaml`, the names that people chose.

use indexmap::IndexMap;

use super::Page;
use crate::diagnostic::{Diagnostic, Faults};
use crate::document::{Document, Node};
use crate::layout::{Checkout, NAMES};

/// The chosen names, each under the name that the rule would make.
#[derive(Debug, Default)]
pub struct Chosen {
    /// Resources, by `section` or `section/page`.
    pub(super) resources: Table,
    /// Tags, by `section`.
    pub(super) tags: Table,
    /// Operation ids, by `section/page`.
    pub(super) operations: Table,
    /// Types of properties, by `property`, `property.property` or `Type.property`.
    pub(super) properties: Table,
    /// Types, by the name that the rule makes.
    pub(super) schemas: Table,
    /// Types of a single page.
    pub(super) of_pages: IndexMap<String, Table>,
}

/// Names by what they are names of.
pub(super) type Table = IndexMap<String, Entry>;

/// A name that a person chose.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) name: String,
    /// Its place in the file.
    pub(super) line: usize,
}

impl Chosen {
    /// Reads the names of a checkout. There may be none.
    pub fn read(checkout: &Checkout, faults: &Faults) -> Self {
        if !checkout.resolve(NAMES).exists() {
            return Self::default();
        }
        let text = faults.take(checkout.read(NAMES)).unwrap_or_default();
        Self::from_text(&text, faults)
    }

    /// Reads them from a text.
    pub fn from_text(text: &str, faults: &Faults) -> Self {
        let mut chosen = Self::default();
        let is_empty = text
            .lines()
            .all(|line| line.is_empty() || line.starts_with('#'));
        let document = (!is_empty)
            .then(|| Document::parse(NAMES, text, faults))
            .flatten();
        let Some(document) = document else {
            return chosen;
        };
        for (part, names) in document.root().entries() {
            match part {
                "resources" => table(&names, is_type, &mut chosen.resources, faults),
                "tags" => table(&names, is_tag, &mut chosen.tags, faults),
                "operations" => table(&names, is_operation, &mut chosen.operations, faults),
                "properties" => table(&names, is_type_or_text, &mut chosen.properties, faults),
                "schemas" => chosen.read_schemas(&names, faults),
                _ => faults.add(names.fault(format!("`{part}` is not a part of the names")).help(
                    "the parts are `resources`, `tags`, `operations`, `properties` and `schemas`",
                )),
            }
        }
        chosen
    }

    /// The chosen operation id of a page.
    pub fn operation(&self, page: &Page) -> Option<&str> {
        self.operations
            .get(&page.key())
            .map(|entry| entry.name.as_str())
    }

    /// The chosen name of a schema of a page, by the rule's name.
    pub fn schema(&self, page: &Page, name: &str) -> Option<&str> {
        let of_page = self
            .of_pages
            .get(&page.key())
            .and_then(|names| names.get(name));
        let entry = of_page.or_else(|| self.schemas.get(name));
        entry.map(|entry| entry.name.as_str())
    }

    fn read_schemas(&mut self, names: &Node<'_>, faults: &Faults) {
        for (key, value) in names.entries() {
            if key.contains('/') {
                let of_page = self.of_pages.entry(key.to_owned()).or_default();
                table(&value, is_type, of_page, faults);
            } else {
                entry(key, &value, is_type, &mut self.schemas, faults);
            }
        }
    }

    /// Every name: the part that it stands in, the page that it is of (if it is of one), what it is of, and itself.
    pub(super) fn entries(&self) -> impl Iterator<Item = (&'static str, &str, &str, &Entry)> {
        let plain = [
            ("resources", &self.resources),
            ("tags", &self.tags),
            ("operations", &self.operations),
            ("properties", &self.properties),
            ("schemas", &self.schemas),
        ];
        let plain = plain.into_iter().flat_map(|(part, table)| {
            table
                .iter()
                .map(move |(key, entry)| (part, "", key.as_str(), entry))
        });
        let of_pages = self.of_pages.iter().flat_map(|(page, table)| {
            table
                .iter()
                .map(move |(key, entry)| ("schemas", page.as_str(), key.as_str(), entry))
        });
        plain.chain(of_pages)
    }
}

fn table(names: &Node<'_>, is_right: fn(&str) -> bool, into: &mut Table, faults: &Faults) {
    if !names.is_object() {
        faults.add(
            names
                .fault("this is not a table of names")
                .help("write `what it names: Name` pairs, or leave the key out"),
        );
    }
    for (key, name) in names.entries() {
        entry(key, &name, is_right, into, faults);
    }
}

fn entry(
    key: &str,
    name: &Node<'_>,
    is_right: fn(&str) -> bool,
    into: &mut Table,
    faults: &Faults,
) {
    let line = name.origin().line().unwrap_or_default();
    match name.str() {
        Some(text) if is_right(text) => {
            let name = text.to_owned();
            into.insert(key.to_owned(), Entry { name, line });
        }
        _ => faults.add(name.fault(format!("the name of `{key}` is not valid")).help(
            "a type is written `LikeThis`, an operation `likeThis`, a tag `like-this`; the keys of one page's types stand below `section/page:`",
        )),
    }
}

pub(in crate::capture) fn is_type(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_uppercase()) && name.chars().all(is_plain)
}

fn is_type_or_text(name: &str) -> bool {
    name == TEXT || is_type(name)
}

pub(super) fn is_operation(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_lowercase()) && name.chars().all(is_plain)
}

pub(super) fn is_tag(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_lowercase())
        && name
            .chars()
            .all(|c| c == '-' || c.is_ascii_lowercase() || c.is_ascii_digit())
}

fn is_plain(c: char) -> bool {
    c.is_ascii_alphanumeric()
}

/// Said of a property whose values look like those of an enum, and are plain texts.
pub(super) const TEXT: &str = "string";

/// A fault of the names.
pub(super) fn fault(line: usize, message: String) -> Diagnostic {
    Diagnostic::new(NAMES, message).line(line)
}
