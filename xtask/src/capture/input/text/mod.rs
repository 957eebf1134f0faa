//! The copied text of a documentation page.
//!
//! ```text
//! POST                          the method and the path, a part on each line
//! /
//! things
//! Save things                   the title
//! curl --request POST \         the call, with the sample of the request
//!   --data '{ … }'
//! { … }                         the sample of the answer
//! Authorizations                what is said in words
//! …
//! ```
//!
//! Editions of the documentation differ in what they leave out: the method and the path; the indentation of samples; the lines
//! between the call and the answer, or between words. Some have the samples twice. Whatever comes of that is read alike. Words
//! that the page says in sentences are dropped.

mod call;
mod head;
mod json;
mod sections;
mod source;

use self::call::{Call, Word};
use self::head::Head;
use self::json::Sample;
use self::sections::{Kind, Sections};
use self::source::{COPY_AGAIN, Text};
use crate::capture::reading::{
    Attribute, Authorization, End, In, Parameter, Part, PartContent, Payload, Reading, Shown,
};
use crate::diagnostic::Result;

/// What says that an answer has no body.
const NO_BODY: &str = "This response has no body";

/// Reads the text of a page.
pub fn read(file: &str, text: &str) -> Result<Reading> {
    let text = Text::new(file, text);
    let Some(at) = call::find(&text, 0) else {
        return Err(text
            .fault(0, "this is no text of a page: it shows no call (`curl …`)")
            .help("copy the page of an operation, from its title to its end"));
    };
    let mut head = head::read(&text, 0, at);
    let mut shown = Exchange::read(&text, at, &head)?;
    if let Some(again) = call::find(&text, shown.end) {
        let later = head::read(&text, shown.end, again);
        let repeated = Exchange::read(&text, again, &later)?;
        shown.is_same(&text, &repeated, at, again)?;
        shown.end = repeated.end;
        shown.goes_on = repeated.goes_on;
        if let Some(third) = call::find(&text, shown.end) {
            return Err(two_pages(&text, at, third));
        }
        // What stands there without a path are words.
        if later.operation.is_some() {
            head.section = head.section.or(later.section.clone());
            if head.title.is_none() {
                head.title = Some(later.into_title(&text, again)?);
            }
        }
    }
    let (section, address) = (head.section.take(), head.address.take());
    let title = head.into_title(&text, at)?;
    let sections = if shown.goes_on {
        sections::read(&text, shown.end, &|kind| shown.names(kind))?
    } else {
        Sections::default()
    };
    let mut reading = shown.into_reading();
    reading.title = title;
    reading.section = section;
    reading.address = address;
    add_sections(&mut reading, sections);
    Ok(reading)
}

fn two_pages(text: &Text<'_>, first: usize, second: usize) -> crate::diagnostic::Diagnostic {
    text.fault(second, "a second page begins in this text")
        .also("first", text.file, text.line(first))
        .help("put each page into a file of its own")
}

/// A call and its answer.
struct Exchange {
    method: String,
    path: String,
    server: String,
    authorization: Authorization,
    headers: Vec<Attribute>,
    request: Option<Payload>,
    answer: Option<Payload>,
    end_of_samples: Option<End>,
    /// Where it ends in the text.
    end: usize,
    /// Whether the text goes on behind it.
    goes_on: bool,
}

impl Exchange {
    fn read(text: &Text<'_>, at: usize, head: &Head) -> Result<Self> {
        let call = call::read(text, at)?;
        let known = head
            .operation
            .as_ref()
            .map(|operation| operation.path.as_str());
        let (server, path) = call.address(known);
        if let Some(operation) = &head.operation
            && (operation.path != path || operation.method != call.method)
        {
            return Err(text
                .fault(
                    operation.at,
                    format!(
                        "the page is of `{} {}`, and its call is `{} {path}`",
                        operation.method.to_uppercase(),
                        operation.path,
                        call.method.to_uppercase()
                    ),
                )
                .also("call", text.file, text.line(call.at))
                .help(COPY_AGAIN));
        }
        let mut exchange = Self {
            authorization: authorization(&call),
            headers: headers(&call),
            method: call.method.clone(),
            server,
            path,
            request: None,
            answer: None,
            end_of_samples: None,
            end: call.end,
            goes_on: false,
        };
        exchange.request(text, &call)?;
        if call.is_cut {
            exchange
                .end_of_samples
                .get_or_insert(End::RequestSample(String::new()));
        } else {
            exchange.answer(text)?;
        }
        Ok(exchange)
    }

