//! From what a maintainer has at hand of a documentation page to its captured document.
//!
//! ```text
//! reading    what an input says of one operation
//! words      words, as parts of names
//! place      where pages stand
//! input      inputs, told apart and read
//! names      names by a rule, and those that a person chose
//! prune      the end of a sample that is cut off
//! infer      samples read backwards
//! sisters    what other pages tell
//! assemble   the document
//! header     the comment at its head
//! keep       what a page keeps that is captured again
//! samples    what the page shows, beside what the document renders
//! documents  pages of documents with schemas of their own
//! ```
//!
//! Nothing is written to disk here.

mod assemble;
pub mod documents;
mod header;
mod infer;
pub mod input;
mod keep;
pub mod names;
pub mod place;
mod prune;
pub mod reading;
pub mod samples;
mod sisters;
mod words;

use std::collections::BTreeSet;

use serde_json::Value;

use self::assemble::Parts;
use self::header::About;
use self::infer::{Known, Walk};
use self::names::{Chosen, Page, PageNames, Titled};
use self::reading::Reading;
use self::sisters::{Evidence, Sister};
use crate::diagnostic::{Diagnostic, Faults};
use crate::document::Document;
use crate::layout::{CAPTURED, Checkout};

/// A page as captured, ready to be written.
#[derive(Debug, Clone)]
pub struct CapturedPage {
    /// The folder of its section.
    pub section: String,
    /// Its file, without the ending.
    pub page: String,
    /// The paragraphs of the comment at its head.
    pub header: Vec<String>,
    /// The document.
    pub document: Value,
    /// What the page shows, by sides: `request`, `response.truncated`, `request.data-part`.
    pub samples: Vec<(samples::Side, Value)>,
    /// What could not be told.
    pub notes: Vec<String>,
}

/// How wide a captured page is written.
const WIDTH: usize = 120;
/// How wide a line may be that is written as one.
const LONG: usize = 128;

impl CapturedPage {
    /// Its file.
    pub fn path(&self) -> String {
        format!("{CAPTURED}/{}/{}.yaml", self.section, self.page)
    }

    /// The operation.
    pub fn operation(&self) -> Option<&str> {
        let path = self.document["paths"].as_object()?.values().next()?;
        path.as_object()?.values().next()?["operationId"].as_str()
    }

    /// The text of its file.
    pub fn text(&self) -> Result<String, Faults> {
        let faults = Faults::new();
        let document = Document::parse(&self.path(), &self.document.to_string(), &faults);
        faults.finish()?;
        let document = document.ok_or_else(|| {
            Faults::from(Diagnostic::new(
                self.path(),
                "the captured document cannot be written",
            ))
        })?;
        let mut text = String::new();
        for (index, paragraph) in self.header.iter().enumerate() {
            if index > 0 {
                text.push_str("#\n");
            }
            for line in textwrap::wrap(paragraph, WIDTH - 2) {
                text.push_str(&format!("# {line}\n"));
            }
        }
        for line in document.root().to_indented_yaml().lines() {
            text.push_str(&folded(line));
            text.push('\n');
        }
        Ok(text)
    }
}

/// A line with a long description, as several.
fn folded(line: &str) -> String {
    let indent = line.len() - line.trim_start().len();
    let Some(words) = line.trim_start().strip_prefix("description: ") else {
        return line.to_owned();
    };
    let is_quoted = words.starts_with('\'') && words.ends_with('\'') && words.len() > 1;
    let words = match is_quoted {
        true => words[1..words.len() - 1].replace("''", "'"),
        false => words.to_owned(),
    };
    let is_foldable =
        !words.starts_with(['"', ' ', '|', '>']) && !words.contains("  ") && !words.ends_with(' ');
    if line.chars().count() <= LONG || !is_foldable {
        return line.to_owned();
    }
    let within = " ".repeat(indent + 2);
    let mut lines = vec![format!("{}description: >-", " ".repeat(indent))];
    let width = WIDTH.saturating_sub(indent + 2).max(40);
    let options = textwrap::Options::new(width).break_words(false);
    lines.extend(
        textwrap::wrap(&words, options)
            .iter()
            .map(|line| format!("{within}{line}")),
    );
    lines.join("\n")
}

/// A reading on its way.
struct Pending<'r> {
    file: &'r str,
    reading: Reading,
    page: Page,
    /// The places of its samples of which nothing but their names is shown.
    cut: Vec<String>,
}

