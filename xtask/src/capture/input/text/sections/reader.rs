//! Lines into sections and attributes.

use super::facts::{self, Label};
use super::{Kind, Section, Sections, heading, heading_behind};
use crate::capture::input::text::head::is_status;
use crate::capture::input::text::json;
use crate::capture::input::text::source::{COPY_AGAIN, Line, Text};
use crate::capture::input::types::{Typed, typed};
use crate::capture::reading::Attribute;
use crate::diagnostic::{Diagnostic, Result};

/// What the next line may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Awaits {
    Anything,
    /// What is marked of the last attribute.
    Marks,
    /// More of what stands behind a label.
    Value(Label),
}

pub(super) struct Reader<'a> {
    text: &'a Text<'a>,
    names: &'a dyn Fn(Kind) -> Vec<String>,
    /// The names that the section is known to have, besides those that were read.
    open_names: Vec<String>,
    sections: Vec<Section>,
    awaits: Awaits,
    /// The line before, if it may be the name of what follows.
    free: Option<Line<'a>>,
    /// Where a value ends that takes several lines.
    skip_to: usize,
    /// Whether the text ends within the last attribute.
    is_cut: bool,
}

impl<'a> Reader<'a> {
    pub(super) fn new(text: &'a Text<'a>, names: &'a dyn Fn(Kind) -> Vec<String>) -> Self {
        Self {
            text,
            names,
            open_names: Vec::new(),
            sections: Vec::new(),
            awaits: Awaits::Anything,
            free: None,
            skip_to: 0,
            is_cut: false,
        }
    }

