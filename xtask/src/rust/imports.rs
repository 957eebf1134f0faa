//! The imports of a generated file. A name that the file defines, or imports from elsewhere, is written with its path.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

/// The imports of a file, and the names that they must leave alone.
#[derive(Debug, Default)]
pub struct Imports {
    /// The names that the file defines.
    own: BTreeSet<String>,
    /// Those of the names that are types of the specification.
    types: BTreeSet<String>,
    /// By name: the path that it is imported from.
    imported: HashMap<String, String>,
    /// By path: the names that are imported from it.
    paths: BTreeMap<String, BTreeSet<String>>,
}

impl Imports {
    /// Imports of a file that defines these names.
    pub fn beside(own: impl IntoIterator<Item = String>) -> Self {
        Self {
            own: own.into_iter().collect(),
            ..Self::default()
        }
    }

    /// Imports of a file that defines these types of the specification.
    pub fn of_models(types: impl IntoIterator<Item = String>) -> Self {
        let types: BTreeSet<String> = types.into_iter().collect();
        Self {
            own: types.clone(),
            types,
            ..Self::default()
        }
    }

    /// A name of a module, imported if possible: `of("crate::runtime::call", "Effect")`.
    pub fn of(&mut self, path: &str, name: &str) -> TokenStream {
        let ident = format_ident!("{name}");
        let is_free =
            !self.own.contains(name) && self.imported.get(name).is_none_or(|known| known == path);
        if is_free {
            self.imported.insert(name.to_owned(), path.to_owned());
            self.paths
                .entry(path.to_owned())
                .or_default()
                .insert(name.to_owned());
            return quote!(#ident);
        }
        let path: syn::Path = parsed(path);
        quote!(#path::#ident)
    }

    /// A name of the SDK's public interface.
    pub fn public(&mut self, name: &str) -> TokenStream {
        self.of("crate", name)
    }

    /// A name of a module of the runtime.
    pub fn runtime(&mut self, module: &str, name: &str) -> TokenStream {
        self.of(&format!("crate::runtime::{module}"), name)
    }

    /// A type of the specification.
    pub fn ty(&mut self, name: &str) -> TokenStream {
        if self.types.contains(name) {
            let ident = format_ident!("{name}");
            return quote!(#ident);
        }
        self.of("crate::types", name)
    }

    /// The `use` items: of the standard library, of other crates, of this one.
    pub fn tokens(&self) -> TokenStream {
        let rank = |path: &str| match path.split("::").next() {
            Some("std") => 0,
            Some("crate") => 2,
            _ => 1,
        };
        let mut paths: Vec<_> = self.paths.iter().collect();
        // What is imported from the crate itself stands behind what is from its modules, as rustfmt has it.
        paths.sort_by_key(|(path, _)| (rank(path), path.as_str() == "crate", path.as_str()));
        let uses = paths.into_iter().map(|(path, names)| {
            let path: syn::Path = parsed(path);
            let names: Vec<Ident> = names.iter().map(|name| format_ident!("{name}")).collect();
            match names.as_slice() {
                [only] => quote!(use #path::#only;),
                several => quote!(use #path::{#(#several),*};),
            }
        });
        quote!(#(#uses)*)
    }
}

fn parsed(path: &str) -> syn::Path {
    let segments = path.split("::").map(|name| format_ident!("{name}"));
    syn::parse_quote!(#(#segments)::*)
}
