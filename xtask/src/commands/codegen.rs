//! `cargo xtask codegen`: from `openapi/` to everything that is generated from it, in memory; writes nothing.
//!
//! ```text
//! captured pages ─ merge ─▶ + overlay/<section>.yaml ─ write kinds ─▶ + overlay/everywhere.yaml ─ check ─▶ effective document
//! ```
//!
//! Rules in `everywhere.yaml` select by kinds of operation, so kinds are recognised before and after it is applied.

use crate::api::Api;
use crate::commands::{annotations, digest, readme};
use crate::diagnostic::{Diagnostic, Faults};
use crate::document::{Document, Sources};
use crate::emit::{self, File, Specification};
use crate::kinds::{self, Kind};
use crate::layout::{Checkout, EFFECTIVE, SAMPLES, SANDBOX};
use crate::sample::{self, Sample};
use crate::surface::{Needs, Surface};

/// Everything that codegen generates from the specification of a checkout.
#[derive(Debug)]
pub struct Generated {
    /// The captured pages and the overlay.
    pub sources: Sources,
    /// The effective document.
    pub document: Document,
    /// Notes: nothing wrong, but worth knowing.
    pub notes: Vec<String>,
    /// The number of operations.
    pub operations: usize,
    /// The number of types.
    pub types: usize,
    /// The operations that the sandbox cannot serve, and why not.
    pub unserved: Vec<(String, String)>,
    /// The digest: a text for each section, by its name.
    pub digest: Vec<(String, String)>,
    /// The documented payloads.
    pub samples: Vec<Sample>,
    /// The files, sorted by path.
    pub files: Vec<File>,
}

/// Generates everything in memory. Reports all errors of a run together.
pub fn generate(checkout: &Checkout) -> Result<Generated, Faults> {
    let faults = Faults::new();
    let sources = Sources::read(checkout, &faults);
    let mut document = sources.merge(&faults);
    document.drop_placeholders(&faults);
    sources.amend_sections(&mut document, &faults);
    annotations::write_kinds(&mut document, &faults);
    sources.amend_everywhere(&mut document, &faults);
    annotations::fill_contents(&mut document, &faults);
    annotations::fill_enums(&mut document, &faults);
    annotations::write_kinds(&mut document, &faults);
    document.finish(&faults);

    let samples = faults
        .take(checkout.list(SAMPLES, &["json"]))
        .unwrap_or_default();
    let made = {
        let api = Api::read(&document, &faults);
        let kinds = kinds::recognise(&api, &faults);
        generate_files(checkout, &api, kinds, &samples, &faults)
    };
    let mut notes = document.notes().to_vec();
    notes.extend(faults.take_notes());
    let mut told = std::collections::HashSet::new();
    notes.retain(|note| told.insert(note.clone()));
    faults.finish()?;
    let Some(made) = made else {
        return Err(Faults::from(Diagnostic::new(
            EFFECTIVE,
            "nothing was generated, and nothing is wrong: that is a mistake in codegen",
        )));
    };
    let mut files = made.files;
    files.push(File::new(EFFECTIVE, effective_yaml(&document)));
    files.push(File::new(
        format!("{SANDBOX}/tight-v6.json"),
        format!("{:#}\n", document.to_value()),
    ));
    files.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(Generated {
        sources,
        document,
        notes,
        operations: made.operations,
        types: made.types,
        unserved: made.unserved,
        digest: made.digest,
        samples: made.samples,
        files,
    })
}

/// What is generated from an API without errors.
struct Artifacts {
    operations: usize,
    types: usize,
    unserved: Vec<(String, String)>,
    digest: Vec<(String, String)>,
    samples: Vec<Sample>,
    files: Vec<File>,
}

fn generate_files(
    checkout: &Checkout,
    api: &Api<'_>,
    kinds: Vec<Option<Box<dyn Kind>>>,
    samples: &[String],
    faults: &Faults,
) -> Option<Artifacts> {
    let needs: Vec<Needs> = kinds
        .iter()
        .map(|kind| kind.as_ref().map(|kind| kind.needs()).unwrap_or_default())
        .collect();
    let surface = Surface::new(api, &needs, faults);
    let kinds: Vec<Box<dyn Kind>> = kinds.into_iter().collect::<Option<_>>()?;
    let samples = sample::assign(api, &surface, &kinds, samples, faults);
    if !faults.is_empty() {
        return None;
    }
    let specification = Specification {
        api,
        surface: &surface,
        kinds: &kinds,
    };
    let mut files = faults.take(emit::files(&specification, &samples))?;
    files.extend(faults.take(readme::file(checkout, &specification))?);
    let unserved = specification.calls().filter_map(|call| {
        let mark = call.kind.x_kind();
        let reason = mark["because"].as_str()?;
        Some((call.operation.id.to_owned(), reason.to_owned()))
    });
    Some(Artifacts {
        operations: api.operations.len(),
        types: surface.types.len(),
        unserved: unserved.collect(),
        digest: digest::digest(&specification),
        samples,
        files,
    })
}

fn effective_yaml(document: &Document) -> String {
    let header = "# @generated by `cargo xtask codegen` from openapi/captured/ and openapi/overlay/. Edit those, not this file.\n";
    header.to_owned() + &document.to_yaml()
}
