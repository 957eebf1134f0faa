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
//! report     what could not be told, in words
//! sisters    what other pages tell
//! assemble   the document
//! header     the comment at its head
//! keep       what a page keeps that is captured again
//! samples    what the page shows, beside what the document renders
//! captured   a page as captured
//! documents  pages of documents with schemas of their own
//! ```
//!
//! Each knows the ones above it, and none below. Nothing is written to disk here.

mod assemble;
mod captured;
pub mod documents;
mod header;
mod infer;
pub mod input;
mod keep;
pub mod names;
pub mod place;
mod prune;
pub mod reading;
mod report;
pub mod samples;
mod sisters;
mod words;

use std::collections::BTreeSet;

use serde_json::Value;

pub use self::captured::CapturedPage;

use self::assemble::Parts;
use self::header::About;
use self::infer::draft::Drafts;
use self::infer::schemas::Schemas;
use self::infer::{Body, Content, Known, Walk};
use self::names::{Chosen, Page, PageNames, Titled};
use self::place::Address;
use self::reading::Reading;
use self::samples::Side;
use self::sisters::{Evidence, Sister};
use crate::diagnostic::{Diagnostic, Faults, Result};
use crate::layout::Checkout;

/// A reading on its way.
struct Pending<'r> {
    file: &'r str,
    reading: Reading,
    page: Page,
    /// The places of its samples of which nothing but their names is shown.
    cut: Vec<String>,
}

/// A page of which it is known what it shows.
struct Inferred<'p> {
    pending: &'p Pending<'p>,
    names: &'p PageNames<'p>,
    drafts: Drafts,
    request: Option<Body>,
    answer: Body,
}

/// What is there before.
struct Before {
    sisters: Vec<Sister>,
    /// The server that most pages state.
    server: Option<String>,
}

/// Captures pages from readings, each with the name of its input. All faults of a run are told together.
pub fn capture(
    checkout: &Checkout,
    readings: &[(String, Reading)],
) -> std::result::Result<Vec<CapturedPage>, Faults> {
    let faults = Faults::new();
    let chosen = Chosen::read(checkout, &faults);
    let sisters = sisters::read(checkout, &faults);
    let pending = pending(readings, &faults);
    faults.finish()?;

    let others: Vec<&Sister> = (sisters.iter())
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
    let names: Vec<PageNames<'_>> = (pending.iter())
        .map(|pending| PageNames::new(&pending.page, &chosen, &entities))
        .collect();

    let faults = Faults::new();
    for (pending, names) in pending.iter().zip(&names) {
        faults.take(names.check(pending.file));
    }
    faults.finish()?;

    let faults = Faults::new();
    let (inferred, evidence) = infer(&pending, &names, &others, &faults);
    let before = Before {
        server: sisters::server(&sisters),
        sisters,
    };
    let captured: Vec<CapturedPage> = inferred
        .into_iter()
        .filter_map(|inferred| faults.take(finish(inferred, &evidence, &before)))
        .collect();
    faults.finish()?;
    for page in &captured {
        page.check()?;
    }
    Ok(captured)
}

/// Which page each reading is of.
fn pending<'r>(readings: &'r [(String, Reading)], faults: &Faults) -> Vec<Pending<'r>> {
    let mut pending: Vec<Pending<'r>> = Vec::new();
    for (file, reading) in readings {
        let Some(page) = Page::of(reading) else {
            faults.add(
                Diagnostic::new(
                    file,
                    "nothing says which section of the reference this page is in, or what it is called there",
                )
                .help("name the address of the page with --page"),
            );
            continue;
        };
        if let Some(other) = pending.iter().find(|other| other.page.key() == page.key()) {
            let message = format!(
                "this and {} are both of the page `{}`",
                other.file,
                page.key()
            );
            faults.add(Diagnostic::new(file, message).help("capture the newer of the two"));
            continue;
        }
        let is_server = |server: &String| !server.contains(['{', '}']);
        if let Some(server) = reading.server.as_ref().filter(|server| !is_server(server)) {
            let message = format!("the call goes to `{server}`, in which something is left open");
            faults.add(
                Diagnostic::new(file, message).help("see whether the path begins where it should"),
            );
            continue;
        }
        let (mut reading, cut) = prune::pruned(reading);
        if let Some(address) = &mut reading.address {
            let Some(read) = Address::read(address) else {
                let message = format!("`{address}` is not the address of a page");
                faults.add(
                    Diagnostic::new(file, message).help("name the address of the page with --page"),
                );
                continue;
            };
            *address = read.url;
        }
        pending.push(Pending {
            file,
            reading,
            page,
            cut,
        });
    }
    pending
}

