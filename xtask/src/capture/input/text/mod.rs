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
mod exchange;
mod head;
mod json;
mod said;
mod sections;
mod source;

use self::exchange::Exchange;
use self::sections::Sections;
use self::source::Text;
use crate::capture::reading::Reading;
use crate::diagnostic::{Diagnostic, Result};

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
    said::add(&mut reading, sections);
    Ok(reading)
}

fn two_pages(text: &Text<'_>, first: usize, second: usize) -> Diagnostic {
    text.fault(second, "a second page begins in this text")
        .also("first", text.file, text.line(first))
        .help("put each page into a file of its own")
}
