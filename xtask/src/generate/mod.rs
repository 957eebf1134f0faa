//! From the contract to source files.
//!
//! progenitor and typify write the client and the models (`stock`), from a document that is made for them (`view`).
//! Their syntax tree is then taken apart and finished, one file for each type and operation, and the resource layer is
//! written on top.

mod calls;
mod environments;
mod models;
mod names;
mod operations;
mod print;
mod resources;
mod samples;
mod stock;
mod type_schemas;
mod view;

use quote::{format_ident, quote};
use stock::Stock;

use crate::contract::Contract;
use crate::diagnostic::Result;
use crate::layout::{Checkout, EFFECTIVE, SAMPLES, SANDBOX, SDK};
use crate::sample;
use crate::spec::Spec;

/// A file that codegen owns.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// Where it stands, relative to the repository.
    pub path: String,
    /// All of its text.
    pub text: String,
}

impl File {
    fn new(path: impl Into<String>, text: impl Into<String>) -> Self {
        Self {
            path: path.into(),
            text: text.into(),
        }
    }
}

/// Everything that follows from the specification of a checkout.
#[derive(Debug)]
pub struct Generated {
    /// The specification that it follows from.
    pub spec: Spec,
    /// What was read from it.
    pub contract: Contract,
    /// The files, sorted by path.
    pub files: Vec<File>,
}

/// Generates everything in memory; nothing is written.
pub fn generate(checkout: &Checkout) -> Result<Generated> {
    let spec = Spec::load(checkout)?;
    let contract = Contract::read(&spec)?;
    let mut stock = Stock::generate(view::view(&spec.effective, &contract), &contract)?;

    let samples = sample::assign(&contract, &checkout.list(SAMPLES, &["json"])?)?;
    let mut files = vec![
        File::new(EFFECTIVE, spec.effective_yaml()?),
        File::new(format!("{SANDBOX}/tight-v6.json"), spec.effective_json()),
        module_file(&contract)?,
        environments::file(&contract)?,
        samples::file(&samples)?,
        calls::file(&contract, &samples)?,
        type_schemas::file(&contract)?,
    ];
    files.extend(models::files(&contract, &mut stock)?);
    files.extend(operations::files(&contract, &stock)?);
    files.extend(resources::files(&contract)?);
    files.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(Generated {
        spec,
        contract,
        files,
    })
}

fn module_file(contract: &Contract) -> Result<File> {
    let path = format!("{SDK}/mod.rs");
    let token = contract.token_operation().and_then(|operation| {
        let module = format_ident!("{}", operation.rust_name);
        let request = format_ident!("{}", operation.request_type);
        let form = format_ident!("{}", operation.body.schemas().next()?);
        let answer = format_ident!("{}", operation.answer);
        Some(quote! {
            /// What the runtime asks for access tokens with.
            #[cfg(feature = "client")]
            pub(crate) use operations::#module::#request as TokenRequest;
            #[cfg(feature = "client")]
            pub(crate) use types::{#form as TokenForm, #answer as TokenAnswer};
        })
    });
    let source = print::file(
        &path,
        quote! {
            //! What follows from the specification, all of it written by codegen.

            mod environment;
            #[cfg(feature = "client")]
            pub(crate) mod operations;
            #[cfg(feature = "client")]
            pub mod resources;
            pub mod types;

            pub use environment::Environment;
            #token
        },
    )?;
    Ok(File::new(path, source))
}