/// What the pages show, and what they and others tell of each other.
fn infer<'p>(
    pending: &'p [Pending<'p>],
    names: &'p [PageNames<'p>],
    others: &[&Sister],
    faults: &Faults,
) -> (Vec<Inferred<'p>>, Evidence) {
    let mut evidence = Evidence::default();
    let mut known = Known::default();
    for sister in others {
        evidence.add_sister(sister, &mut known);
    }
    // What answers carry comes first, since what is sent is called alike where it is alike.
    let mut answers = Vec::new();
    for (pending, names) in pending.iter().zip(names) {
        let mut walk = Walk::new(pending.file, names);
        if let Some(answer) = faults.take(walk.answer(&pending.reading)) {
            known.add(&walk.drafts);
            answers.push((pending, names, walk.drafts, answer));
        }
    }
    let mut inferred = Vec::new();
    for (pending, names, drafts, answer) in answers {
        let mut walk = Walk::with(pending.file, names, drafts, &known);
        let request = walk.request(&pending.reading);
        let request = request.and_then(|request| shows_something(pending, request, &answer));
        if let Some(request) = faults.take(request) {
            evidence.add_drafts(&walk.drafts);
            inferred.push(Inferred {
                pending,
                names,
                drafts: walk.drafts,
                request,
                answer,
            });
        }
    }
    (inferred, evidence)
}

/// Whether the text goes so far that there is something to capture.
fn shows_something(
    pending: &Pending<'_>,
    request: Option<Body>,
    answer: &Body,
) -> Result<Option<Body>> {
    let is_nothing = |body: &Body| matches!(body.content, Content::Nothing);
    if pending.reading.end.is_none() || !is_nothing(answer) || request.is_some() {
        return Ok(request);
    }
    let message = "the text ends before it shows anything of what is sent or comes back";
    Err(Diagnostic::new(pending.file, message).help("copy the whole page"))
}

/// The page, with what other pages tell of it, and with the words that it had before.
fn finish(inferred: Inferred<'_>, evidence: &Evidence, before: &Before) -> Result<CapturedPage> {
    let Inferred {
        pending,
        names,
        mut drafts,
        request,
        answer,
    } = inferred;
    let mut notes: Vec<String> = pending.cut.iter().map(|place| report::cut(place)).collect();
    if matches!(answer.content, Content::Nothing) && pending.reading.end.is_some() {
        notes.push(report::no_answer());
    }
    evidence.settle(&mut drafts, &mut notes);
    let address = address(pending);
    let parts = Parts {
        names,
        reading: &pending.reading,
        request: request.as_ref(),
        answer: &answer,
        schemas: Schemas { drafts: &drafts },
        server: pending
            .reading
            .server
            .as_deref()
            .or(before.server.as_deref()),
        address: address.as_deref(),
    };
    let mut document = parts.document();
    let samples = samples::of(request.as_ref(), &answer);
    let written = show(pending, names, &mut document, &samples)?;
    notes.extend(written.iter().map(|side| report::written(side)));
    notes.extend(report::numbers(&report::unsure_numbers(&drafts)));
    let about = About {
        reading: &pending.reading,
        names,
        section: &pending.page.section,
        drafts: &drafts,
        is_written: !written.is_empty(),
    };
    let mut header = about.paragraphs();
    let existing = before
        .sisters
        .iter()
        .find(|sister| sister.page.key() == pending.page.key());
    if let Some(existing) = existing {
        keep::words(&mut document, &existing.document);
        header = header::kept(header, &header::read(&existing.text));
    }
    Ok(CapturedPage {
        section: pending.page.section.clone(),
        page: pending.page.page.clone(),
        header,
        document,
        samples,
        notes,
    })
}

/// Sees to it that the document renders what the page shows. The sides whose samples no schema renders are given.
fn show(
    pending: &Pending<'_>,
    names: &PageNames<'_>,
    document: &mut Value,
    samples: &[(Side, Value)],
) -> Result<Vec<Side>> {
    let unlike = samples::unlike(&names.operation, document, samples);
    for (side, sample) in samples.iter().filter(|(side, _)| unlike.contains(side)) {
        samples::write(document, side, sample);
    }
    match samples::unlike(&names.operation, document, samples).first() {
        None => Ok(unlike),
        Some(side) => {
            let message = format!("the captured page does not render the sample of the {side}");
            Err(Diagnostic::new(pending.file, message)
                .help("this is a mistake of the capture: whoever maintains xtask needs the input to mend it"))
        }
    }
}

/// Where users read about an operation: where the reference has the page, though it was read elsewhere.
fn address(pending: &Pending<'_>) -> Option<String> {
    let address = pending.reading.address.as_deref()?;
    let (scheme, rest) = address.split_once("://")?;
    let host = rest.split('/').next()?;
    Some(format!(
        "{scheme}://{host}/api-reference/{}",
        pending.page.key()
    ))
}

/// The names that a person chose and that nothing has, given the pages that were just captured.
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
    let has_section = |section: &str| {
        keys.iter()
            .any(|key| key.split('/').next() == Some(section))
    };
    names::unused(
        &chosen,
        |name| schemas.contains(name),
        |key| keys.contains(key),
        has_section,
    )
}