    pub(super) fn lines(&mut self, lines: &[Line<'a>]) -> Result<()> {
        for (index, line) in lines.iter().enumerate() {
            let next = lines.get(index + 1);
            let is_last = next.is_none();
            if line.at < self.skip_to {
                let Some(rest) = line.text.get(self.skip_to - line.at..) else {
                    continue;
                };
                let at = self.skip_to;
                self.line(
                    Line {
                        text: rest.trim_start(),
                        at,
                    },
                    next,
                    is_last,
                )?;
                continue;
            }
            match heading_behind(line.text) {
                Some((before, kind)) => {
                    self.line(
                        Line {
                            text: before,
                            at: line.at,
                        },
                        None,
                        false,
                    )?;
                    self.section(kind, *line)?;
                }
                None => self.line(*line, next, is_last)?,
            }
        }
        // A list of options that the text ends with may have more of them.
        if let Awaits::Value(_) = self.awaits {
            self.is_cut = true;
        }
        Ok(())
    }

    pub(super) fn finish(mut self) -> Sections {
        if self.is_cut
            && let Some(last) = self
                .sections
                .last_mut()
                .and_then(|section| section.attributes.last_mut())
        {
            last.options.clear();
        }
        Sections {
            all: self.sections,
            is_cut: self.is_cut,
        }
    }

    fn fault(&self, line: Line<'_>, message: impl Into<String>) -> Diagnostic {
        self.text.fault(line.at, message).help(COPY_AGAIN)
    }

    fn line(&mut self, line: Line<'a>, next: Option<&Line<'a>>, is_last: bool) -> Result<()> {
        if line.text.is_empty() {
            return Ok(());
        }
        let precedes_type = next.is_some_and(|next| whole_type(next.text).is_some());
        if let Some(kind) = heading(line.plain())
            && !precedes_type
        {
            return self.section(kind, line);
        }
        let Some(kind) = self.sections.last().map(|section| section.kind) else {
            return Ok(());
        };
        if line.text == "Hide child attributes" {
            return Err(self
                .text
                .fault(line.at, "attributes of attributes are unfolded here")
                .help("fold them on the page, and copy it again: the samples show what they are"));
        }
        if let Awaits::Value(label) = self.awaits {
            return self.value(line, label, is_last);
        }
        if let Some((before, label, behind)) = facts::label(line.text)
            && self.has_attribute()
        {
            self.words(Line {
                text: before,
                ..line
            });
            self.awaits = Awaits::Value(label);
            self.free = None;
            if behind.is_empty() {
                return Ok(());
            }
            let at = line.at + (line.text.len() - behind.len());
            return self.value(Line { text: behind, at }, label, is_last);
        }
        if self.awaits == Awaits::Marks && self.marks(line) {
            return Ok(());
        }
        let is_known = || self.open_names.iter().any(|name| name == line.text);
        let is_named_like_a_type = precedes_type && (is_known() || self.free.is_none());
        if let Some(typed) = whole_type(line.text).filter(|_| !is_named_like_a_type) {
            return self.typed(line, &typed);
        }
        if self.media_or_status(kind, line) {
            return Ok(());
        }
        if !precedes_type && self.named(line, is_last)? {
            return Ok(());
        }
        if let Some(typed) = glued_type(line.text)
            && self.free.is_some_and(|free| is_name(free.text))
        {
            return self.typed(line, &typed);
        }
        self.words(line);
        Ok(())
    }

    fn section(&mut self, kind: Kind, line: Line<'_>) -> Result<()> {
        if matches!(self.awaits, Awaits::Value(_)) {
            return Err(self.fault(
                line,
                format!("`{}` stands where a value is expected", line.text),
            ));
        }
        let is_repeated = self.sections.iter().any(|section| section.kind == kind);
        let last = self.sections.last().map(|section| section.kind);
        let message = match last {
            _ if is_repeated => format!("the section `{}` stands here a second time", kind.title()),
            Some(last) if last.rank() > kind.rank() => format!(
                "the section `{}` stands behind `{}`",
                kind.title(),
                last.title()
            ),
            _ => String::new(),
        };
        if !message.is_empty() {
            return Err(self.fault(line, message));
        }
        self.sections.push(Section {
            kind,
            attributes: Vec::new(),
            media: None,
            status: None,
            names_partner: false,
        });
        self.open_names = (self.names)(kind);
        self.awaits = Awaits::Anything;
        self.free = None;
        Ok(())
    }

    fn has_attribute(&self) -> bool {
        self.sections
            .last()
            .is_some_and(|section| !section.attributes.is_empty())
    }

    fn attribute(&mut self) -> Option<&mut Attribute> {
        self.sections.last_mut()?.attributes.last_mut()
    }

    /// Words of the page, of which nothing is kept.
    fn words(&mut self, line: Line<'a>) {
        if line.text.is_empty() {
            return;
        }
        if let Some(section) = self.sections.last_mut() {
            section.names_partner |=
                section.kind == Kind::Authorizations && line.text.contains("partner-level");
        }
        self.awaits = Awaits::Anything;
        self.free = Some(line);
    }

    /// Takes marks that a line begins with, and says whether it did.
    fn marks(&mut self, line: Line<'a>) -> bool {
        let Some(attribute) = self.attribute() else {
            return false;
        };
        let rest = facts::marks(attribute, line.text);
        if rest.len() == line.text.len() {
            return false;
        }
        if !rest.is_empty() {
            let at = line.at + line.text.len() - rest.len();
            self.words(Line { text: rest, at });
        }
        true
    }

    /// A line with a type, of an attribute whose name stands before.
    fn typed(&mut self, line: Line<'a>, typed: &Typed<'a>) -> Result<()> {
        let name = self.free.take().filter(|free| is_name(free.text));
        let Some(name) = name else {
            return Err(self.fault(
                line,
                format!("the type `{}` stands here without a name", typed.words),
            ));
        };
        self.begin(name.text, line)?;
        self.describe(typed, line);
        Ok(())
    }

    fn describe(&mut self, typed: &Typed<'a>, line: Line<'a>) {
        if let Some(attribute) = self.attribute() {
            attribute.type_words = Some(typed.words.to_owned());
            attribute.is_nullable = typed.is_nullable;
        }
        // The title of a schema may stand behind the type.
        let rest = typed.rest.trim_start();
        if !rest.is_empty() && !rest.starts_with('·') {
            let at = line.at + line.text.len() - rest.len();
            let rest = Line { text: rest, at };
            if !self.marks(rest) {
                self.words(rest);
            }
        }
    }

    fn begin(&mut self, name: &str, line: Line<'_>) -> Result<()> {
        let Some(section) = self.sections.last_mut() else {
            return Ok(());
        };
        if section
            .attributes
            .iter()
            .any(|attribute| attribute.name == name)
        {
            let title = section.kind.title();
            return Err(self.fault(line, format!("`{title}` has `{name}` twice")));
        }
        section.attributes.push(Attribute {
            name: name.to_owned(),
            ..Attribute::default()
        });
        self.open_names.retain(|open| open != name);
        self.awaits = Awaits::Marks;
        self.free = None;
        Ok(())
    }

    /// An attribute whose name, and what else there is, stand on one line; known by its name.
    fn named(&mut self, line: Line<'a>, is_last: bool) -> Result<bool> {
        let known = self
            .open_names
            .iter()
            .filter(|name| line.text.starts_with(name.as_str()));
        let known = known.max_by_key(|name| name.len()).cloned();
        if let Some(name) = known {
            let rest = &line.text[name.len()..];
            let spaced = rest.trim_start();
            let typed = typed(spaced).filter(ends_well);
            let begins = rest.is_empty()
                || typed.is_some()
                || rest.starts_with(|c: char| c.is_uppercase())
                || facts::is_marked(rest);
            // The text may end between a name and its type.
            if !begins || (rest.is_empty() && is_last && self.says_types()) {
                self.is_cut |= begins;
                return Ok(begins);
            }
            self.begin(&name, line)?;
            let at = line.at + line.text.len() - spaced.len();
            let rest = Line { text: spaced, at };
            match typed {
                Some(typed) => self.describe(&typed, rest),
                None if !self.marks(rest) && !rest.text.is_empty() => self.words(rest),
                None => {}
            }
            return Ok(true);
        }
        // Without a sample that has it: a name, a type and marks, and nothing else.
        let Some((name, rest)) = line.text.split_once(' ') else {
            return Ok(false);
        };
        let Some(typed) = typed(rest).filter(|typed| {
            is_name(name) && name.starts_with(|c: char| c.is_lowercase()) && only_marks(typed.rest)
        }) else {
            return Ok(false);
        };
        self.begin(name, line)?;
        self.describe(&typed, line);
        Ok(true)
    }

    fn says_types(&self) -> bool {
        let mut attributes = self.sections.iter().flat_map(|section| &section.attributes);
        attributes.any(|attribute| attribute.type_words.is_some())
    }

    /// The media type of a body, or the status of an answer.
    fn media_or_status(&mut self, kind: Kind, line: Line<'_>) -> bool {
        let Some(section) = self.sections.last_mut() else {
            return false;
        };
        if !matches!(kind, Kind::Body | Kind::Response) || !section.attributes.is_empty() {
            return false;
        }
        let parts = line
            .text
            .split_once(" - ")
            .or_else(|| line.text.split_once(' '));
        let (status, media) = match parts {
            Some((status, media)) if is_status(status) => (Some(status), Some(media.trim())),
            Some(_) => return false,
            None if is_status(line.text) => (Some(line.text), None),
            None => (None, Some(line.text)),
        };
        if !media.is_none_or(is_media) {
            return false;
        }
        if let Some(status) = status {
            section.status.get_or_insert_with(|| status.to_owned());
        }
        if let Some(media) = media {
            section.media.get_or_insert_with(|| media.to_owned());
        }
        self.free = None;
        true
    }

    /// What stands behind a label.
    fn value(&mut self, line: Line<'a>, label: Label, is_last: bool) -> Result<()> {
        match label {
            Label::Options => self.options(line, is_last),
            Label::Example => self.example(line),
            _ => {
                self.awaits = Awaits::Anything;
                self.free = None;
                let done = self
                    .attribute()
                    .is_none_or(|attribute| facts::value(attribute, label, line.text).is_some());
                if done || is_last {
                    // Where the text ends in it, it may not be all.
                    return Ok(());
                }
                Err(self.fault(line, format!("`{}` cannot be understood", line.text)))
            }
        }
    }

    fn options(&mut self, line: Line<'a>, is_last: bool) -> Result<()> {
        let before = self
            .attribute()
            .map(|attribute| attribute.options.clone())
            .unwrap_or_default();
        let Some(read) = facts::options(line.text, &before) else {
            return Err(self.fault(
                line,
                format!("where the options end in `{}` cannot be told", line.text),
            ));
        };
        if let Some(attribute) = self.attribute() {
            attribute
                .options
                .extend(read.options.iter().map(|option| (*option).to_owned()));
        }
        let options = [
            before,
            read.options
                .iter()
                .map(|option| (*option).to_owned())
                .collect(),
        ]
        .concat();
        if let Some(twice) = options
            .iter()
            .enumerate()
            .find(|(index, option)| options[..*index].contains(option))
        {
            return Err(self.fault(line, format!("the option `{}` stands here twice", twice.1)));
        }
        if !read.go_on && !is_last {
            self.awaits = Awaits::Anything;
            self.free = None;
        }
        if !read.rest.is_empty() {
            let at = line.at + line.text.len() - read.rest.len();
            self.awaits = Awaits::Anything;
            self.words(Line {
                text: read.rest,
                at,
            });
        }
        Ok(())
    }

    /// An example: JSON, on as many lines as it takes, or words.
    fn example(&mut self, line: Line<'a>) -> Result<()> {
        self.awaits = Awaits::Anything;
        self.free = None;
        let rest = &self.text.all[line.at..];
        let place_of = |index: usize| line.at + index;
        let read = json::read(self.text, rest, true, &place_of);
        let shown = match read {
            Ok(sample) if sample.is_cut => {
                self.is_cut = true;
                self.skip_to = self.text.all.len();
                return Ok(());
            }
            Ok(sample) => {
                self.skip_to = line.at + sample.end;
                &rest[..sample.end]
            }
            Err(_) if line.text.starts_with(['{', '[']) => {
                return Err(self.fault(line, "this example is no JSON"));
            }
            Err(_) => line.text,
        };
        let compact = serde_json::from_str::<serde_json::Value>(shown).map(|value| match value {
            serde_json::Value::String(text) => text,
            value => value.to_string(),
        });
        let example = compact.unwrap_or_else(|_| shown.to_owned());
        if let Some(attribute) = self.attribute() {
            attribute.example.get_or_insert(example);
        }
        // What ran into the example.
        let end = line.at + line.text.len();
        if self.skip_to > line.at && self.skip_to < end {
            let words = &self.text.all[self.skip_to..end];
            let at = self.skip_to;
            self.words(Line {
                text: words.trim(),
                at,
            });
        }
        Ok(())
    }
}

/// The type that a line is, alone or with the title of its schema.
fn whole_type(line: &str) -> Option<Typed<'_>> {
    typed(line).filter(|typed| typed.rest.is_empty() || typed.rest.starts_with(" · "))
}

/// The type that a line begins with, and that marks or words run into.
fn glued_type(line: &str) -> Option<Typed<'_>> {
    typed(line).filter(ends_well)
}

/// Whether a type ends here, and is not the beginning of another word.
fn ends_well(typed: &Typed<'_>) -> bool {
    typed.rest.is_empty()
        || typed
            .rest
            .starts_with(|c: char| c.is_uppercase() || c.is_whitespace())
        || facts::is_marked(typed.rest)
}

fn only_marks(text: &str) -> bool {
    facts::marks(&mut Attribute::default(), text).is_empty()
}

fn is_name(text: &str) -> bool {
    text.starts_with(|c: char| c.is_alphabetic() || c == '_')
        && text
            .chars()
            .all(|c| c.is_alphanumeric() || "_-.$[]".contains(c))
}

fn is_media(text: &str) -> bool {
    text.split_once('/').is_some_and(|(kind, form)| {
        ["application", "multipart", "text", "image"].contains(&kind)
            && !form.is_empty()
            && form
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || "-+.*".contains(c))
    })
}
