//! Writes and reads the comment at the head of a captured page: its address, and how it was read.

use super::infer::answer::is_query;
use super::infer::draft::Drafts;
use super::names::PageNames;
use super::reading::{Reading, Shown, TextEnd};
use super::report;

/// How the paragraphs begin that the command writes. A paragraph of an existing page that begins otherwise is a person's, and
/// stays.
const OURS: &[&str] = &[
    "http://",
    "https://",
    "What that page states",
    "The text at hand ends",
    EDITION,
];

const EDITION: &str = "On the edition:";

/// What the comment contains besides the reading.
pub(super) struct HeaderInfo<'a> {
    pub(super) reading: &'a Reading,
    pub(super) names: &'a PageNames<'a>,
    /// The folder of the section.
    pub(super) section: &'a str,
    pub(super) drafts: &'a Drafts,
    /// Whether the sample of a side was written as a whole.
    pub(super) is_written: bool,
}

impl HeaderInfo<'_> {
    /// The paragraphs.
    pub(super) fn paragraphs(&self) -> Vec<String> {
        let mut paragraphs = Vec::new();
        paragraphs.extend(self.reading.address.clone());
        paragraphs.push(self.how());
        paragraphs.extend(self.end());
        if !self.reading.remarks.is_empty() {
            let remarks = self.reading.remarks.join(" ");
            let remarks = remarks.strip_prefix("Edition: ").unwrap_or(&remarks);
            paragraphs.push(format!("{EDITION} {remarks}"));
        }
        paragraphs
    }

    fn how(&self) -> String {
        let mut how = vec![format!(
            "What that page states, and nothing more. The page names neither its schemas nor its operation: the names under \
             `components`, the `operationId` and the tag ({}) are ours.",
            match self.section.ends_with(&self.names.tag) {
                true => "from the page's address",
                false => "what its section is about",
            }
        )];
        let path = super::naming::in_path(&self.reading.path);
        if path.into_iter().next().is_some() && self.reading.parameters.is_empty() {
            how.push("The parameters follow from the path.".to_owned());
        }
        if let Some(payload) = &self.reading.request {
            let required = payload
                .attributes
                .iter()
                .find(|attribute| attribute.is_required);
            how.push(match required {
                Some(attribute) => format!(
                    "That the body itself is required follows from its required `{}`.",
                    attribute.name
                ),
                None if payload.attributes.is_empty() => {
                    "That there is a body follows from its sample.".to_owned()
                }
                None => "That there is a body follows from its attributes.".to_owned(),
            });
            if is_query(self.reading) && payload.attributes.is_empty() {
                how.push(
                    "The text at hand does not tell the attributes of the body: `cursor` and `limit` are as the query pages that show \
                     them have them."
                        .to_owned(),
                );
            }
        }
        if self.reading.answer.is_some() || self.reading.request.is_some() {
            how.push(
                "The page folds the attributes of nested objects away, so they are read off its sample: a rendered placeholder \
                 stands as a type, any other value as `example`. Whether such a value was written as an example or is the first of \
                 an enum, the sample cannot tell."
                    .to_owned(),
            );
        }
        let samples = [&self.reading.request, &self.reading.answer];
        let samples = samples
            .into_iter()
            .flatten()
            .filter_map(|payload| payload.sample.as_ref());
        if samples
            .clone()
            .any(|sample| shows(sample, &|shown| *shown == Shown::List(Vec::new())))
        {
            how.push(
                "In this edition samples leave out enums without an example, and show a list of them as `[]`: that such a list is one \
                 of an enum's values is our reading."
                    .to_owned(),
            );
        }
        let is_again = |shown: &Shown| matches!(shown, Shown::Recursion | Shown::RecursiveList);
        if samples.clone().any(|sample| shows(sample, &is_again)) {
            how.push("Where the sample shows `<unknown>` or `<array>`, a schema contains itself, or a list of itself.".to_owned());
        }
        if !report::unsure_numbers(self.drafts).is_empty() {
            how.push("A sample cannot tell whole numbers from others either.".to_owned());
        }
        if self.is_written {
            how.push(
                "The sample stands as `example` of the body where it was written as a whole."
                    .to_owned(),
            );
        }
        how.join(" ")
    }

    fn end(&self) -> Option<String> {
        let quoted = |place: &str| match place.is_empty() {
            true => String::new(),
            false => format!(", at `{place}`"),
        };
        Some(match self.reading.end.as_ref()? {
            TextEnd::RequestSample(place) => format!(
                "The text at hand ends within the sample of the request{}: of what follows, the answer among it, nothing is known \
                 from this page.",
                quoted(place)
            ),
            TextEnd::AnswerSample(place) => format!(
                "The text at hand ends within the sample of the answer{}: of what follows nothing is known from this page.",
                quoted(place)
            ),
            TextEnd::Sections => {
                "The text at hand ends before what the page says in words.".to_owned()
            }
            TextEnd::Section(title, Some(attribute)) => {
                format!(
                    "The text at hand ends within what the page says in words, in the section {title}, at `{attribute}`."
                )
            }
            TextEnd::Section(title, None) => {
                format!(
                    "The text at hand ends within what the page says in words, in the section {title}."
                )
            }
        })
    }
}

/// Whether a sample shows such a value anywhere.
fn shows(shown: &Shown, is_such: &dyn Fn(&Shown) -> bool) -> bool {
    is_such(shown)
        || match shown {
            Shown::Object(members) => members.iter().any(|(_, member)| shows(member, is_such)),
            Shown::List(items) => items.iter().any(|item| shows(item, is_such)),
            _ => false,
        }
}

/// The paragraphs of a page that is captured again: those that a person wrote stay where they are.
pub(super) fn kept(paragraphs: Vec<String>, existing: &[String]) -> Vec<String> {
    let is_ours = |paragraph: &&String| OURS.iter().any(|begin| paragraph.starts_with(begin));
    let mut all = paragraphs;
    all.extend(
        existing
            .iter()
            .filter(|paragraph| !is_ours(paragraph))
            .cloned(),
    );
    all
}

/// The paragraphs of the comment that a text begins with.
pub(super) fn read(text: &str) -> Vec<String> {
    let mut paragraphs: Vec<String> = vec![String::new()];
    for line in text.lines().map_while(|line| line.strip_prefix('#')) {
        let line = line.trim();
        match (line.is_empty(), paragraphs.last_mut()) {
            (false, Some(last)) => {
                if !last.is_empty() {
                    last.push(' ');
                }
                last.push_str(line);
            }
            _ => paragraphs.push(String::new()),
        }
    }
    paragraphs.retain(|paragraph| !paragraph.is_empty());
    paragraphs
}
