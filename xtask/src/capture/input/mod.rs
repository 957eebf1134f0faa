//! Recognises the format of an input by its content, and reads it.

pub mod openapi;
mod path;
pub mod record;
pub mod text;
pub mod twin;
mod types;

use self::openapi::OperationDocument;
use super::reading::Reading;
use crate::diagnostic::{Diagnostic, Faults};

/// The content of an input.
#[derive(Debug)]
pub enum Input {
    /// Samples of a page, from which schemas are to be inferred.
    Readings(Vec<Reading>),
    /// Documents with schemas of their own.
    Documents(Vec<OperationDocument>),
}

/// The formats of inputs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Form {
    /// The copied text of a page.
    Text,
    /// The Markdown twin of a page.
    Twin,
    /// An OpenAPI document.
    Document,
    /// A record of a page.
    Record,
}

const METHODS: &[&str] = &["GET", "POST", "PUT", "PATCH", "DELETE"];

const FORMS: &str = "\
give one of these:
          the copied text of a page, which shows its call (`curl --request …`);
          the Markdown edition of a page (its address with `.md` appended), with a block that begins with `openapi: 3.…`;
          an OpenAPI document, which begins with `openapi: 3.…`;
          a record of a page, with a line `operation: GET /…`";

/// Reads an input, whichever it is. Reports all errors together.
pub fn read(file: &str, text: &str) -> Result<Input, Faults> {
    let nothing =
        |message: &str, help: &str| Faults::from(Diagnostic::new(file, message).help(help));
    match form(text) {
        Some(Form::Text) => Ok(Input::Readings(vec![text::read(file, text)?])),
        Some(Form::Record) => Ok(Input::Readings(vec![record::read(file, text)?])),
        Some(Form::Twin) => Ok(Input::Documents(vec![twin::read(file, text)?])),
        Some(Form::Document) => openapi::read(file, text).map(Input::Documents),
        None if text.trim().is_empty() => Err(nothing("there is nothing in this", FORMS)),
        None if is_html(text) => Err(nothing(
            "this is the page's HTML, which a capture does not read",
            "copy the text that a browser shows of it, or give its Markdown edition: the address with `.md` appended",
        )),
        None => Err(nothing("a page cannot be captured from this", FORMS)),
    }
}

/// The format of an input, recognised by its content.
fn form(text: &str) -> Option<Form> {
    let before_fences = text.split("\n```").next().unwrap_or(text);
    if openapi::is_document(before_fences) {
        return Some(Form::Document);
    }
    if twin::is_one(text) {
        return Some(Form::Twin);
    }
    if text.lines().any(|line| line.starts_with("operation:")) {
        return Some(Form::Record);
    }
    // A page that is cut off before its call has its method on a line of its own.
    let is_of_page = |line: &str| {
        let line = line.trim();
        line == "curl" || line.starts_with("curl ") || METHODS.contains(&line)
    };
    text.lines().any(is_of_page).then_some(Form::Text)
}

fn is_html(text: &str) -> bool {
    let begin = text
        .trim_start()
        .get(..200)
        .unwrap_or(text)
        .to_ascii_lowercase();
    begin.starts_with("<!doctype html") || begin.starts_with("<html") || begin.contains("<head")
}
