//! Records: pages that cannot be copied, transcribed in a notation of our own.
//!
//! ```yaml
//! # source: <address of the page>
//! operation: POST /things/query
//! title: Query things
//! group: Things
//! does (our words): lists things by filter
//! variant: newest
//! text reaches: sections (whole)
//! request sample:
//!   limit: integer (filler 123)
//!   filter:
//!     status:
//!       in:
//!         - string = ACTIVE
//! response sample:
//!   data:
//!     - id: string = thg_1
//!       name: … (the stored text stops here)
//! sections:
//!   authorization: 'Authorization header, string, required: bearer token'
//!   path parameters:
//!     id: string, required
//!   body:
//!     media: application/json
//!     limit: integer<int32>, at most 250
//! notes: what else there is to say
//! odd shapes:
//!   - what is unlike other pages
//! ```

mod attributes;
mod reach;
mod sample;
mod sections;

use self::sample::Samples;
use super::path::is_path;
use crate::capture::reading::{Payload, Reading};
use crate::diagnostic::{Diagnostic, Faults, Result};
use crate::document::{Document, Node};

/// The keys of a record.
const KEYS: [&str; 12] = [
    OPERATION, "title", "group", DOES, VARIANT, REACHES, REQUEST, ANSWER, SECTIONS, FACTS, NOTES,
    ODD,
];
const OPERATION: &str = "operation";
const DOES: &str = "does (our words)";
const VARIANT: &str = "variant";
const REACHES: &str = "text reaches";
const REQUEST: &str = "request sample";
const ANSWER: &str = "response sample";
const SECTIONS: &str = "sections";
const NOTES: &str = "notes";
const ODD: &str = "odd shapes";
/// Lists of what else was seen. A record that has nothing but them is of a page that shows no sample.
const FACTS: &str = "facts";

const METHODS: [&str; 5] = ["GET", "POST", "PUT", "PATCH", "DELETE"];

/// Reads a record.
pub fn read(file: &str, text: &str) -> Result<Reading> {
    let faults = Faults::new();
    let document = Document::parse(file, text, &faults);
    faults
        .finish()
        .map_err(|faults| first(file, faults.into_inner()))?;
    let document = document.ok_or_else(|| first(file, Vec::new()))?;
    let record = document.root();
    is_a_record(&record)?;

    let mut reading = Reading {
        address: address(text),
        section: Some(word(&record, "group")?.to_owned()),
        title: word(&record, "title")?.to_owned(),
        summary_of_ours: Some(attributes::deed(word(&record, DOES)?)),
        ..Reading::default()
    };
    (reading.method, reading.path) = operation(&record)?;

    let mut samples = Samples::default();
    let request = samples.read(record.get(REQUEST))?;
    let request_end = samples.place();
    let is_request_cut = samples.is_cut();
    let answer = samples.read(record.get(ANSWER))?;
    let shows_answer = answer.is_some();
    reading.request = request.map(payload);
    reading.answer = answer.map(payload);
    if let Some(sections) = record.get(SECTIONS) {
        sections::read(&sections, &mut reading)?;
    }
    reading.end = if is_request_cut {
        reach::request(request_end)
    } else if samples.is_cut() {
        reach::answer(samples.place())
    } else {
        let place = if shows_answer {
            samples.place()
        } else {
            request_end
        };
        reach::read(&record, &reading, place)?
    };
    remarks(&record, &mut reading)?;
    Ok(reading)
}

fn payload(sample: crate::capture::reading::Shown) -> Payload {
    Payload {
        sample: Some(sample),
        ..Payload::default()
    }
}

fn first(file: &str, faults: Vec<Diagnostic>) -> Diagnostic {
    let fault = faults.into_iter().next();
    fault.unwrap_or_else(|| Diagnostic::new(file, "the record cannot be read"))
}

/// Whether all keys are those of a record, and those that it cannot do without are there.
fn is_a_record(record: &Node<'_>) -> Result<()> {
    word(record, OPERATION)?;
    for (key, value) in record.entries() {
        if !KEYS.contains(&key) {
            return Err(value
                .fault(format!("`{key}` is not a key of a record"))
                .help(format!("the keys are {}", listed(&KEYS))));
        }
    }
    if record.get(REQUEST).is_none() && record.get(ANSWER).is_none() {
        let at = record.get(FACTS).unwrap_or(*record);
        return Err(at.fault("this record carries no sample").help(format!(
            "there is nothing to capture a page from but its samples: write down what it shows under `{REQUEST}` and \
             `{ANSWER}`, or capture the page's Markdown edition"
        )));
    }
    Ok(())
}

fn address(text: &str) -> Option<String> {
    let comments = text.lines().map_while(|line| line.strip_prefix('#'));
    let mut addresses = comments.filter_map(|line| line.trim().strip_prefix("source:"));
    let address = addresses.next()?.trim();
    (!address.is_empty()).then(|| address.to_owned())
}

fn operation(record: &Node<'_>) -> Result<(String, String)> {
    let words = word(record, OPERATION)?;
    match words.split_once(' ') {
        Some((method, path)) if METHODS.contains(&method) && is_path(path) => {
            Ok((method.to_ascii_lowercase(), path.to_owned()))
        }
        _ => Err(record
            .get(OPERATION)
            .unwrap_or(*record)
            .fault(format!("`{words}` is not an operation"))
            .help(format!(
                "write a method ({}) and the path, as in `GET /things/{{id}}`",
                listed(&METHODS)
            ))),
    }
}

/// The text of a member that there must be.
fn word<'d>(record: &Node<'d>, key: &str) -> Result<&'d str> {
    match record.get(key) {
        Some(member) => scalar(&member, key),
        None => Err(record
            .fault(format!("the record has no `{key}`"))
            .help(format!(
                "write it down; a record needs `{OPERATION}`, `title`, `group` and `{DOES}`"
            ))),
    }
}

fn scalar<'d>(node: &Node<'d>, key: &str) -> Result<&'d str> {
    node.str()
        .map(str::trim)
        .filter(|text| !text.is_empty())
        .ok_or_else(|| {
            node.fault(format!("`{key}` is not a string"))
                .help("write it as a text, in quotes if need be")
        })
}

/// Remarks on the edition of the page.
fn remarks(record: &Node<'_>, reading: &mut Reading) -> Result<()> {
    let mut remarks = Vec::new();
    if let Some(variant) = record.get(VARIANT) {
        remarks.push(format!("Edition: {}.", scalar(&variant, VARIANT)?));
    }
    if let Some(reach) = reach::remark(record) {
        remarks.push(reach);
    }
    for (name, fact) in record.get(FACTS).iter().flat_map(Node::entries) {
        let values: Vec<&str> = fact.items().filter_map(|item| item.str()).collect();
        if values.is_empty() {
            return Err(fact
                .fault(format!("`{name}` is not a list"))
                .help("beside samples, facts are lists of what was seen"));
        }
        remarks.push(format!("Seen: {name}: {}.", values.join(", ")));
    }
    if let Some(notes) = record.get(NOTES) {
        remarks.push(attributes::sentence(scalar(&notes, NOTES)?));
    }
    if let Some(odd) = record.get(ODD) {
        if !odd.is_list() {
            return Err(odd
                .fault(format!("`{ODD}` is not a list"))
                .help("write each on a line of its own, behind `- `"));
        }
        for item in odd.items() {
            remarks.push(attributes::sentence(scalar(&item, ODD)?));
        }
    }
    remarks.append(&mut reading.remarks);
    reading.remarks = remarks;
    Ok(())
}

fn listed(words: &[&str]) -> String {
    let quoted: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
    quoted.join(", ")
}