    /// Reads what is sent.
    fn request(&mut self, text: &Text<'_>, call: &Call) -> Result<()> {
        let media = call.header("Content-Type").map(str::to_owned);
        let mut payload = Payload {
            media,
            ..Payload::default()
        };
        let is_form = payload.media.as_deref() == Some("application/x-www-form-urlencoded");
        match (call.data.as_slice(), call.forms.as_slice()) {
            ([], []) => return Ok(()),
            ([data], []) if call::is_json(&data.text) && !is_form => {
                let sample = self.sample(text, data, 0)?;
                payload.sample = Some(sample);
            }
            (fields, []) => {
                payload
                    .media
                    .get_or_insert_with(|| "application/x-www-form-urlencoded".to_owned());
                for field in fields {
                    self.part(text, field, &mut payload.parts)?;
                }
            }
            ([], parts) => {
                payload
                    .media
                    .get_or_insert_with(|| "multipart/form-data".to_owned());
                for part in parts {
                    self.part(text, part, &mut payload.parts)?;
                }
            }
            ([data, ..], _) => {
                return Err(text
                    .fault(data.at, "the call has data and parts of a form")
                    .help(COPY_AGAIN));
            }
        }
        self.request = Some(payload);
        Ok(())
    }

    /// JSON in a word of the call, from there on.
    fn sample(&mut self, text: &Text<'_>, word: &Word, from: usize) -> Result<Shown> {
        let place_of = |index: usize| word.place(from + index);
        let sample = json::read(text, &word.text[from..], word.is_open, &place_of)?;
        let rest = word.text[from + sample.end..].trim_start();
        if !rest.is_empty() {
            let at = word.place(word.text.len() - rest.len());
            return Err(text
                .fault(
                    at,
                    "the quote that ends what is sent is missing before this, or this is too much",
                )
                .help(COPY_AGAIN));
        }
        if sample.is_cut {
            let name = word
                .name()
                .filter(|_| from > 0)
                .map_or("", |(name, _)| name);
            let place = [name, &sample.place]
                .into_iter()
                .filter(|part| !part.is_empty());
            let place = place.collect::<Vec<_>>().join(".");
            self.end_of_samples = Some(End::RequestSample(place));
        }
        Ok(sample.shown)
    }

    fn part(&mut self, text: &Text<'_>, word: &Word, parts: &mut Vec<Part>) -> Result<()> {
        let Some((name, from)) = word.name() else {
            if word.is_open {
                return Ok(());
            }
            return Err(text
                .fault(word.at, format!("`{}` is no field of a form", word.text))
                .help(COPY_AGAIN));
        };
        let name = name.trim().to_owned();
        if parts.iter().any(|part| part.name == name) {
            return Err(text
                .fault(word.at, format!("the call has `{name}` twice"))
                .help(COPY_AGAIN));
        }
        let value = &word.text[from..];
        let content = if value.starts_with('@') {
            PartContent::File
        } else if value.trim_start().starts_with(['{', '[']) {
            PartContent::Json(self.sample(text, word, from)?)
        } else if word.is_open {
            self.end_of_samples = Some(End::RequestSample(name.clone()));
            PartContent::Text(Shown::Cut)
        } else {
            PartContent::Text(Shown::text(value))
        };
        parts.push(Part { name, content });
        Ok(())
    }

    /// Reads what comes back: the JSON that follows the call.
    fn answer(&mut self, text: &Text<'_>) -> Result<()> {
        let mut status = None;
        let lines = text.lines(self.end, text.all.len());
        let mut lines = lines.skip_while(|line| {
            if head::is_status(line.text) {
                status.get_or_insert_with(|| line.text.to_owned());
            }
            head::is_beside(line)
        });
        let Some(line) = lines.next() else {
            self.end_of_samples = Some(End::AnswerSample(String::new()));
            return Ok(());
        };
        let has_none = line.text.starts_with(NO_BODY) || sections::is_heading(line.plain());
        if has_none {
            self.answer = Some(Payload {
                status,
                ..Payload::default()
            });
            self.goes_on = true;
            return Ok(());
        }
        if !line.text.starts_with(['{', '[']) {
            return Err(text
                .fault(
                    line.at,
                    format!(
                        "the sample of the answer is expected here, and not `{}`",
                        line.text
                    ),
                )
                .help(COPY_AGAIN));
        }
        let place_of = |index: usize| line.at + index;
        let Sample {
            shown,
            is_cut,
            place,
            end,
        } = json::read(text, &text.all[line.at..], true, &place_of)?;
        self.end = line.at + end;
        self.goes_on = !is_cut;
        if is_cut {
            self.end_of_samples = Some(End::AnswerSample(place));
        }
        self.answer = Some(Payload {
            status,
            sample: Some(shown),
            ..Payload::default()
        });
        Ok(())
    }

