//! Captures documentation pages: from a copied text, a Markdown edition, an OpenAPI document or a record to a captured document.
//!
//! ```text
//! reading        what an input states about one operation
//! naming         words as parts of names
//! location       addresses, folders and files of pages
//! input          recognises and reads inputs
//! names          names by a rule, and chosen names
//! prune          removes the end of a cut sample
//! infer          infers schemas from samples
//! report         what could not be inferred
//! related_pages  what other pages show
//! assemble       the document
//! header         the comment at its head
//! preserve       keeps descriptions when a page is captured again
//! samples        sample files
//! captured       a captured page
//! documents      pages from documents with schemas of their own
//! ```
//!
//! Each depends only on those above it. Nothing is written to disk here.

mod assemble;
mod captured;
pub mod documents;
mod header;
mod infer;
pub mod input;
pub mod location;
pub mod names;
mod naming;
mod preserve;
mod prune;
pub mod reading;
mod related_pages;
mod report;
pub mod samples;

use std::collections::BTreeSet;

use serde_json::Value;

pub use self::captured::CapturedPage;

use self::assemble::Parts;
use self::header::HeaderInfo;
use self::infer::draft::Drafts;
use self::infer::schemas::Schemas;
use self::infer::{Body, Content, KnownSchemas, Walk};
use self::location::Address;
use self::names::{Chosen, Page, PageNames, Titled};
use self::reading::Reading;
use self::related_pages::{Evidence, RelatedPage};
use self::samples::Side;
use crate::diagnostic::{Diagnostic, Faults, Result};
use crate::layout::Checkout;

/// A page in progress.
struct PendingPage<'r> {
    file: &'r str,
    reading: Reading,
    page: Page,
    /// The places of its samples of which nothing but their names is shown.
    cut: Vec<String>,
}

/// A page of which it is known what it shows.
struct Inferred<'p> {
    pending: &'p PendingPage<'p>,
    names: &'p PageNames<'p>,
    drafts: Drafts,
    request: Option<Body>,
    answer: Body,
}

/// What was captured before.
struct ExistingCaptures {
    related: Vec<RelatedPage>,
    /// The server that most pages state.
    server: Option<String>,
}

/// Captures pages from readings, each with the name of its input. Reports all errors of a run together.
pub fn capture(
    checkout: &Checkout,
    readings: &[(String, Reading)],
) -> std::result::Result<Vec<CapturedPage>, Faults> {
    let faults = Faults::new();
    let chosen = Chosen::read(checkout, &faults);
    let related = related_pages::read(checkout, &faults);
    let pending = pending(readings, &faults);
    faults.finish()?;

    let others: Vec<&RelatedPage> = (related.iter())
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
    let before = ExistingCaptures {
        server: related_pages::server(&related),
        related,
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

/// Finds the page of each reading.
fn pending<'r>(readings: &'r [(String, Reading)], faults: &Faults) -> Vec<PendingPage<'r>> {
    let mut pending: Vec<PendingPage<'r>> = Vec::new();
    for (file, reading) in readings {
        let Some(page) = Page::of(reading) else {
            faults.add(
                Diagnostic::new(
                    file,
                    "the input does not state the section of the reference and the name of the page",
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
            let message = format!("the call goes to `{server}`, which has a placeholder");
            faults.add(
                Diagnostic::new(file, message)
                    .help("check whether the path begins in the right place"),
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
        pending.push(PendingPage {
            file,
            reading,
            page,
            cut,
        });
    }
    pending
}

/// Infers the schemas of all pages, with what other pages show.
fn infer<'p>(
    pending: &'p [PendingPage<'p>],
    names: &'p [PageNames<'p>],
    others: &[&RelatedPage],
    faults: &Faults,
) -> (Vec<Inferred<'p>>, Evidence) {
    let mut evidence = Evidence::default();
    let mut known = KnownSchemas::default();
    for sister in others {
        evidence.add_sister(sister, &mut known);
    }
    // What responses contain comes first, since what is sent is called alike where it is alike.
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
    pending: &PendingPage<'_>,
    request: Option<Body>,
    answer: &Body,
) -> Result<Option<Body>> {
    let is_nothing = |body: &Body| matches!(body.content, Content::Nothing);
    if pending.reading.end.is_none() || !is_nothing(answer) || request.is_some() {
        return Ok(request);
    }
    let message = "the text ends before it shows anything of the request or the response";
    Err(Diagnostic::new(pending.file, message).help("copy the whole page"))
}

/// The page, with what other pages tell of it, and with the words that it had before.
fn finish(
    inferred: Inferred<'_>,
    evidence: &Evidence,
    before: &ExistingCaptures,
) -> Result<CapturedPage> {
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
    let about = HeaderInfo {
        reading: &pending.reading,
        names,
        section: &pending.page.section,
        drafts: &drafts,
        is_written: !written.is_empty(),
    };
    let mut header = about.paragraphs();
    let existing = before
        .related
        .iter()
        .find(|sister| sister.page.key() == pending.page.key());
    if let Some(existing) = existing {
        preserve::descriptions(&mut document, &existing.document);
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

/// Ensures that the document renders the page's samples. Returns the sides whose samples no schema renders.
fn show(
    pending: &PendingPage<'_>,
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
                .help("this is a bug of the capture: fix xtask, with this input as a test"))
        }
    }
}

/// Where users read about an operation: where the reference has the page, though it was read elsewhere.
fn address(pending: &PendingPage<'_>) -> Option<String> {
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
    let related = related_pages::read(checkout, &faults);
    let mut schemas: BTreeSet<String> = BTreeSet::new();
    let mut keys: BTreeSet<String> = BTreeSet::new();
    let documents = (captured
        .iter()
        .map(|page| (format!("{}/{}", page.section, page.page), &page.document)))
    .chain(
        related
            .iter()
            .map(|sister| (sister.page.key(), &sister.document)),
    );
    for (key, document) in documents {
        if keys.insert(key) {
            schemas.extend(related_pages::schemas(document).map(|(name, _)| name.clone()));
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
