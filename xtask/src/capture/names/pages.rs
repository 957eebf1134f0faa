//! Names a page, its resource and its operation.

use std::collections::BTreeSet;

use heck::ToSnakeCase;

use super::Chosen;
use crate::capture::location::Address;
use crate::capture::naming::{camel, folder, kebab, pascal, plural, singular};
use crate::capture::reading::Reading;

/// The page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// The folder of its section.
    pub section: String,
    /// Its file, without the ending.
    pub page: String,
    /// Its title.
    pub title: String,
}

/// Pages by what they are about.
pub trait Titled {
    /// The resources of all of them. Pages without a verb are of reports, and no entities.
    fn entities(&self, chosen: &Chosen) -> BTreeSet<String>;
}

impl Titled for [Page] {
    fn entities(&self, chosen: &Chosen) -> BTreeSet<String> {
        let are_entities = self.iter().filter(|page| page.title_words().0.is_some());
        are_entities.map(|page| page.resource(chosen)).collect()
    }
}

/// Verbs at the beginning of titles.
const VERBS: &[&str] = &[
    "add", "archive", "audit", "cancel", "create", "delete", "download", "export", "get", "import",
    "invite", "link", "list", "pay", "query", "request", "save", "send", "sync", "unlink",
    "update", "upload", "void",
];

impl Page {
    /// The page of a reading. What its address does not say, its section and its title do.
    pub fn of(reading: &Reading) -> Option<Self> {
        let address = reading.address.as_deref().and_then(Address::read);
        // An address elsewhere than in the reference names its page otherwise.
        let (by_section, by_page) = match address {
            Some(Address {
                section: Some(section),
                page,
                ..
            }) => (Some(section), Some(page)),
            _ => (None, None),
        };
        let section = reading.section.as_deref().map(folder).or(by_section)?;
        let page = by_page.unwrap_or_else(|| kebab(&reading.title));
        let title = reading.title.clone();
        (is_name(&section) && is_name(&page)).then_some(Self {
            section,
            page,
            title,
        })
    }

    /// `section/page`.
    pub fn key(&self) -> String {
        format!("{}/{}", self.section, self.page)
    }

    /// The resource of the page, as a type.
    pub fn resource(&self, chosen: &Chosen) -> String {
        let entry = chosen.resources.get(&self.key());
        match entry.or_else(|| chosen.resources.get(&self.section)) {
            Some(entry) => entry.name.clone(),
            None => pascal(&self.about().join(" ")),
        }
    }

    /// The resource of the page by the rule: from its title, or its section if that ends with it.
    fn about(&self) -> Vec<String> {
        let (verb, noun, _) = self.title_words();
        let section = self.section_words();
        let noun = match verb {
            Some(_) => one(noun),
            None => noun,
        };
        match noun.is_empty() || section.ends_with(&noun) {
            true => section,
            false => noun,
        }
    }

    /// The `operationId`.
    pub fn operation(&self, chosen: &Chosen) -> String {
        if let Some(entry) = chosen.operations.get(&self.key()) {
            return entry.name.clone();
        }
        let (verb, noun, rest) = self.title_words();
        let Some(verb) = verb else {
            return camel(&format!("get {}", [noun, rest].concat().join(" ")));
        };
        let (about, section) = (one(noun.clone()), self.section_words());
        let of_section = chosen.resources.get(&self.section);
        let full = match of_section {
            Some(entry) if section.ends_with(&about) => words_of(&entry.name),
            _ if section.ends_with(&about) => section,
            _ => about.clone(),
        };
        let noun = match noun == about || full.is_empty() {
            // There is one of it, or nothing tells one from many.
            true if full == about => noun,
            true => full,
            false => many(full),
        };
        camel(&format!("{verb} {} {}", noun.join(" "), rest.join(" ")))
    }

    /// The tag.
    pub fn tag(&self, chosen: &Chosen) -> String {
        if let Some(entry) = chosen.tags.get(&self.section) {
            return entry.name.clone();
        }
        let last = last_part(&self.section);
        match last.strip_suffix("-management") {
            Some(managed) => plural(managed),
            None => last.to_owned(),
        }
    }

    /// The words of the section.
    fn section_words(&self) -> Vec<String> {
        let last = last_part(&self.section);
        let last = last.strip_suffix("-management").unwrap_or(last);
        one(last.split('-').map(str::to_owned).collect())
    }

