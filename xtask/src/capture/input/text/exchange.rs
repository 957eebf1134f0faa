//! Parses a call and its response.

use super::call::{self, Call, Word};
use super::head::{self, Head};
use super::json::{self, Sample};
use super::sections::{self, Kind};
use super::source::{COPY_AGAIN, Text};
use super::two_pages;
use crate::capture::input::path;
use crate::capture::reading::{
    Attribute, Authorization, Parameter, ParameterLocation, Part, PartContent, Payload, Reading,
    Shown, TextEnd,
};
use crate::diagnostic::Result;

/// The text of a response without a body.
const NO_BODY: &str = "This response has no body";

/// A call and its response.
pub(super) struct Exchange {
    method: String,
    path: String,
    server: String,
    authorization: Authorization,
    headers: Vec<Attribute>,
    request: Option<Payload>,
    answer: Option<Payload>,
    end_of_samples: Option<TextEnd>,
    /// Its end in the text.
    pub(super) end: usize,
    /// Whether the text goes on behind it.
    pub(super) goes_on: bool,
}

impl Exchange {
    pub(super) fn read(text: &Text<'_>, at: usize, head: &Head) -> Result<Self> {
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
            let is_whole = exchange
                .request
                .as_ref()
                .is_some_and(|request| request.sample.is_some());
            let end = if is_whole {
                TextEnd::AnswerSample
            } else {
                TextEnd::RequestSample
            };
            exchange.end_of_samples.get_or_insert(end(String::new()));
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
        let says_json = payload
            .media
            .as_ref()
            .is_none_or(|media| media.contains("json"));
        let may_be_json =
            |data: &Word| says_json && (payload.media.is_some() || call::is_json(&data.text));
        match (call.data.as_slice(), call.forms.as_slice()) {
            ([], []) => return Ok(()),
            ([data], []) if may_be_json(data) => {
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
            self.end_of_samples = Some(TextEnd::RequestSample(place));
        }
        Ok(sample.shown)
    }

    fn part(&mut self, text: &Text<'_>, word: &Word, parts: &mut Vec<Part>) -> Result<()> {
        let Some((name, from)) = word.name() else {
            if word.is_open {
                return Ok(());
            }
            return Err(text
                .fault(
                    word.at,
                    format!("`{}` is no field of a form", word.first_line()),
                )
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
            self.end_of_samples = Some(TextEnd::RequestSample(name.clone()));
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
            self.end_of_samples = Some(TextEnd::AnswerSample(String::new()));
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
            self.end_of_samples = Some(TextEnd::AnswerSample(place));
        }
        self.answer = Some(Payload {
            status,
            sample: Some(shown),
            ..Payload::default()
        });
        Ok(())
    }

    /// Whether what is shown again is the same, as far as it goes.
    pub(super) fn is_same(
        &self,
        text: &Text<'_>,
        again: &Self,
        first: usize,
        at: usize,
    ) -> Result<()> {
        if self.method != again.method || self.path != again.path {
            return Err(two_pages(text, first, at));
        }
        let is_same = match again.end_of_samples {
            None => self.request == again.request && self.answer == again.answer,
            Some(_) => {
                begins(again.request.as_ref(), self.request.as_ref())
                    && begins(again.answer.as_ref(), self.answer.as_ref())
            }
        };
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
    pub(super) fn names(&self, kind: Kind) -> Vec<String> {
        match kind {
            Kind::Authorizations => vec!["Authorization".to_owned()],
            Kind::Path => path::parameters(&self.path).map(str::to_owned).collect(),
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

    pub(super) fn into_reading(self) -> Reading {
        let parameters = self.headers.into_iter().map(|attribute| Parameter {
            place: ParameterLocation::Header,
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

/// Whether a body that may be cut is how another one begins.
fn begins(part: Option<&Payload>, whole: Option<&Payload>) -> bool {
    let (Some(part), Some(whole)) = (part, whole) else {
        return part.is_none();
    };
    is_beginning(part.sample.as_ref(), whole.sample.as_ref())
        && part.parts.len() <= whole.parts.len()
        && part.parts.iter().zip(&whole.parts).all(|(part, whole)| {
            let is_beginning = match (&part.content, &whole.content) {
                (
                    PartContent::Json(part) | PartContent::Text(part),
                    PartContent::Json(whole) | PartContent::Text(whole),
                ) => is_beginning(Some(part), Some(whole)),
                (part, whole) => part == whole,
            };
            part.name == whole.name && is_beginning
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
pub(super) fn names(payload: &Payload) -> Vec<String> {
    let mut sample = payload.sample.as_ref();
    if let Some(Shown::List(items)) = sample {
        sample = items.first();
    }
    match sample {
        Some(Shown::Object(members)) => members.iter().map(|(name, _)| name.clone()).collect(),
        _ => payload.parts.iter().map(|part| part.name.clone()).collect(),
    }
}
