//! Generates the environments in which the API is served.

use quote::{format_ident, quote};

use super::File;
use crate::api::Api;
use crate::diagnostic::Result;
use crate::layout::SDK;
use crate::rust::print::{self, Piece, Source};

pub(super) fn file(api: &Api<'_>) -> Result<File> {
    let path = format!("{SDK}/environment.rs");
    let names: Vec<_> = api
        .environments
        .iter()
        .map(|environment| format_ident!("{}", environment.name))
        .collect();
    let lower: Vec<_> = api
        .environments
        .iter()
        .map(|environment| environment.name.to_lowercase())
        .collect();
    let urls: Vec<_> = api
        .environments
        .iter()
        .map(|environment| &environment.url)
        .collect();
    let docs = api.environments.iter().map(|environment| {
        print::doc([format!(
            "{}: {}",
            print::prose(environment.description),
            environment.url
        )])
    });
    let defaults = (0..names.len()).map(|index| (index == 0).then(|| quote!(#[default])));
    let source = Source {
        head: proc_macro2::TokenStream::new(),
        items: vec![Piece::plain(quote! {
            /// An environment of Tight, each with its own base URL.
            #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
            #[non_exhaustive]
            pub enum Environment {
                #(#docs #defaults #names,)*
            }

            impl Environment {
                /// All environments.
                pub const ALL: &'static [Self] = &[#(Self::#names),*];

                /// The name in lower case, such as `sandbox`.
                pub const fn name(self) -> &'static str {
                    match self {
                        #(Self::#names => #lower,)*
                    }
                }

                /// The base URL, to which paths of the API are appended.
                pub const fn base_url(self) -> &'static str {
                    match self {
                        #(Self::#names => #urls,)*
                    }
                }
            }
        })],
    };
    Ok(File::new(&path, source.print(&path)?))
}
