//! Generates files: up to four per section of the SDK (models, filters, calls and their module), and tables for its tests.
//!
//! progenitor and typify write client and models (`generator_output`) from a document that is made for them (`generator_input`). Their
//! syntax trees are then taken apart and completed.

mod calls;
mod environments;
mod events;
mod generator_input;
mod generator_output;
mod models;
mod sections;
mod tables;

pub use events::{entity_paths, shown_path};
use generator_output::GeneratorOutput;

use crate::api::Api;
use crate::diagnostic::Result;
use crate::kinds::{Call, Kind};
use crate::sample::Sample;
use crate::surface::Surface;

/// A file that codegen owns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// The path, relative to the repository.
    pub path: String,
    /// All of its text.
    pub text: String,
}

impl File {
    /// A file at a path.
    pub fn new(path: impl Into<String>, text: impl Into<String>) -> Self {
        Self {
            path: path.into(),
            text: text.into(),
        }
    }
}

/// The input of code generation.
pub struct Specification<'a, 'd> {
    /// The API.
    pub api: &'a Api<'d>,
    /// Its names in Rust.
    pub surface: &'a Surface<'d>,
    /// The kind of each operation.
    pub kinds: &'a [Box<dyn Kind>],
}

impl<'a, 'd> Specification<'a, 'd> {
    /// Each operation with its names and its kind, in order.
    pub fn calls(&self) -> impl Iterator<Item = Call<'a, 'd>> + use<'a, 'd> {
        let (api, surface) = (self.api, self.surface);
        let operations = api.operations.iter().zip(&surface.calls).zip(self.kinds);
        operations.map(move |((operation, names), kind)| Call {
            api,
            surface,
            operation,
            names,
            kind: kind.as_ref(),
        })
    }
}

/// The source files that follow from a specification, with its samples.
pub fn files(specification: &Specification<'_, '_>, samples: &[Sample]) -> Result<Vec<File>> {
    let Specification { api, surface, .. } = specification;
    let mut output = GeneratorOutput::generate(generator_input::build(api, surface), api, surface)?;
    let mut files = vec![
        environments::file(api)?,
        events::file(specification)?,
        tables::samples(samples)?,
        tables::calls(specification, samples)?,
        tables::type_schemas(api, surface)?,
    ];
    files.extend(sections::files(specification, &mut output)?);
    Ok(files)
}
