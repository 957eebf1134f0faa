//! `cargo xtask capture`: from inputs to files below `openapi/`, in memory; writes nothing.
//!
//! Reads all inputs first and reports the errors of all together. Returns files only if no input has an error.

use std::fmt::Write;

use crate::capture::input::{self, Input};
use crate::capture::location::Address;
use crate::capture::{self, CapturedPage, documents, samples};
use crate::diagnostic::{Diagnostic, Faults};
use crate::document::Document;
use crate::emit::File;
use crate::files::{Plan, State};
use crate::layout::{Checkout, EFFECTIVE, NAMES, SAMPLES};
use crate::surface;

/// An input: its name for error messages, and its text.
#[derive(Debug, Clone)]
pub struct CaptureInput {
    /// A path, or `-`.
    pub name: String,
    /// Its type.
    pub text: String,
}

/// Pages as captured, and the files that they make.
#[derive(Debug)]
pub struct Captures {
    /// Each page with its files, its own first.
    pages: Vec<Page>,
    /// What is not wrong with a page, and that whoever captures should know.
    remarks: Vec<String>,
    /// The files, in the order of their paths.
    pub files: Vec<File>,
    /// The files that these take the place of.
    pub removed: Vec<String>,
}

#[derive(Debug)]
struct Page {
    files: Vec<String>,
    notes: Vec<String>,
}

/// Captures what is given. `address` says where the page stands, if what is given is of one page.
pub fn capture(
    checkout: &Checkout,
    given: &[CaptureInput],
    address: Option<&str>,
) -> Result<Captures, Faults> {
    let inputs = read(given, address)?;
    let captured = conclude(checkout, inputs)?;
    let faults = Faults::new();
    let methods = MethodNames::read(checkout, &faults);
    let mut captures = Captures {
        pages: Vec::new(),
        remarks: Vec::new(),
        files: Vec::new(),
        removed: Vec::new(),
    };
    for page in &captured {
        captures.add(checkout, page, &methods, &faults);
    }
    let unused = capture::unused_names(checkout, &captured);
    captures.remarks = (unused.iter())
        .map(|fault| format!("{} ({})", fault.message(), fault.place()))
        .collect();
    captures.files.sort_by(|a, b| a.path.cmp(&b.path));
    captures.removed.sort();
    for pair in captures.files.windows(2) {
        if pair[0].path == pair[1].path {
            faults.add(
                Diagnostic::new(&pair[0].path, "two of the pages would have this sample").help(
                    format!(
                        "give one of the two operations another name, in {NAMES} below `operations`"
                    ),
                ),
            );
        }
    }
    faults.finish()?;
    Ok(captures)
}

/// Reads all that is given, each with its name.
fn read(given: &[CaptureInput], address: Option<&str>) -> Result<Vec<(String, Input)>, Faults> {
    let faults = Faults::new();
    let mut inputs = Vec::new();
    for CaptureInput { name, text } in given {
        match input::read(name, text) {
            Ok(input) => inputs.push((name.clone(), input)),
            Err(found) => found
                .into_inner()
                .into_iter()
                .for_each(|fault| faults.add(fault)),
        }
    }
    if let Some(text) = address {
        match Address::read(text) {
            None => faults.add(
                Diagnostic::new("--page", format!("`{text}` is not the address of a page"))
                    .help("give it as a browser shows it, such as https://docs.tight.com/api-reference/messages/get-message"),
            ),
            Some(address) => {
                if let Some(fault) = stand_at(&mut inputs, &address).filter(|_| faults.is_empty()) {
                    faults.add(fault);
                }
            }
        }
    }
    faults.finish()?;
    Ok(inputs)
}

/// Says of the one page that was given where it stands.
fn stand_at(inputs: &mut [(String, Input)], address: &Address) -> Option<Diagnostic> {
    let pages: usize = inputs.iter().map(|(_, input)| input.len()).sum();
    if pages != 1 {
        return Some(
            Diagnostic::new(
                "--page",
                format!("one address is given, and what is captured are {pages} pages"),
            )
            .help("capture the page that stands there by itself"),
        );
    }
    for (_, input) in inputs {
        match input {
            Input::Readings(readings) => {
                readings
                    .iter_mut()
                    .for_each(|reading| reading.address = Some(address.url.clone()));
            }
            Input::Documents(documents) => documents
                .iter_mut()
                .for_each(|document| document.stands_at(address)),
        }
    }
    None
}

