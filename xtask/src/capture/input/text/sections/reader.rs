//! Parses lines into sections and attributes.

use super::facts::{self, Label};
use super::{Kind, Section, Sections, heading, heading_behind};
use crate::capture::input::text::head::is_status;
use crate::capture::input::text::json;
use crate::capture::input::text::source::{COPY_AGAIN, Line, Text};
use crate::capture::input::types::{Typed, typed};
use crate::capture::reading::Attribute;
use crate::diagnostic::{Diagnostic, Result};

/// The next line, as far as it matters for this one.
#[derive(Debug, Clone, Copy)]
struct NextLine {
    /// Whether the next line is a type.
    is_type: bool,
    /// Whether there is no next line.
    is_end: bool,
}

/// What the next line is expected to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Expecting {
    Anything,
    /// Marks of the last attribute.
    Marks,
    /// The rest of a labelled value.
    Value(Label),
}

pub(super) struct Reader<'a> {
    text: &'a Text<'a>,
    names: &'a dyn Fn(Kind) -> Vec<String>,
    /// The names that the section is known to have, besides those that were read.
    open_names: Vec<String>,
    sections: Vec<Section>,
    awaits: Expecting,
    /// The line before, if it may be the name of what follows.
    free: Option<Line<'a>>,
    /// The end of a value on several lines.
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
            awaits: Expecting::Anything,
            free: None,
            skip_to: 0,
            is_cut: false,
        }
    }

    pub(super) fn lines(&mut self, lines: &[Line<'a>]) -> Result<()> {
        for (index, line) in lines.iter().enumerate() {
            let next = lines.get(index + 1);
            let ahead = NextLine {
                is_type: next.is_some_and(|next| whole_type(next.text).is_some()),
                is_end: next.is_none(),
            };
            let passed = self.skip_to.saturating_sub(line.at);
            let Some(rest) = line.text.get(passed..) else {
                continue;
            };
            let line = Line {
                text: rest.trim_start(),
                at: line.at + passed,
            };
            match heading_behind(line.text) {
                Some((before, kind)) => {
                    let text = before;
                    let ahead = NextLine {
                        is_type: false,
                        is_end: false,
                    };
                    self.line(Line { text, ..line }, ahead)?;
                    self.section(kind, line)?;
                }
                None => self.line(line, ahead)?,
            }
        }
        // The text ends where a value is expected, or more of one.
        self.is_cut |= matches!(self.awaits, Expecting::Value(_));
        Ok(())
    }

    pub(super) fn finish(mut self) -> Sections {
        if let Some(section) = self.sections.last_mut() {
            let attributes = &mut section.attributes;
            let lacks_type = |attribute: &Attribute| attribute.type_words.is_none();
            // The text ends between a name and its type.
            if let [others @ .., last] = attributes.as_slice()
                && lacks_type(last)
                && !others.is_empty()
                && !others.iter().any(lacks_type)
            {
                attributes.pop();
                self.is_cut = true;
            } else if self.is_cut
                && let Some(last) = attributes.last_mut()
            {
                last.options.clear();
            }
        }
        Sections {
            all: self.sections,
            is_cut: self.is_cut,
        }
    }

    fn fault(&self, line: Line<'_>, message: impl Into<String>) -> Diagnostic {
        self.text.fault(line.at, message).help(COPY_AGAIN)
    }

    fn line(&mut self, line: Line<'a>, ahead: NextLine) -> Result<()> {
        if line.text.is_empty() {
            return Ok(());
        }
        if let Some(kind) = heading(line.plain())
            && !ahead.is_type
        {
            return self.section(kind, line);
        }
        let Some(kind) = self.sections.last().map(|section| section.kind) else {
            return Ok(());
        };
        if line.text == "Hide child attributes" {
            return Err(self
                .text
                .fault(line.at, "nested attributes are unfolded here")
                .help("fold them on the page, and copy it again: the samples show what they are"));
        }
        if let Expecting::Value(label) = self.awaits {
            return self.value(line, label, ahead);
        }
        if self.awaits == Expecting::Marks {
            let untyped = self
                .attribute()
                .is_some_and(|attribute| attribute.type_words.is_none());
            if let Some(typed) = glued_type(line.text).filter(|_| untyped) {
                return self.describe(&typed, line, ahead);
            }
            if let Some(rest) = self.marks(line) {
                return self.line(rest, ahead);
            }
        }
        let is_known = || self.open_names.iter().any(|name| name == line.text);
        let is_named_like_a_type = ahead.is_type && (is_known() || self.free.is_none());
        if let Some(typed) = whole_type(line.text).filter(|_| !is_named_like_a_type) {
            return self.typed(line, &typed, ahead);
        }
        if let Some(rest) = self.media_or_status(kind, line) {
            return self.line(rest, ahead);
        }
        if !ahead.is_type && self.named(line, ahead)? {
            return Ok(());
        }
        if let Some((before, label, behind)) = facts::label(line.text)
            && self.has_attribute()
        {
            self.words(Line {
                text: before,
                ..line
            });
            self.awaits = Expecting::Value(label);
            self.free = None;
            let value = behind_of(line, behind);
            return if behind.is_empty() {
                Ok(())
            } else {
                self.value(value, label, ahead)
            };
        }
        if let Some(typed) = glued_type(line.text)
            && self.free.is_some_and(|free| is_name(free.text))
        {
            return self.typed(line, &typed, ahead);
        }
        self.words(line);
        Ok(())
    }

    fn section(&mut self, kind: Kind, line: Line<'_>) -> Result<()> {
        if matches!(self.awaits, Expecting::Value(_)) {
            return Err(self.fault(line, format!("`{}` is in the place of a value", line.text)));
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
        self.awaits = Expecting::Anything;
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

    /// A sentence of the page, which is dropped.
    fn words(&mut self, line: Line<'a>) {
        if line.text.is_empty() {
            return;
        }
        if let Some(section) = self.sections.last_mut() {
            section.names_partner |=
                section.kind == Kind::Authorizations && line.text.contains("partner-level");
        }
        self.awaits = Expecting::Anything;
        self.free = Some(line);
    }

    /// Takes the marks that a line begins with, and gives the rest of the line; none if it begins with no mark.
    fn marks(&mut self, line: Line<'a>) -> Option<Line<'a>> {
        let rest = facts::marks(self.attribute()?, line.text);
        if rest.len() == line.text.len() {
            return None;
        }
        if !rest.is_empty() {
            self.awaits = Expecting::Anything;
        }
        Some(behind_of(line, rest))
    }

    /// A line with a type, of an attribute whose name stands before.
    fn typed(&mut self, line: Line<'a>, typed: &Typed<'a>, ahead: NextLine) -> Result<()> {
        let name = self.free.take().filter(|free| is_name(free.text));
        let Some(name) = name else {
            return Err(self.fault(
                line,
                format!("the type `{}` stands here without a name", typed.words),
            ));
        };
        self.begin(name.text, line)?;
        self.describe(typed, line, ahead)
    }

    /// The type of the last attribute, and what is behind it on the line.
    fn describe(&mut self, typed: &Typed<'a>, line: Line<'a>, ahead: NextLine) -> Result<()> {
        if let Some(attribute) = self.attribute() {
            attribute.type_words = Some(typed.words.to_owned());
            attribute.is_nullable = typed.is_nullable;
        }
        let rest = behind_of(line, typed.rest.trim_start());
        // The title of a schema may stand there.
        if rest.text.starts_with('·') {
            return Ok(());
        }
        self.line(rest, ahead)
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
        self.awaits = Expecting::Marks;
        self.free = None;
        Ok(())
    }

    /// An attribute whose name, and what else there is, stand on one line; known by its name.
    fn named(&mut self, line: Line<'a>, ahead: NextLine) -> Result<bool> {
        let known = self
            .open_names
            .iter()
            .filter(|name| line.text.starts_with(name.as_str()));
        let known = known.max_by_key(|name| name.len()).cloned();
        if let Some(name) = known {
            let rest = &line.text[name.len()..];
            let spaced = rest.trim_start();
            let begins = rest.is_empty()
                || glued_type(spaced).is_some()
                || rest.starts_with(|c: char| c.is_uppercase())
                || facts::is_marked(rest);
            if begins {
                self.begin(&name, line)?;
                self.line(behind_of(line, spaced), ahead)?;
            }
            return Ok(begins);
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
        self.describe(&typed, line, ahead)?;
        Ok(true)
    }

    /// The media type of a body, or the status of a response, that a line begins with; gives the rest of the line.
    fn media_or_status(&mut self, kind: Kind, line: Line<'a>) -> Option<Line<'a>> {
        let section = self.sections.last_mut()?;
        if !matches!(kind, Kind::Body | Kind::Response) || !section.attributes.is_empty() {
            return None;
        }
        if let Some(status) = line.text.get(..3).filter(|status| is_status(status)) {
            let rest = &line.text[3..];
            if !rest.is_empty() && !rest.starts_with(' ') {
                return None;
            }
            section.status.get_or_insert_with(|| status.to_owned());
            self.free = None;
            return Some(behind_of(line, rest.trim_start_matches([' ', '-'])));
        }
        let length = media_length(line.text)?;
        let media = line.text[..length].to_owned();
        section.media.get_or_insert(media);
        self.free = None;
        Some(behind_of(line, line.text[length..].trim_start()))
    }

    /// A labelled value.
    fn value(&mut self, line: Line<'a>, label: Label, ahead: NextLine) -> Result<()> {
        match label {
            Label::Options => return self.options(line, ahead),
            Label::Example => return self.example(line, ahead),
            // There may be more of it than the text has.
            _ if ahead.is_end => return Ok(()),
            _ => {}
        }
        self.awaits = Expecting::Anything;
        self.free = None;
        let done = self
            .attribute()
            .is_none_or(|attribute| facts::value(attribute, label, line.text).is_some());
        if done {
            Ok(())
        } else {
            Err(self.fault(line, format!("`{}` is not understood", line.text)))
        }
    }

    fn options(&mut self, line: Line<'a>, ahead: NextLine) -> Result<()> {
        let Some(attribute) = self.attribute() else {
            return Ok(());
        };
        let read = match facts::options(line.text, &attribute.options) {
            Some(read) => read,
            None if ahead.is_end => return Ok(()),
            None => {
                return Err(self.fault(
                    line,
                    format!("where the options end in `{}` cannot be told", line.text),
                ));
            }
        };
        for option in &read.options {
            if attribute.options.iter().any(|other| other == option) {
                let message = format!("the option `{option}` is listed twice");
                return Err(self.fault(line, message));
            }
            attribute.options.push((*option).to_owned());
        }
        // More of them may follow where the text ends.
        if read.go_on || (read.rest.is_empty() && ahead.is_end) {
            return Ok(());
        }
        self.awaits = Expecting::Anything;
        self.free = None;
        self.line(behind_of(line, read.rest), ahead)
    }

    /// An example: JSON, on as many lines as it takes, or words.
    fn example(&mut self, line: Line<'a>, ahead: NextLine) -> Result<()> {
        let rest = &self.text.all[line.at..];
        let place_of = |index: usize| line.at + index;
        let shown = match json::read(self.text, rest, true, &place_of) {
            Ok(sample) if sample.is_cut => {
                self.skip_to = self.text.all.len();
                return Ok(());
            }
            Ok(sample) => &rest[..sample.end],
            Err(_) if line.text.starts_with(['{', '[']) => {
                return Err(self.fault(line, "this example is not JSON"));
            }
            Err(_) => line.text,
        };
        self.awaits = Expecting::Anything;
        self.free = None;
        self.skip_to = line.at + shown.len();
        let compact = serde_json::from_str::<serde_json::Value>(shown).map(|value| match value {
            serde_json::Value::String(text) => text,
            value => value.to_string(),
        });
        let example = compact.unwrap_or_else(|_| shown.to_owned());
        if let Some(attribute) = self.attribute() {
            attribute.example.get_or_insert(example);
        }
        // What runs into it on its line.
        match line.text.get(shown.len()..) {
            Some(rest) => self.line(behind_of(line, rest.trim_start()), ahead),
            None => Ok(()),
        }
    }
}

/// The rest of a line, which is its end.
fn behind_of<'t>(line: Line<'t>, rest: &'t str) -> Line<'t> {
    Line {
        text: rest,
        at: line.at + line.text.len() - rest.len(),
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

/// The length of the media type that a line begins with. A sentence may run into it.
fn media_length(line: &str) -> Option<usize> {
    let (kind, form) = line.split_once('/')?;
    if !["application", "multipart", "text", "image"].contains(&kind) {
        return None;
    }
    let is_part = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "-+.*".contains(c);
    let length = form.find(|c| !is_part(c)).unwrap_or(form.len());
    (length > 0).then_some(kind.len() + 1 + length)
}
