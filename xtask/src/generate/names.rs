//! Names as people write them: generators spell every path out to be safe anywhere.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};
use syn::visit_mut::{self, VisitMut};

/// The SDK's own types that models are made of.
const OWN: &[&str] = &[
    "Date",
    "JsonObject",
    "JsonValue",
    "Number",
    "Secret",
    "Timestamp",
    "UnknownFields",
];

/// What a generated file imports from the SDK.
#[derive(Debug, Default)]
pub(super) struct Imports(BTreeSet<&'static str>);

impl Imports {
    /// Remembers that the file uses a type of the SDK, if it is one.
    pub(super) fn add(&mut self, name: &str) -> bool {
        let own = OWN.iter().find(|own| **own == name);
        own.inspect(|own| {
            self.0.insert(own);
        })
        .is_some()
    }

    /// The `use` items, with those for other schemas.
    pub(super) fn tokens(&self, schemas: &[&str]) -> TokenStream {
        let list = |names: Vec<Ident>| match names.as_slice() {
            [] => None,
            [only] => Some(quote!(#only)),
            several => Some(quote!({#(#several),*})),
        };
        let names = |names: &[&str]| names.iter().map(|name| format_ident!("{name}")).collect();
        let own: Vec<&str> = self.0.iter().copied().collect();
        let schemas = list(names(schemas)).map(|names| quote!(use super::#names;));
        let own = list(names(&own)).map(|names| quote!(use crate::#names;));
        quote!(#schemas #own)
    }
}

/// Shortens paths to what the prelude or an import provides.
pub(super) struct Shorten<'a>(pub(super) &'a mut Imports);

impl VisitMut for Shorten<'_> {
    fn visit_path_mut(&mut self, path: &mut syn::Path) {
        visit_mut::visit_path_mut(self, path);
        let written: Vec<String> = path
            .segments
            .iter()
            .map(|segment| segment.ident.to_string())
            .collect();
        let written: Vec<&str> = written.iter().map(String::as_str).collect();
        let known = match written.as_slice() {
            ["std", "option", "Option"] | ["std", "vec", "Vec"] | ["std", "string", "String"] => {
                true
            }
            ["crate", own] => self.0.add(own),
            _ => false,
        };
        if known && let Some(last) = path.segments.pop() {
            path.leading_colon = None;
            path.segments = std::iter::once(last).collect();
        }
    }
}

/// The `use` items for names of the runtime, by module.
pub(super) fn runtime_imports(
    names: impl IntoIterator<Item = (&'static str, &'static str)>,
) -> TokenStream {
    let mut modules: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for (module, name) in names {
        modules.entry(module).or_default().insert(name);
    }
    let imports = modules.into_iter().map(|(module, names)| {
        let module = format_ident!("{module}");
        let names: Vec<_> = names.iter().map(|name| format_ident!("{name}")).collect();
        match names.as_slice() {
            [only] => quote!(use crate::runtime::#module::#only;),
            several => quote!(use crate::runtime::#module::{#(#several),*};),
        }
    });
    quote!(#(#imports)*)
}