    /// Whether what is shown again is the same, as far as it goes.
    fn is_same(&self, text: &Text<'_>, again: &Self, first: usize, at: usize) -> Result<()> {
        if self.method != again.method || self.path != again.path {
            return Err(two_pages(text, first, at));
        }
        let samples = [
            (&self.request, &again.request),
            (&self.answer, &again.answer),
        ];
        let mut is_same = samples.iter().all(|(first, again)| match (first, again) {
            (Some(first), Some(again)) => {
                is_beginning(again.sample.as_ref(), first.sample.as_ref())
                    && (first.parts == again.parts
                        || again.parts.len() < first.parts.len()
                        || again_is_cut(&again.parts))
            }
            (None, None) => true,
            (Some(_), None) => true,
            (None, Some(_)) => false,
        });
        let ends_early = again.end_of_samples.is_some();
        is_same &= ends_early || (self.request == again.request && self.answer == again.answer);
        if is_same {
            return Ok(());
        }
        Err(text
            .fault(
                at,
                "the text shows the call or its answer a second time, and not as before",
            )
            .help(COPY_AGAIN))
    }

    /// The names that the attributes of a section are known to have.
    fn names(&self, kind: Kind) -> Vec<String> {
        match kind {
            Kind::Authorizations => vec!["Authorization".to_owned()],
            Kind::Path => {
                let parts = self.path.split('{').skip(1);
                parts
                    .filter_map(|part| Some(part.split_once('}')?.0.to_owned()))
                    .collect()
            }
            Kind::Query => Vec::new(),
            Kind::Headers => self
                .headers
                .iter()
                .map(|header| header.name.clone())
                .collect(),
            Kind::Body => self.request.as_ref().map(names).unwrap_or_default(),
            Kind::Response => self.answer.as_ref().map(names).unwrap_or_default(),
        }
    }

    fn into_reading(self) -> Reading {
        let parameters = self.headers.into_iter().map(|attribute| Parameter {
            place: In::Header,
            attribute,
        });
        Reading {
            method: self.method,
            path: self.path,
            server: Some(self.server),
            authorization: self.authorization,
            parameters: parameters.collect(),
            request: self.request,
            answer: self.answer,
            end: self.end_of_samples,
            ..Reading::default()
        }
    }
}

fn again_is_cut(parts: &[Part]) -> bool {
    parts.last().is_some_and(|part| {
        matches!(
            part.content,
            PartContent::Json(_) | PartContent::Text(Shown::Cut)
        )
    })
}

/// Whether a sample that may be cut is how another one begins.
fn is_beginning(part: Option<&Shown>, whole: Option<&Shown>) -> bool {
    match (part, whole) {
        (None | Some(Shown::Cut), _) => true,
        (Some(Shown::Object(part)), Some(Shown::Object(whole))) => {
            part.len() <= whole.len()
                && part.iter().zip(whole).all(|((name, part), (of, whole))| {
                    name == of && is_beginning(Some(part), Some(whole))
                })
        }
        (Some(Shown::List(part)), Some(Shown::List(whole))) => {
            part.len() <= whole.len()
                && part
                    .iter()
                    .zip(whole)
                    .all(|(part, whole)| is_beginning(Some(part), Some(whole)))
        }
        (part, whole) => part == whole,
    }
}

fn authorization(call: &Call) -> Authorization {
    match call.header("Authorization") {
        Some(header) if header.starts_with("Bearer") => Authorization::Bearer,
        Some(header) if header.starts_with("Basic") => Authorization::Basic,
        _ if call.has_user => Authorization::Basic,
        None if !call.is_cut => Authorization::None,
        _ => Authorization::NotShown,
    }
}

/// The headers of a call that are the operation's own.
fn headers(call: &Call) -> Vec<Attribute> {
    let general = ["authorization", "content-type", "accept"];
    let own = call
        .headers
        .iter()
        .filter(|(name, _)| !general.contains(&name.to_ascii_lowercase().as_str()));
    own.map(|(name, content)| Attribute {
        name: name.clone(),
        example: Some(content.clone()).filter(|content| !content.starts_with('<')),
        ..Attribute::default()
    })
    .collect()
}

