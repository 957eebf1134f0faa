//! Groups generated code by the sections of the documentation: up to four files per section, and one section for shared types.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::generator_output::GeneratorOutput;
use super::{File, Specification, calls, models};
use crate::diagnostic::Result;
use crate::layout::SDK;
use crate::rust::print::{Piece, Source};
use crate::surface::{SHARED, Section};

pub(super) fn files(
    specification: &Specification<'_, '_>,
    output: &mut GeneratorOutput,
) -> Result<Vec<File>> {
    let Specification { api, surface, .. } = specification;
    let mut files = Vec::new();
    let mut sections = Vec::new();
    for section in &surface.sections {
        let folder = format!("{SDK}/{}", section.module);
        let (models, filters) = models::files(api, surface, section, output)?;
        let calls = calls::file(specification, section, output)?;
        let parts = [("models", models), ("filters", filters), ("calls", calls)];
        let mut modules = Vec::new();
        for (module, source) in parts {
            let Some(source) = source else { continue };
            let path = format!("{folder}/{module}.rs");
            files.push(File::new(&path, source.print(&path)?));
            modules.push(module);
        }
        let path = format!("{folder}/mod.rs");
        files.push(File::new(
            &path,
            section_file(section, &modules).print(&path)?,
        ));
        sections.push((section, modules));
    }
    let path = format!("{SDK}/mod.rs");
    files.push(File::new(
        &path,
        root_file(specification, &sections).print(&path)?,
    ));
    Ok(files)
}

fn section_file(section: &Section<'_>, modules: &[&str]) -> Source {
    let about = match section.module.as_str() {
        SHARED => " Types that several sections of the documentation share.".to_owned(),
        module => format!(
            " The section \"{}\" of the documentation.",
            module.replace('_', " ")
        ),
    };
    let items = modules.iter().map(|module| {
        let ident = format_ident!("{module}");
        let feature = (*module == "calls").then(|| quote!(#[cfg(feature = "client")]));
        quote!(#feature pub(crate) mod #ident;)
    });
    Source {
        head: quote!(#![doc = #about] #(#items)*),
        items: Vec::new(),
    }
}

fn root_file(
    specification: &Specification<'_, '_>,
    sections: &[(&Section<'_>, Vec<&str>)],
) -> Source {
    let modules = sections.iter().map(|(section, _)| {
        let module = format_ident!("{}", section.module);
        quote!(mod #module;)
    });
    let exports = |wanted: &[&str]| -> Vec<TokenStream> {
        let exports = sections.iter().flat_map(|(section, modules)| {
            let module = format_ident!("{}", section.module);
            let parts = modules.iter().filter(|part| wanted.contains(part));
            parts
                .map(|part| {
                    let part = format_ident!("{part}");
                    quote!(pub use super::#module::#part::*;)
                })
                .collect::<Vec<_>>()
        });
        exports.collect()
    };
    let types = exports(&["models", "filters"]);
    let resources = exports(&["calls"]);
    let client = calls::client(specification);
    let token = calls::token(specification);
    Source {
        head: quote! {
            //! The generated API: a folder for each section of the documentation.

            mod environment;
            #[cfg(feature = "webhooks")]
            pub(crate) mod events;
            #(#modules)*

            pub use environment::Environment;
        },
        items: vec![
            Piece::plain(quote! {
                /// Types of request and response bodies, and of their fields.
                pub mod types {
                    #(#types)*
                }
            }),
            Piece::plain(quote! {
                /// The API's operations, grouped by resource. Get a resource from a method of [`Client`](crate::Client).
                #[cfg(feature = "client")]
                pub mod resources {
                    #(#resources)*
                }
            }),
            Piece::plain(client),
            Piece::plain(token),
        ],
    }
}
