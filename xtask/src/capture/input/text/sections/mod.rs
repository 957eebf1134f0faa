//! Parses the sections of attributes below the samples of a page.
//!
//! ```text
//! Path Parameters          a heading
//!
//! id                       the name of an attribute
//! string                   its type
//! required                 a mark
//!
//! A sentence.              dropped
//!
//! Required range: x <= 250 a labelled value
//! ```
//!
//! Some copies lack line breaks or types; then the samples tell which words are names.

mod facts;
mod reader;

use self::reader::Reader;
use super::source::Text;
use crate::capture::reading::Attribute;
use crate::diagnostic::Result;

/// A section of a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Authorizations,
    Path,
    Query,
    Headers,
    Body,
    Response,
}

/// The sections.
const HEADINGS: [(Kind, &str); 6] = [
    (Kind::Authorizations, "Authorizations"),
    (Kind::Path, "Path Parameters"),
    (Kind::Query, "Query Parameters"),
    (Kind::Headers, "Headers"),
    (Kind::Body, "Body"),
    (Kind::Response, "Response"),
];

impl Kind {
    /// The heading.
    pub(super) fn title(self) -> &'static str {
        HEADINGS
            .iter()
            .find(|(kind, _)| *kind == self)
            .map_or("", |(_, title)| title)
    }

    /// Its place on the page. The sections of parameters stand in any order.
    fn rank(self) -> u8 {
        match self {
            Self::Authorizations => 0,
            Self::Path | Self::Query | Self::Headers => 1,
            Self::Body => 2,
            Self::Response => 3,
        }
    }
}

/// A section that was read.
#[derive(Debug)]
pub(super) struct Section {
    pub(super) kind: Kind,
    pub(super) attributes: Vec<Attribute>,
    pub(super) media: Option<String>,
    pub(super) status: Option<String>,
    /// Whether its words speak of a token of partner level.
    pub(super) names_partner: bool,
}

/// The sections of a page, as far as the text has them.
#[derive(Debug, Default)]
pub(super) struct Sections {
    pub(super) all: Vec<Section>,
    /// Whether the text ends within the last attribute of the last section.
    pub(super) is_cut: bool,
}

impl Sections {
    /// Whether anything is said of an attribute.
    pub(super) fn say_anything(&self) -> bool {
        let mut sections = self
            .all
            .iter()
            .filter(|section| section.kind != Kind::Authorizations);
        sections.any(|section| !section.attributes.is_empty())
    }

    /// Whether the types of attributes are said.
    pub(super) fn say_types(&self) -> bool {
        let mut attributes = self.all.iter().flat_map(|section| &section.attributes);
        attributes.any(|attribute| attribute.type_words.is_some())
    }
}

/// Reads the sections from there on. The names that each is known to have tell names where types are missing.
pub(super) fn read(
    text: &Text<'_>,
    from: usize,
    names: &dyn Fn(Kind) -> Vec<String>,
) -> Result<Sections> {
    let mut reader = Reader::new(text, names);
    let lines: Vec<_> = text.lines(from, text.all.len()).collect();
    reader.lines(&lines)?;
    Ok(reader.finish())
}

/// Whether a line is the heading of a section.
pub(super) fn is_heading(line: &str) -> bool {
    heading(line).is_some()
}

/// The heading that a line is.
fn heading(line: &str) -> Option<Kind> {
    HEADINGS
        .iter()
        .find(|(_, title)| *title == line)
        .map(|(kind, _)| *kind)
}

/// The heading that a line ends with, where the words before ran into it.
fn heading_behind(line: &str) -> Option<(&str, Kind)> {
    HEADINGS.iter().find_map(|(kind, title)| {
        let before = line.strip_suffix(title)?;
        let last = before.chars().next_back()?;
        let runs_together = match title.contains(' ') {
            true => !last.is_whitespace(),
            false => ".)\"'".contains(last),
        };
        runs_together.then_some((before, *kind))
    })
}