/// The pages that the inputs come to, in the order of their files.
fn conclude(
    checkout: &Checkout,
    inputs: Vec<(String, Input)>,
) -> Result<Vec<CapturedPage>, Faults> {
    let (mut readings, mut documents) = (Vec::new(), Vec::new());
    for (name, input) in inputs {
        match input {
            Input::Readings(all) => {
                readings.extend(all.into_iter().map(|reading| (name.clone(), reading)))
            }
            Input::Documents(all) => {
                documents.extend(all.into_iter().map(|document| (name.clone(), document)))
            }
        }
    }
    let faults = Faults::new();
    let mut captured = Vec::new();
    let of_readings = if readings.is_empty() {
        Ok(Vec::new())
    } else {
        capture::capture(checkout, &readings)
    };
    for pages in [of_readings, documents::capture(checkout, documents)] {
        match pages {
            Ok(pages) => captured.extend(pages),
            Err(found) => found
                .into_inner()
                .into_iter()
                .for_each(|fault| faults.add(fault)),
        }
    }
    captured.sort_by_key(CapturedPage::path);
    for pair in captured.windows(2) {
        if pair[0].path() == pair[1].path() {
            faults.add(
                Diagnostic::new(pair[0].path(), "two of the inputs are of this page")
                    .help("give one of them: a Markdown edition or an OpenAPI document says more than a copied text, and the newer more than the older"),
            );
        }
    }
    faults.finish()?;
    Ok(captured)
}

impl Input {
    /// The number of pages in it.
    fn len(&self) -> usize {
        match self {
            Self::Readings(readings) => readings.len(),
            Self::Documents(documents) => documents.len(),
        }
    }
}

impl Captures {
    fn add(
        &mut self,
        checkout: &Checkout,
        page: &CapturedPage,
        methods: &MethodNames,
        faults: &Faults,
    ) {
        let path = page.path();
        let text = page.text();
        check(&path, &text, faults);
        let mut files = vec![path.clone()];
        self.files.push(File::new(path, text));
        let stem = methods.stem(&page.document);
        for (side, sample) in &page.samples {
            let folder = format!("{SAMPLES}/{}", page.section);
            let path = format!("{folder}/{stem}.{side}.json");
            // A sample is whole, or the beginning of one: the other of the two goes.
            let other = match side.strip_suffix(".truncated") {
                Some(whole) => format!("{folder}/{stem}.{whole}.json"),
                None => format!("{folder}/{stem}.{side}.truncated.json"),
            };
            if checkout.resolve(&other).exists() {
                files.push(other.clone());
                self.removed.push(other);
            }
            files.push(path.clone());
            self.files.push(File::new(path, samples::text(sample)));
        }
        self.pages.push(Page {
            files,
            notes: page.notes.clone(),
        });
    }

    /// What becomes of each page: its files, how they change, and what could not be told.
    pub fn told(&self, plan: &Plan<'_>) -> String {
        let mut told = String::new();
        for page in &self.pages {
            for file in &page.files {
                let state = plan.state(file);
                let word = match state {
                    State::New => "new      ",
                    State::Changed => "changed  ",
                    State::Unchanged => "unchanged",
                    State::Removed => "removed  ",
                };
                let _ = writeln!(told, "{word} {file}");
                if state == State::Changed {
                    told.push_str(&plan.diff_of(file));
                }
            }
            for note in &page.notes {
                let _ = writeln!(told, "  note: {note}");
            }
        }
        for remark in &self.remarks {
            let _ = writeln!(told, "note: {remark}");
        }
        told
    }
}

/// What is written must be read again as what it is: a captured page, by the rules of all captured pages.
fn check(path: &str, text: &str, faults: &Faults) {
    if let Some(document) = Document::parse(path, text, faults) {
        document.check_forms(faults);
        document.check_values(faults);
        document.check_references(faults);
    }
}

/// What methods are called that the overlay gives names of their own, by operation: samples are called after methods.
struct MethodNames {
    chosen: Vec<(String, String)>,
}

impl MethodNames {
    fn read(checkout: &Checkout, faults: &Faults) -> Self {
        let exists = checkout.resolve(EFFECTIVE).exists();
        let text = exists
            .then(|| faults.take(checkout.read(EFFECTIVE)))
            .flatten();
        // What is wrong with it is codegen's to tell.
        let effective = text.and_then(|text| Document::parse(EFFECTIVE, &text, &Faults::new()));
        let effective = effective
            .map(|document| document.to_value())
            .unwrap_or_default();
        let paths = effective["paths"].as_object().into_iter().flatten();
        let operations = paths.flat_map(|(_, path)| path.as_object().into_iter().flatten());
        let chosen = operations.filter_map(|(_, operation)| {
            let name = operation["x-method-name"].as_str()?;
            Some((
                operation["operationId"].as_str()?.to_owned(),
                name.to_owned(),
            ))
        });
        Self {
            chosen: chosen.collect(),
        }
    }

    /// What the samples of a page's operation are called.
    fn stem(&self, document: &serde_json::Value) -> String {
        let paths = document["paths"].as_object();
        let operation = paths.and_then(|paths| paths.values().next()?.as_object()?.values().next());
        let text = |value: Option<&serde_json::Value>| {
            value
                .and_then(|value| value.as_str())
                .unwrap_or_default()
                .to_owned()
        };
        let id = text(operation.map(|operation| &operation["operationId"]));
        let tag = text(operation.map(|operation| &operation["tags"][0]));
        let chosen = self.chosen.iter().find(|(operation, _)| *operation == id);
        surface::sample_stem(&id, &tag, chosen.map(|(_, name)| name.as_str()))
    }
}
