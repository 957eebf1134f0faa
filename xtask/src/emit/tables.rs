//! Generates tables for the SDK's tests: every documented payload, every operation as users call it, and every type with its JSON
//! schema, and to be stored.

use quote::{format_ident, quote};

use super::{File, Specification};
use crate::api::Api;
use crate::diagnostic::Result;
use crate::kinds::{Call, test_arguments};
use crate::layout::SDK_TESTS;
use crate::rust::print::{Piece, Source};
use crate::sample::{Sample, Showing};
use crate::surface::Surface;

/// The documented payloads, each with the types in it.
pub(super) fn samples(samples: &[Sample]) -> Result<File> {
    let path = format!("{SDK_TESTS}/samples.rs");
    let rows = samples.iter().map(|sample| {
        let (name, section) = (&sample.name, sample.section.replace('-', "_"));
        let side = format_ident!("{}", if sample.is_answer { "Answer" } else { "Request" });
        let models = sample.models.iter().map(|(place, schema)| {
            let schema = format_ident!("{schema}");
            quote!((#place, round_trip::<types::#schema>))
        });
        quote!(Sample { name: #name, section: #section, side: Side::#side, models: &[#(#models),*] })
    });
    let source = Source {
        head: quote! {
            use tight_api::types;

            use super::{Sample, Side, round_trip};
        },
        items: vec![Piece::plain(quote! {
            /// Every file of `openapi/samples/`, and what reads it.
            pub(super) const SAMPLES: &[Sample] = &[#(#rows),*];
        })],
    };
    Ok(File::new(&path, source.print(&path)?))
}

/// Every operation as its users call it, with the documented payloads. So an operation is in the table if what it takes has a sample.
pub(super) fn calls(specification: &Specification<'_, '_>, samples: &[Sample]) -> Result<File> {
    let path = format!("{SDK_TESTS}/calls.rs");
    let rows: Vec<_> = specification
        .calls()
        .filter_map(|call| {
            let made = made(&call, samples)?;
            let id = call.operation.id;
            Some(quote!(Call { operation: #id, make: |client| Box::pin(async move { #made }) }))
        })
        .collect();
    let body = quote!(#(#rows)*).to_string();
    let imports = [
        ("sample", "sample ::"),
        ("sample_items", "sample_items ::"),
        ("sent", "sent ("),
    ]
    .iter();
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
    let source = Source {
        head: quote! {
            #upload
            #types

            use super::{Call #(, #imports)*};
        },
        items: vec![Piece::plain(quote! {
            /// Every operation, called through its resource.
            pub(super) const CALLS: &[Call] = &[#(#rows),*];
        })],
    };
    Ok(File::new(&path, source.print(&path)?))
}

/// The call of an operation; nothing if there is no sample of what it takes.
fn made(call: &Call<'_, '_>, samples: &[Sample]) -> Option<proc_macro2::TokenStream> {
    let payload = call.kind.payload(call.operation, false);
    let sample = |schema: &str| {
        let sample = samples.iter().find(|sample| {
            let is_of = sample.models.iter().any(|(_, model)| model == schema)
                || payload.iter().any(|place| sample.models.contains(place));
            !sample.is_answer
                && sample.operation == call.operation.id
                && is_of
                && sample.showing != Showing::Elsewhere
        })?;
        let name = &sample.name;
        // The types that the kind takes apart: items, and what stands beside them.
        let models: Vec<_> = match &sample.showing {
            Showing::Part(_) => sample.models.clone(),
            _ => payload.clone(),
        };
        let read = models.iter().map(|(place, model)| {
            let model = format_ident!("{model}");
            match place.as_str() {
                "" => quote!(sample::<types::#model>(#name)),
                place => quote!(sample_items::<types::#model>(#name, #place)),
            }
        });
        let read: Vec<_> = read.collect();
        Some(quote!(#(#read),*))
    };
    let arguments = test_arguments(call, sample)?;
    let (resource, method) = (
        format_ident!("{}", call.names.resource),
        format_ident!("{}", call.names.method),
    );
    Some(
        call.kind
            .test(quote!(client.#resource().#method(#(#arguments),*))),
    )
}

/// Every public type that is no condition, with the JSON schema that it derives, and a function that stores one.
pub(super) fn type_schemas(api: &Api<'_>, surface: &Surface<'_>) -> Result<File> {
    let path = format!("{SDK_TESTS}/type_schemas.rs");
    let types = surface.types.iter().filter(|(_, names)| names.is_public);
    let rows = types
        .filter(|(name, _)| api.schema(name).is_some())
        .map(|(name, names)| {
            let ty = format_ident!("{name}");
            let fields = names
                .fields
                .iter()
                .map(|(index, _)| api.properties(name)[*index].name);
            quote!(Type { name: #name, fields: &[#(#fields),*], derive: derived::<types::#ty>, store: stored::<types::#ty> })
        });
    let source = Source {
        head: quote! {
            use tight_api::types;

            use super::{Type, derived, stored};
        },
        items: vec![Piece::plain(quote! {
            /// Every public type, its fields as they travel, what derives its schema, and what stores one.
            pub(crate) const TYPES: &[Type] = &[#(#rows),*];
        })],
    };
    Ok(File::new(&path, source.print(&path)?))
}
