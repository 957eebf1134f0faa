//! The copied text of a documentation page.
//!
//! ```text
//! POST                          the method and the path, a part per line
//! /
//! things
//! Save things                   the title
//! curl --request POST \         the call, with the sample of the request
//!   --data '{ … }'
//! { … }                         the sample of the answer
//! Authorizations                sections of attributes
//! …
//! ```
//!
//! Editions of the documentation differ: some leave out the method and the path, the indentation of samples, or line breaks; some have
//! the samples twice. All of them give the same result. Sentences of the page are dropped.

mod apply_sections;
mod call;
mod exchange;
mod head;
mod json;
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
            .fault(
                0,
                "this is not the text of a page: it shows no call (`curl …`)",
            )
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
    apply_sections::add(&mut reading, sections);
    Ok(reading)
}

fn two_pages(text: &Text<'_>, first: usize, second: usize) -> Diagnostic {
    text.fault(second, "a second page begins in this text")
        .also("first", text.file, text.line(first))
        .help("put each page into its own file")
}