    /// The verb of the title, if it has one; what it does something to; and what follows that.
    fn title_words(&self) -> (Option<String>, Vec<String>, Vec<String>) {
        let words = self.title.split(|c: char| !c.is_alphanumeric());
        let mut words = words
            .map(str::to_lowercase)
            .filter(|word| !["", "a", "an", "the"].contains(&word.as_str()))
            .peekable();
        let verb = words.next_if(|word| VERBS.contains(&word.as_str()));
        let words: Vec<String> = words.collect();
        let end = words.iter().position(|word| word == "for");
        let (noun, rest) = words.split_at(end.unwrap_or(words.len()));
        (verb, noun.to_vec(), rest.to_vec())
    }
}

/// Whether a folder or a file can be called that.
fn is_name(name: &str) -> bool {
    let is_plain = |c: char| c == '-' || c.is_ascii_lowercase() || c.is_ascii_digit();
    name.starts_with(|first: char| first.is_ascii_alphanumeric()) && name.chars().all(is_plain)
}

fn last_part(section: &str) -> &str {
    section.rsplit("--").next().unwrap_or(section)
}

fn one(mut words: Vec<String>) -> Vec<String> {
    if let Some(last) = words.last_mut() {
        *last = singular(last);
    }
    words
}

fn many(mut words: Vec<String>) -> Vec<String> {
    if let Some(last) = words.last_mut() {
        *last = plural(last);
    }
    words
}

fn words_of(name: &str) -> Vec<String> {
    name.to_snake_case().split('_').map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Faults;

    fn named(section: &str, title: &str, chosen: &str) -> (String, String, String) {
        let chosen = Chosen::from_text(chosen, &Faults::new());
        let page = Page {
            section: section.to_owned(),
            page: kebab(title),
            title: title.to_owned(),
        };
        (
            page.resource(&chosen),
            page.operation(&chosen),
            page.tag(&chosen),
        )
    }

    #[test]
    fn pages_are_named_by_their_titles_and_sections() {
        for (section, title, resource, operation, tag) in [
            (
                "messages",
                "Save messages",
                "Message",
                "saveMessages",
                "messages",
            ),
            (
                "bank-things",
                "Query things",
                "BankThing",
                "queryBankThings",
                "bank-things",
            ),
            (
                "bank-things",
                "Delete thing",
                "BankThing",
                "deleteBankThing",
                "bank-things",
            ),
            (
                "thing-management",
                "Get a thing",
                "Thing",
                "getThing",
                "things",
            ),
            (
                "billing--item-templates",
                "Save billing item templates",
                "BillingItemTemplate",
                "saveBillingItemTemplates",
                "item-templates",
            ),
            (
                "templates",
                "Get chart of things templates",
                "ChartOfThingsTemplate",
                "getChartOfThingsTemplates",
                "templates",
            ),
            (
                "reports",
                "Profit and Loss",
                "ProfitAndLoss",
                "getProfitAndLoss",
                "reports",
            ),
            (
                "gl-entries",
                "Query GL entries",
                "GlEntry",
                "queryGlEntries",
                "gl-entries",
            ),
            (
                "tax-profile",
                "Save tax profile",
                "TaxProfile",
                "saveTaxProfile",
                "tax-profile",
            ),
            (
                "files",
                "Upload file for entity",
                "File",
                "uploadFileForEntity",
                "files",
            ),
            (
                "payroll",
                "Query payroll",
                "Payroll",
                "queryPayroll",
                "payroll",
            ),
        ] {
            let expected = (resource.to_owned(), operation.to_owned(), tag.to_owned());
            assert_eq!(named(section, title, ""), expected, "{title}");
        }
    }

    #[test]
    fn what_a_person_chose_counts() {
        let chosen =
            "resources:\n  tracking--times: TimeEntry\ntags:\n  tracking--times: time-entries\n";
        let times = |title| named("tracking--times", title, chosen);
        let expected = |operation: &str| {
            (
                "TimeEntry".to_owned(),
                operation.to_owned(),
                "time-entries".to_owned(),
            )
        };
        assert_eq!(times("Save times"), expected("saveTimeEntries"));
        assert_eq!(times("Delete time"), expected("deleteTimeEntry"));
    }
}