/// Captures pages. All faults of a run are told together.
pub fn capture(
    checkout: &Checkout,
    readings: &[(String, Reading)],
) -> Result<Vec<CapturedPage>, Faults> {
    let faults = Faults::new();
    let chosen = Chosen::read(checkout, &faults);
    let sisters = sisters::read(checkout, &faults);
    let pending = pending(readings, &faults);
    faults.finish()?;

    let faults = Faults::new();
    let others: Vec<&Sister> = sisters
        .iter()
        .filter(|sister| {
            pending
                .iter()
                .all(|pending| pending.page.key() != sister.page.key())
        })
        .collect();
    let pages: Vec<Page> = (pending.iter().map(|pending| pending.page.clone()))
        .chain(others.iter().map(|sister| sister.page.clone()))
        .collect();
    let entities = pages.entities(&chosen);
    let mut evidence = Evidence::default();
    let mut known = Known::default();
    for sister in &others {
        evidence.add_sister(sister, &mut known);
    }
    let names: Vec<PageNames<'_>> = pending
        .iter()
        .map(|pending| PageNames::new(&pending.page, &chosen, &entities))
        .collect();

    // What answers carry is told first, since what is sent is called alike where it is alike.
    let mut walks = Vec::new();
    for (pending, names) in pending.iter().zip(&names) {
        let mut walk = Walk::new(pending.file, names);
        if let Some(answer) = faults.take(walk.answer(&pending.reading)) {
            known.add(&walk.drafts);
            walks.push((pending, names, walk, answer));
        }
    }
    let mut sides = Vec::new();
    for (pending, names, mut walk, answer) in walks {
        walk.known = Some(&known);
        if let Some(request) = faults.take(walk.request(&pending.reading)) {
            evidence.add_drafts(&walk.drafts);
            sides.push((pending, names, walk.drafts, request, answer));
        }
    }
    let server = sisters::server(&sisters);
    let mut captured = Vec::new();
    for (pending, names, mut drafts, request, answer) in sides {
        let mut notes: Vec<String> = Vec::new();
        notes.extend(
            pending.cut.iter().map(|place| {
                format!("the text ends at `{place}`, of which it shows the name alone")
            }),
        );
        evidence.settle(&mut drafts, &mut notes);
        let existing = sisters
            .iter()
            .find(|sister| sister.page.key() == pending.page.key());
        let address = address(pending);
        let parts = Parts {
            page: &pending.page,
            names,
            reading: &pending.reading,
            request: request.as_ref(),
            answer: &answer,
            schemas: infer::schemas::Schemas { drafts: &drafts },
            server: pending.reading.server.as_deref().or(server.as_deref()),
            address: address.as_deref(),
        };
        let mut document = parts.document();
        let samples = samples::of(request.as_ref(), &answer);
        let path = format!("{CAPTURED}/{}.yaml", parts.key());
        let unlike = samples::unlike(&path, &names.operation, &document, &samples);
        let Some(unlike) = faults.take(unlike) else {
            continue;
        };
        for side in &unlike {
            if let Some((_, sample)) = samples.iter().find(|(known, _)| known == side) {
                samples::write(&mut document, side, sample);
                notes.push(format!(
                    "the sample of the {} was written as a whole: no schema renders it",
                    side.replace('.', ", ")
                ));
            }
        }
        let again = samples::unlike(&path, &names.operation, &document, &samples);
        for side in faults.take(again).into_iter().flatten() {
            faults.add(
                Diagnostic::new(pending.file, format!("the captured page does not render the sample of the {side}"))
                    .help("this is a mistake of the capture: tell it to whoever maintains xtask, with the input"),
            );
        }
        let numbers = header::numbers(&drafts);
        if !numbers.is_empty() {
            notes.push(format!(
                "taken for whole numbers, and perhaps any: {}",
                words::listed(&numbers)
            ));
        }
        let about = About {
            reading: &pending.reading,
            address: pending.reading.address.as_deref(),
            is_tag_of_address: pending.page.section.ends_with(&names.tag),
            drafts: &drafts,
            request: request.as_ref(),
            is_written: !unlike.is_empty(),
            has_query: infer::answer::is_query(&pending.reading),
        };
        let mut header = about.paragraphs();
        if let Some(existing) = existing {
            keep::words(&mut document, &existing.document);
            header = header::kept(header, &header::read(&existing.text));
        }
        captured.push(CapturedPage {
            section: pending.page.section.clone(),
            page: pending.page.page.clone(),
            header,
            document,
            samples,
            notes,
        });
    }
    faults.finish()?;
    Ok(captured)
}

/// Which page each reading is of.
fn pending<'r>(readings: &'r [(String, Reading)], faults: &Faults) -> Vec<Pending<'r>> {
    let mut pending: Vec<Pending<'r>> = Vec::new();
    let mut keys = BTreeSet::new();
    for (file, reading) in readings {
        let Some(page) = Page::of(reading) else {
            faults.add(
                Diagnostic::new(
                    file,
                    "nothing says which section of the reference this page is in",
                )
                .help("name the address of the page with --page"),
            );
            continue;
        };
        if !keys.insert(page.key()) {
            faults.add(
                Diagnostic::new(
                    file,
                    format!(
                        "this and another input are both of the page `{}`",
                        page.key()
                    ),
                )
                .help("capture the newer of the two"),
            );
            continue;
        }
        let (reading, cut) = prune::pruned(reading);
        pending.push(Pending {
            file,
            reading,
            page,
            cut,
        });
    }
    pending
}

/// Where users read about an operation. An address of another form shows the page that has its place in the reference.
fn address(pending: &Pending<'_>) -> Option<String> {
    let address = pending.reading.address.as_deref()?;
    let (scheme, rest) = address.split_once("://")?;
    let host = rest.split('/').next()?;
    Some(format!(
        "{scheme}://{host}/api-reference/{}",
        pending.page.key()
    ))
}

/// The names that a person chose and that nothing has any more, given the pages that were just captured.
pub fn unused_names(checkout: &Checkout, captured: &[CapturedPage]) -> Vec<Diagnostic> {
    let faults = Faults::new();
    let chosen = Chosen::read(checkout, &faults);
    let sisters = sisters::read(checkout, &faults);
    let mut schemas: BTreeSet<String> = BTreeSet::new();
    let mut keys: BTreeSet<String> = BTreeSet::new();
    let documents = (captured
        .iter()
        .map(|page| (format!("{}/{}", page.section, page.page), &page.document)))
    .chain(
        sisters
            .iter()
            .map(|sister| (sister.page.key(), &sister.document)),
    );
    for (key, document) in documents {
        if keys.insert(key) {
            schemas.extend(sisters::schemas(document).map(|(name, _)| name.clone()));
        }
    }
    let is_section = |section: &str| {
        keys.iter()
            .any(|key| key.split('/').next() == Some(section))
    };
    names::unused(
        &chosen,
        |name| schemas.contains(name),
        |key| keys.contains(key),
        is_section,
    )
}
