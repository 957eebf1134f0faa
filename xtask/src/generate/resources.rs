//! Resources: what users call. One type for each tag, one method for each operation, by the shape of its answer.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::operations::constant;
use super::{File, print};
use crate::contract::{Contract, Field, FieldType, Operation, Shape};
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

fn resource_file(contract: &Contract, resource: &str, operations: &[&Operation]) -> Result<File> {
    let path = format!("{SDK}/resources/{resource}.rs");
    let name = type_name(resource);
    let doc = print::doc([format!(
        "Calls on {resource}. Made by [`Client::{resource}`]."
    )]);
    let mut schemas: Vec<&str> = Vec::new();
    let mut modules = Vec::new();
    let mut methods = Vec::new();
    let mut impls = Vec::new();
    for operation in operations {
        let Shape::BatchSave {
            item,
            result,
            entity,
        } = &operation.shape;
        let Some(request) = &operation.request else {
            continue;
        };
        schemas.extend([item.as_str(), result, entity, request]);
        let (module, constant) = (
            format_ident!("{}", operation.rust_name),
            constant(operation),
        );
        modules.push(quote!(use crate::generated::operations::#module::#constant;));
        methods.push(batch_save(contract, operation, request, item, entity));
        impls.push(batch_impls(
            contract, operation, request, item, result, entity,
        ));
    }
    schemas.sort_unstable();
    schemas.dedup();
    let schemas = schemas.into_iter().map(|name| format_ident!("{name}"));
    let source = print::file(
        &path,
        quote! {
            use crate::generated::operations;
            #(#modules)*
            use crate::runtime::{BatchResult, BatchSave, ItemAnswer, Operation, Sent, batch};
            use crate::types::{#(#schemas),*};
            use crate::{BatchOutcome, Client, Result};

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

fn batch_save(
    contract: &Contract,
    operation: &Operation,
    request: &str,
    item: &str,
    entity: &str,
) -> TokenStream {
    let doc = print::doc([
        format!("{}.", operation.summary),
        operation.description.clone(),
        format!(
            "Takes any number of items and sends them in order, in requests of at most [`batch_size`] items. Every item \
             comes back in the outcome: saved as a [`{entity}`], rejected, in doubt, or not sent. Nothing is sent twice."
        ),
        "[`batch_size`]: crate::ClientBuilder::batch_size".to_owned(),
        "# Errors".to_owned(),
        "Only where certainly nothing was saved. What became of each item is in the outcome, not here.".to_owned(),
        "# Example".to_owned(),
        example(contract, operation, item),
        print::source_page(&operation.page),
    ]);
    let method = format_ident!("{}", operation.resource_method);
    let (request, item, entity) = (
        format_ident!("{request}"),
        format_ident!("{item}"),
        format_ident!("{entity}"),
    );
    quote! {
        #doc
        pub async fn #method(&self, items: impl IntoIterator<Item = #item>) -> Result<BatchOutcome<#item, #entity>> {
            batch::save::<#request>(self.client, items).await
        }
    }
}

/// How a call reads, with the documented example values.
fn example(contract: &Contract, operation: &Operation, item: &str) -> String {
    let fields = contract
        .schema(item)
        .map(|schema| schema.fields())
        .unwrap_or_default();
    let value = |field: &Field| format!("{:?}", field.example.as_deref().unwrap_or("…"));
    let is_text = |field: &&Field| field.ty == FieldType::Text;
    let required: Vec<_> = fields
        .iter()
        .filter(|field| field.required)
        .map(value)
        .collect();
    let setter = fields.iter().filter(|field| !field.required).find(is_text);
    let setter = setter
        .map(|field| format!(".{}({})", field.rust_name, value(field)))
        .unwrap_or_default();
    format!(
        "```\n\
         # async fn example(client: &tight_api::Client) -> tight_api::Result<()> {{\n\
         use tight_api::types::{item};\n\
         \n\
         let item = {item}::new({arguments}){setter};\n\
         let outcome = client.{resource}().{method}([item]).await?;\n\
         for rejected in outcome.rejected() {{\n\
         \x20   eprintln!(\"{{:?}}: {{}}\", rejected.item, rejected.errors);\n\
         }}\n\
         # Ok(())\n\
         # }}\n\
         ```",
        arguments = required.join(", "),
        resource = operation.resource,
        method = operation.resource_method,
    )
}

fn batch_impls(
    contract: &Contract,
    operation: &Operation,
    request: &str,
    item: &str,
    result: &str,
    entity: &str,
) -> TokenStream {
    let part = |name: &str| {
        let field = contract
            .schema(result)
            .and_then(|schema| schema.field(name));
        field.map_or_else(
            || quote!(Default::default()),
            |field| {
                let field = format_ident!("{}", field.rust_name);
                quote!(self.#field)
            },
        )
    };
    let (status, data, code, errors) = (
        part("result"),
        part("data"),
        part("statusCode"),
        part("error"),
    );
    let (call, constant) = (
        format_ident!("{}", operation.rust_name),
        constant(operation),
    );
    let (request, item) = (format_ident!("{request}"), format_ident!("{item}"));
    let (result, entity) = (format_ident!("{result}"), format_ident!("{entity}"));
    quote! {
        impl BatchSave for #request {
            const OPERATION: Operation = #constant;
            type Item = #item;
            type Result = #result;

            fn of(items: Vec<#item>) -> Self {
                Self { data: items }
            }

            fn into_items(self) -> Vec<#item> {
                self.data
            }

            async fn send(&self, client: &operations::Client) -> Sent {
                client.#call(self).await
            }
        }

        impl BatchResult for #result {
            type Entity = #entity;

            fn into_answer(self) -> ItemAnswer<#entity> {
                ItemAnswer { result: #status, status_code: #code, data: #data, errors: #errors }
            }
        }
    }
}
