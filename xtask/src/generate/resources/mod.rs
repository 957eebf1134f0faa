//! Resources: what users call. One type for each tag, one method for each operation, by the shape of its answer.

mod arguments;
mod batch_save;
mod entity;
mod page;

use std::collections::BTreeSet;

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::names::runtime_imports;
use super::{File, print};
use crate::contract::{Contract, Operation, Shape};
use crate::diagnostic::Result;
use crate::layout::SDK;

/// One file for each resource, and the module that gives the client its methods.
pub(super) fn files(contract: &Contract) -> Result<Vec<File>> {
    let mut resources: Vec<(&str, Vec<&Operation>)> = Vec::new();
    for operation in &contract.operations {
        match resources
            .iter_mut()
            .find(|(name, _)| *name == operation.resource)
        {
            Some((_, operations)) => operations.push(operation),
            None => resources.push((&operation.resource, vec![operation])),
        }
    }
    resources.sort_by_key(|(name, _)| *name);

    let mut files = vec![module_file(&resources)?];
    for (name, operations) in &resources {
        files.push(resource_file(contract, name, operations)?);
    }
    Ok(files)
}

fn type_name(resource: &str) -> syn::Ident {
    format_ident!("{}", heck::ToUpperCamelCase::to_upper_camel_case(resource))
}

fn module_file(resources: &[(&str, Vec<&Operation>)]) -> Result<File> {
    let path = format!("{SDK}/resources/mod.rs");
    let modules: Vec<_> = resources
        .iter()
        .map(|(name, _)| format_ident!("{name}"))
        .collect();
    let types: Vec<_> = resources.iter().map(|(name, _)| type_name(name)).collect();
    let docs = resources.iter().map(|(name, operations)| {
        let methods = operations
            .iter()
            .map(|operation| format!("`{}`", operation.resource_method));
        print::doc([format!(
            "Calls on {}: {}.",
            spoken(name),
            methods.collect::<Vec<_>>().join(", ")
        )])
    });
    let source = print::file(
        &path,
        quote! {
            //! What can be called, by resource.

            #(mod #modules;)*

            #(pub use #modules::#types;)*

            use crate::Client;

            impl Client {
                #(
                    #docs
                    pub fn #modules(&self) -> #types<'_> {
                        #types::new(self.session())
                    }
                )*
            }
        },
    )?;
    Ok(File::new(path, source))
}

/// What an operation adds to the file of its resource.
struct Part {
    /// The schemas that it names.
    schemas: Vec<String>,
    /// What it takes from the SDK's runtime.
    runtime: &'static [(&'static str, &'static str)],
    /// What it takes from the SDK's public interface.
    public: &'static [&'static str],
    /// What users call.
    methods: TokenStream,
}

fn part(contract: &Contract, operation: &Operation) -> Part {
    match &operation.shape {
        Shape::Bare => entity::bare(operation),
        Shape::Entity { entity } => entity::part(operation, entity),
        Shape::BatchSave { item, entity } => batch_save::part(contract, operation, item, entity),
        Shape::Page { item, .. } => page::part(contract, operation, item),
    }
}

fn resource_file(contract: &Contract, resource: &str, operations: &[&Operation]) -> Result<File> {
    let path = format!("{SDK}/resources/{resource}.rs");
    let name = type_name(resource);
    let doc = print::doc([format!(
        "Calls on {}. Made by [`Client::{resource}`](crate::Client::{resource}).",
        spoken(resource)
    )]);
    let parts: Vec<Part> = operations
        .iter()
        .map(|operation| part(contract, operation))
        .collect();
    let schemas = parts.iter().flat_map(|part| &part.schemas);
    let schemas = names(schemas.map(String::as_str));
    let runtime = parts.iter().flat_map(|part| part.runtime).copied();
    let runtime = runtime_imports(runtime.chain([("call", "Session")]));
    let public = parts.iter().flat_map(|part| part.public).copied();
    let public = names(public.filter(|name| *name != "Stream" && *name != "Iter"));
    let foreign = |name: &str| parts.iter().any(|part| part.public.contains(&name));
    let stream = (foreign("Stream") || foreign("Iter")).then(|| {
        quote!(
            use futures_util::Stream;
            use futures_util::stream::Iter;
        )
    });
    let mut sorted = operations.to_vec();
    sorted.sort_by_key(|operation| &operation.rust_name);
    let requests = sorted.iter().map(|operation| {
        let (module, request) = (
            format_ident!("{}", operation.rust_name),
            format_ident!("{}", operation.request_type),
        );
        quote!(use crate::generated::operations::#module::#request;)
    });
    let methods = parts.iter().map(|part| &part.methods);
    let source = print::file(
        &path,
        quote! {
            #stream
            #(#requests)*
            #runtime
            use crate::types::{#(#schemas),*};
            use crate::{#(#public),*};

            #doc
            #[derive(Clone, Copy, Debug)]
            pub struct #name<'a> {
                session: &'a Session,
            }

            impl<'a> #name<'a> {
                pub(crate) fn new(session: &'a Session) -> Self {
                    Self { session }
                }

                #(#methods)*
            }
        },
    )?;
    Ok(File::new(path, source))
}

/// What an operation does, in the words of its description, or else in its title.
fn meaning(operation: &Operation) -> String {
    match operation.description.trim() {
        "" => format!("{}.", print::prose(&operation.summary)),
        description => print::prose(description),
    }
}

fn names<'a>(names: impl Iterator<Item = &'a str>) -> Vec<syn::Ident> {
    let names: BTreeSet<&str> = names.collect();
    names
        .into_iter()
        .map(|name| format_ident!("{name}"))
        .collect()
}

/// The name of a resource, as words.
fn spoken(resource: &str) -> String {
    resource.replace('_', " ")
}
