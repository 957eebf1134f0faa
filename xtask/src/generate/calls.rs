//! Every operation as its users call it: a table for the SDK's tests.
//!
//! The calls are made with the documented payloads. So an operation is in the table if what it takes has a sample.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::{File, print};
use crate::contract::{Body, Contract, FieldType, Kind, Operation, Parameter, PartKind, Shape};
use crate::diagnostic::Result;
use crate::layout::SDK_TESTS;
use crate::sample::{Sample, Showing};

/// The table of calls.
pub(super) fn file(contract: &Contract, samples: &[Sample]) -> Result<File> {
    let path = format!("{SDK_TESTS}/calls.rs");
    let rows: Vec<TokenStream> = contract
        .operations
        .iter()
        .filter_map(|operation| {
            let call = call(contract, operation, samples)?;
            let id = &operation.id;
            Some(quote!(Call { operation: #id, make: |client| Box::pin(async move { #call }) }))
        })
        .collect();
    let body = rows.iter().map(ToString::to_string).collect::<String>();
    let imports = [("sample", "sample ::"), ("sent", "sent (")].iter();
    let imports = imports
        .filter(|(_, used)| body.contains(used))
        .map(|(name, _)| format_ident!("{name}"));
    let upload = body.contains("Upload ::").then(|| {
        quote!(
            use tight_api::Upload;
        )
    });
    let types = body.contains("types ::").then(|| {
        quote!(
            use tight_api::types;
        )
    });
    let source = print::file(
        &path,
        quote! {
            #upload
            #types

            use super::{Call #(, #imports)*};

            /// Every operation, called through its resource.
            pub(super) const CALLS: &[Call] = &[#(#rows),*];
        },
    )?;
    Ok(File::new(path, source))
}

/// The call of an operation; nothing if there is no sample of what it takes.
fn call(contract: &Contract, operation: &Operation, samples: &[Sample]) -> Option<TokenStream> {
    let sample = |schema: &str| {
        samples.iter().find(|sample| {
            !sample.is_answer
                && sample.operation == operation.id
                && sample.schema == schema
                && sample.showing != Showing::Elsewhere
        })
    };
    let (resource, method) = (
        format_ident!("{}", operation.resource),
        format_ident!("{}", operation.resource_method),
    );
    let mut arguments: Vec<TokenStream> = operation
        .parameters
        .iter()
        .filter(|parameter| !operation.is_of_page(parameter))
        .map(|parameter| argument(contract, parameter))
        .collect();
    let read = |sample: &Sample| {
        let (name, ty) = (&sample.name, format_ident!("{}", sample.schema));
        quote!(sample::<types::#ty>(#name))
    };
    match &operation.body {
        Body::None => {}
        Body::Object(schema) => {
            let body = read(sample(schema)?);
            arguments.push(match operation.shape {
                Shape::BatchSave { .. } => quote!(#body.data),
                _ => body,
            });
        }
        Body::Multipart(parts) => {
            for part in parts {
                arguments.push(match &part.kind {
                    PartKind::File => quote!(Upload::bytes("file.txt", "content")),
                    PartKind::Object(schema) => read(sample(schema)?),
                });
            }
        }
    }
    let call = quote!(client.#resource().#method(#(#arguments),*));
    Some(match operation.shape {
        Shape::Page { .. } => quote!(sent(#call.page().await)),
        Shape::BatchSave { .. } => quote!(sent(#call.await.into_result())),
        _ => quote!(sent(#call.await)),
    })
}

/// A value that is named like its parameter, so that the address shows it.
fn argument(contract: &Contract, parameter: &Parameter) -> TokenStream {
    let name = &parameter.name;
    let value = match &parameter.ty {
        FieldType::Integer => quote!(1),
        FieldType::Boolean => quote!(true),
        FieldType::Schema(schema) => match contract.schema(schema).map(|schema| &schema.kind) {
            Some(Kind::Enum(variants)) => {
                let value = variants.first().map_or(name, |first| &first.value);
                quote!(#value)
            }
            _ => quote!(#name),
        },
        _ => quote!(#name),
    };
    match (parameter.required, &parameter.ty) {
        (true, _) => value,
        (false, FieldType::Text | FieldType::Schema(_)) => quote!(Some(#value.into())),
        (false, _) => quote!(Some(#value)),
    }
}
