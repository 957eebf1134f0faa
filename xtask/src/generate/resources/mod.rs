//! Resources: what users call. One type for each tag, one method for each operation, by the shape of its answer.

mod bare;
mod batch_save;

use std::collections::BTreeSet;

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::operations::constant;
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
            "Calls on {name}: {}.",
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
                        #types::new(self)
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
    runtime: &'static [&'static str],
    /// What it takes from the SDK's public interface.
    public: &'static [&'static str],
    /// What users call.
    methods: TokenStream,
    /// What the runtime goes by.
    impls: TokenStream,
}

fn part(contract: &Contract, operation: &Operation) -> Option<Part> {
    let request = operation.request.as_deref()?;
    Some(match &operation.shape {
        Shape::Bare => bare::part(operation, request),
        Shape::BatchSave { item, entity } => batch_save::part(
            contract,
            operation,
            &batch_save::Names {
                request,
                item,
                entity,
            },
        ),
    })
}

/// The request of an operation, as the runtime sends it.
fn request_impl(operation: &Operation, request: &str) -> TokenStream {
    let (request, call) = (
        format_ident!("{request}"),
        format_ident!("{}", operation.rust_name),
    );
    let constant = constant(operation);
    quote! {
        impl Request for #request {
            const OPERATION: Operation = #constant;

            async fn send(&self, client: &operations::Client) -> Sent {
                client.#call(self).await
            }
        }
    }
}

fn resource_file(contract: &Contract, resource: &str, operations: &[&Operation]) -> Result<File> {
    let path = format!("{SDK}/resources/{resource}.rs");
    let name = type_name(resource);
    let doc = print::doc([format!(
        "Calls on {resource}. Made by [`Client::{resource}`]."
    )]);
    let parts: Vec<Part> = operations
        .iter()
        .filter_map(|operation| part(contract, operation))
        .collect();
    let names = |names: BTreeSet<&str>| {
        names
            .into_iter()
            .map(|name| format_ident!("{name}"))
            .collect::<Vec<_>>()
    };
    let schemas = names(
        parts
            .iter()
            .flat_map(|part| &part.schemas)
            .map(String::as_str)
            .collect(),
    );
    let runtime = ["Operation", "Request", "Sent"].iter();
    let runtime = names(
        runtime
            .chain(parts.iter().flat_map(|part| part.runtime))
            .copied()
            .collect(),
    );
    let public = ["Client"].iter();
    let public = names(
        public
            .chain(parts.iter().flat_map(|part| part.public))
            .copied()
            .collect(),
    );
    let stream = parts
        .iter()
        .any(|part| part.public.contains(&"ItemOutcome"));
    let stream = stream.then(|| {
        quote!(
            use futures_util::Stream;
        )
    });
    let constants = operations.iter().map(|operation| {
        let (module, constant) = (
            format_ident!("{}", operation.rust_name),
            constant(operation),
        );
        quote!(use crate::generated::operations::#module::#constant;)
    });
    let (methods, impls) = (
        parts.iter().map(|part| &part.methods),
        parts.iter().map(|part| &part.impls),
    );
    let source = print::file(
        &path,
        quote! {
            #stream
            use crate::generated::operations;
            #(#constants)*
            use crate::runtime::{#(#runtime),*};
            use crate::types::{#(#schemas),*};
            use crate::{#(#public),*};

            #doc
            #[derive(Clone, Copy, Debug)]
            pub struct #name<'a> {
                client: &'a Client,
            }

            impl<'a> #name<'a> {
                pub(crate) fn new(client: &'a Client) -> Self {
                    Self { client }
                }

                #(#methods)*
            }

            #(#impls)*
        },
    )?;
    Ok(File::new(path, source))
}
