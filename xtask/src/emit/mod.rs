//! Generated files: the SDK's four of each section (models, filters, calls, and what holds them), and tables for its tests.
//!
//! progenitor and typify write the client and the models (`stock`), from an API that is made for them (`view`). Their syntax
//! tree is then taken apart and finished.

mod calls;
mod environments;
mod events;
mod models;
mod sections;
mod stock;
mod tables;
mod view;

pub use events::{entity_paths, shown_path};
use stock::Stock;

use crate::api::Api;
use crate::diagnostic::Result;
use crate::kinds::{Call, Kind};
use crate::sample::Sample;
use crate::surface::Surface;

/// A file that codegen owns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// Where it stands, relative to the repository.
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

/// What is generated from.
pub struct Specification<'a, 'd> {
    /// The API.
    pub api: &'a Api<'d>,
    /// How Rust says it.
    pub surface: &'a Surface<'d>,
    /// The kind of each operation.
    pub kinds: &'a [Box<dyn Kind>],
}

impl<'a, 'd> Specification<'a, 'd> {
    /// What is known of each operation, in order.
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
    let mut stock = Stock::generate(view::view(api, surface), api, surface)?;
    let mut files = vec![
        environments::file(api)?,
        events::file(specification)?,
        tables::samples(samples)?,
        tables::calls(specification, samples)?,
        tables::type_schemas(api, surface)?,
    ];
    files.extend(sections::files(specification, &mut stock)?);
    Ok(files)
}