/// The names of the members of a body, or of its items.
fn names(payload: &Payload) -> Vec<String> {
    let mut sample = payload.sample.as_ref();
    if let Some(Shown::List(items)) = sample {
        sample = items.first();
    }
    match sample {
        Some(Shown::Object(members)) => members.iter().map(|(name, _)| name.clone()).collect(),
        _ => payload.parts.iter().map(|part| part.name.clone()).collect(),
    }
}

/// Adds what the sections say to what the samples show.
fn add_sections(reading: &mut Reading, sections: Sections) {
    let end = reading.end.take().or_else(|| end(reading, &sections));
    reading.end = end;
    let says_types = sections.say_types();
    let mut of_call = std::mem::take(&mut reading.parameters);
    for section in sections.all {
        if section.names_partner {
            reading
                .remarks
                .push("The page asks for a token of partner level.".to_owned());
        }
        let mut add = |place: In| {
            for mut attribute in section.attributes.iter().cloned() {
                let is_it = |shown: &Parameter| {
                    shown.place == place && shown.attribute.name == attribute.name
                };
                if let Some(shown) = of_call.iter().position(is_it) {
                    let shown = of_call.remove(shown).attribute;
                    attribute.example = attribute.example.or(shown.example);
                }
                reading.parameters.push(Parameter { place, attribute });
            }
        };
        match section.kind {
            Kind::Authorizations => {}
            Kind::Path => add(In::Path),
            Kind::Query => add(In::Query),
            Kind::Headers => add(In::Header),
            Kind::Body | Kind::Response => {
                let is_body = section.kind == Kind::Body;
                let payload = if is_body {
                    &mut reading.request
                } else {
                    &mut reading.answer
                };
                let payload = payload.get_or_insert_default();
                payload.media = section.media.or_else(|| payload.media.take());
                payload.status = section.status.or_else(|| payload.status.take());
                payload.attributes = section.attributes;
                mark_files(payload);
                if is_body && says_types && reading.end.is_none() {
                    let said = |name: &String| {
                        payload
                            .attributes
                            .iter()
                            .any(|attribute| attribute.name == *name)
                    };
                    let unsaid: Vec<String> = names(payload)
                        .into_iter()
                        .filter(|name| !said(name))
                        .collect();
                    reading.remarks.extend(unsaid.into_iter().map(|name| {
                        format!("The page shows `{name}` in what is sent, and says nothing of it.")
                    }));
                }
            }
        }
    }
    reading.parameters.append(&mut of_call);
    if reading.end.is_none() && !says_types {
        reading
            .remarks
            .push("The sections of the text at hand say no types.".to_owned());
    }
}

/// Parts that the page says are files.
fn mark_files(payload: &mut Payload) {
    for part in &mut payload.parts {
        let mut attributes = payload.attributes.iter();
        let attribute = attributes.find(|attribute| attribute.name == part.name);
        if attribute.and_then(|attribute| attribute.type_words.as_deref()) == Some("file") {
            part.content = PartContent::File;
        }
    }
}

/// Where the text ends, if it does before the page does.
fn end(reading: &Reading, sections: &Sections) -> Option<End> {
    let Some(last) = sections
        .all
        .last()
        .filter(|_| sections.say_anything() || sections.is_cut)
    else {
        // Nothing is said of any attribute, or not in a way that tells of which.
        return Some(end_without_attributes(sections));
    };
    let attribute = last
        .attributes
        .last()
        .map(|attribute| attribute.name.clone());
    let cut = || {
        Some(End::Section(
            last.kind.title().to_owned(),
            attribute.clone(),
        ))
    };
    if sections.is_cut || last.kind != Kind::Response {
        return cut();
    }
    let said = |name: &String| {
        last.attributes
            .iter()
            .any(|attribute| attribute.name == *name)
    };
    let is_whole = reading
        .answer
        .as_ref()
        .is_none_or(|answer| names(answer).iter().all(said));
    if is_whole { None } else { cut() }
}

fn end_without_attributes(sections: &Sections) -> End {
    match sections.all.last() {
        Some(last) if last.kind != Kind::Response || sections.say_types() => {
            End::Section(last.kind.title().to_owned(), None)
        }
        _ => End::Sections,
    }
}
