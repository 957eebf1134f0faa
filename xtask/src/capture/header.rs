//! The comment at the head of a captured page: where it stands, and how it was read.

use super::infer::Content;
use super::infer::draft::{Draft, Drafts};
use super::infer::holds::Holds;
use super::reading::{End, Reading};

/// How the paragraphs begin that the command writes. A paragraph of an existing page that begins otherwise is a person's, and
/// stays.
const OURS: &[&str] = &[
    "http://",
    "https://",
    "What that page states",
    "The text at hand ends",
    "In remarks on the edition:",
];

/// What the head says beyond the reading.
pub(super) struct About<'a> {
    pub(super) reading: &'a Reading,
    pub(super) address: Option<&'a str>,
    /// The tag, and whether it is the last part of the section.
    pub(super) is_tag_of_address: bool,
    pub(super) drafts: &'a Drafts,
    pub(super) request: Option<&'a super::infer::Body>,
    /// Whether the sample of a side was written as a whole.
    pub(super) is_written: bool,
    pub(super) has_query: bool,
}

impl About<'_> {
    /// The paragraphs.
    pub(super) fn paragraphs(&self) -> Vec<String> {
        let mut paragraphs = Vec::new();
        paragraphs.extend(self.address.map(str::to_owned));
        paragraphs.push(self.how());
        paragraphs.extend(self.end());
        if !self.reading.remarks.is_empty() {
            paragraphs.push(format!(
                "In remarks on the edition: {}",
                self.reading.remarks.join(" ")
            ));
        }
        paragraphs
    }

    fn how(&self) -> String {
        let mut how = vec![format!(
            "What that page states, and nothing more. The page names neither its schemas nor its operation: the names under \
             `components`, the `operationId` and the tag ({}) are ours.",
            match self.is_tag_of_address {
                true => "from the page's address",
                false => "what its section is about",
            }
        )];
        let path = super::assemble::in_path(&self.reading.path);
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
            if self.has_query && payload.attributes.is_empty() {
                how.push(
                    "The text at hand does not tell the attributes of the body: `cursor` and `limit` are as the query pages that show \
                     them have them."
                        .to_owned(),
                );
            }
        }
        let is_known = |content: &Content| !matches!(content, Content::Nothing);
        if self.reading.answer.is_some() || self.request.is_some_and(|body| is_known(&body.content))
        {
            how.push(
                "The page folds the attributes of nested objects away, so they are read off its sample: a rendered placeholder \
                 stands as a type, any other value as `example`. Whether such a value was written as an example or is the first of \
                 an enum, the sample cannot tell."
                    .to_owned(),
            );
        }
        if !numbers(self.drafts).is_empty() {
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
            End::RequestSample(place) => format!(
                "The text at hand ends within the sample of the request{}: of what follows, the answer among it, nothing is known \
                 from this page.",
                quoted(place)
            ),
            End::AnswerSample(place) => format!(
                "The text at hand ends within the sample of the answer{}: of what follows nothing is known from this page.",
                quoted(place)
            ),
            End::Sections => "The text at hand ends before what the page says in words.".to_owned(),
            End::Section(title, Some(attribute)) => {
                format!(
                    "The text at hand ends within what the page says in words, in the section {title}, at `{attribute}`."
                )
            }
            End::Section(title, None) => {
                format!(
                    "The text at hand ends within what the page says in words, in the section {title}."
                )
            }
        })
    }
}

/// The properties that are taken for whole numbers, and may be any.
pub(super) fn numbers(drafts: &Drafts) -> Vec<String> {
    let mut names = Vec::new();
    for (name, draft) in drafts {
        let Draft::Object(object) = draft else {
            continue;
        };
        for (property, slot) in &object.slots {
            if slot.holds == (Holds::Integer { is_sure: false }) {
                names.push(format!("{name}.{property}"));
            }
        }
    }
    names
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
