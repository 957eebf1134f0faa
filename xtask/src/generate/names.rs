//! Names as people write them: generators spell every path out to be safe anywhere.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::visit_mut::{self, VisitMut};

/// What a generated file imports.
#[derive(Debug, Default)]
pub(super) struct Imports {
    /// The SDK's timestamp.
    pub(super) timestamp: bool,
    /// The SDK's secret.
    pub(super) secret: bool,
}

impl Imports {
    /// The `use` items, with those for other schemas.
    pub(super) fn tokens(&self, schemas: &[&str]) -> TokenStream {
        let names: Vec<_> = schemas.iter().map(|name| format_ident!("{name}")).collect();
        let schemas = match names.as_slice() {
            [] => None,
            [only] => Some(quote!(use super::#only;)),
            several => Some(quote!(use super::{#(#several),*};)),
        };
        let own = match (self.secret, self.timestamp) {
            (false, false) => None,
            (true, false) => Some(quote!(
                use crate::Secret;
            )),
            (false, true) => Some(quote!(
                use crate::Timestamp;
            )),
            (true, true) => Some(quote!(
                use crate::{Secret, Timestamp};
            )),
        };
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
            ["crate", "Timestamp"] => {
                self.0.timestamp = true;
                true
            }
            ["crate", "Secret"] => {
                self.0.secret = true;
                true
            }
            _ => false,
        };
        if known && let Some(last) = path.segments.pop() {
            path.leading_colon = None;
            path.segments = std::iter::once(last).collect();
        }
    }
}
