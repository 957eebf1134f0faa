//! Generates calls: a type for each resource with a method for each operation, and the request of each operation.

mod method;
mod request;

use std::collections::BTreeMap;

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::Specification;
use super::generator_output::GeneratorOutput;
use crate::diagnostic::Result;
use crate::kinds::{self, Call};
use crate::rust::Imports;
use crate::rust::print::{self, Piece, Source};
use crate::surface::Section;

/// The resources, by name: their calls, in the order of the document.
fn resources<'a, 'd>(
    specification: &Specification<'a, 'd>,
) -> BTreeMap<&'a str, Vec<Call<'a, 'd>>> {
    let mut resources: BTreeMap<&str, Vec<Call<'a, 'd>>> = BTreeMap::new();
    for call in specification.calls() {
        resources
            .entry(&call.names.resource)
            .or_default()
            .push(call);
    }
    resources
}

/// The section that defines a resource: the first, by name, of those that its operations are of.
fn defining_section(specification: &Specification<'_, '_>, resource: &str) -> Option<String> {
    let surface = specification.surface;
    let mut sections = surface.sections.iter();
    let is_of = |section: &&Section<'_>| {
        let mut operations = section.operations.iter();
        operations.any(|index| surface.calls[*index].resource == resource)
    };
    sections.find(is_of).map(|section| section.module.clone())
}

/// The calls of a section, if it has any.
pub(super) fn file(
    specification: &Specification<'_, '_>,
    section: &Section<'_>,
    output: &mut GeneratorOutput,
) -> Result<Option<Source>> {
    if section.operations.is_empty() {
        return Ok(None);
    }
    let all: Vec<Call<'_, '_>> = specification.calls().collect();
    let calls: Vec<(usize, Call<'_, '_>)> = section
        .operations
        .iter()
        .map(|index| (*index, all[*index]))
        .collect();
    let mut own: Vec<String> = calls
        .iter()
        .map(|(_, call)| call.names.request_type.clone())
        .collect();
    own.extend(calls.iter().flat_map(|(_, call)| {
        ["Call", "List"].map(|what| format!("{}{what}", call.names.request_type))
    }));
    own.extend(
        calls
            .iter()
            .map(|(_, call)| call.names.resource_type.clone()),
    );
    let mut imports = Imports::beside(own);
    let mut items = Vec::new();
    for (resource, of_resource) in resources(specification) {
        let here: Vec<_> = calls
            .iter()
            .filter(|(_, call)| call.names.resource == resource)
            .map(|(_, call)| *call)
            .collect();
        if here.is_empty() {
            continue;
        }
        let is_home = defining_section(specification, resource).as_deref() == Some(&section.module);
        items.push(Piece::plain(self::resource(
            resource,
            &of_resource,
            &here,
            is_home,
            &mut imports,
        )));
    }
    for (index, call) in &calls {
        let build_statements = method::build_statements(*index, call, output, &mut imports)?;
        items.extend(call.kind.builder(call, &mut imports));
        items.push(Piece::plain(request::constant(call, &mut imports)));
        items.push(Piece::plain(request::request(
            call,
            &build_statements,
            &mut imports,
        )));
    }
    let imports = imports.tokens();
    let about = format!(
        " Operations of the section \"{}\", and their requests.",
        in_words(&section.module)
    );
    Ok(Some(Source {
        head: quote!(#![doc = #about] #imports),
        items,
    }))
}

fn resource(
    resource: &str,
    all: &[Call<'_, '_>],
    here: &[Call<'_, '_>],
    is_home: bool,
    imports: &mut Imports,
) -> TokenStream {
    let Some(first) = all.first() else {
        return TokenStream::new();
    };
    let name = format_ident!("{}", first.names.resource_type);
    let methods: Vec<_> = here
        .iter()
        .map(|call| call.kind.method(call, imports))
        .collect();
    let (definition, new) = if is_home {
        let session = imports.runtime("call", "Session");
        let mut paragraphs = vec![format!(
            "Operations on {}, from [`Client::{resource}`](crate::Client::{resource}).",
            in_words(resource)
        )];
        paragraphs.extend(kinds::resource_doc(all));
        let doc = print::doc(paragraphs);
        (
            quote! {
                #doc
                #[derive(Clone, Copy, Debug)]
                pub struct #name<'a> {
                    pub(crate) session: &'a #session,
                }
            },
            quote! {
                pub(crate) fn new(session: &'a #session) -> Self {
                    Self { session }
                }
            },
        )
    } else {
        (TokenStream::new(), TokenStream::new())
    };
    let name_here = if is_home {
        quote!(#name)
    } else {
        quote!(crate::resources::#name)
    };
    let lifetime = if is_home {
        quote!(<'a>)
    } else {
        TokenStream::new()
    };
    let of = if is_home { quote!(<'a>) } else { quote!(<'_>) };
    quote! {
        #definition

        impl #lifetime #name_here #of {
            #new
            #(#methods)*
        }
    }
}

/// The methods by which the client gives resources.
pub(super) fn client(specification: &Specification<'_, '_>) -> TokenStream {
    let resources = resources(specification);
    let methods = resources.iter().filter_map(|(resource, calls)| {
        let first = calls.first()?;
        let (method, ty) = (
            format_ident!("{resource}"),
            format_ident!("{}", first.names.resource_type),
        );
        let names: Vec<_> = calls
            .iter()
            .map(|call| format!("[`{0}`](resources::{ty}::{0})", call.names.method))
            .collect();
        let doc = print::doc([format!(
            "Operations on {}: {}.",
            in_words(resource),
            names.join(", ")
        )]);
        Some(quote! {
            #doc
            pub fn #method(&self) -> resources::#ty<'_> {
                resources::#ty::new(self.session())
            }
        })
    });
    quote! {
        #[cfg(feature = "client")]
        impl crate::Client {
            #(#methods)*
        }
    }
}

/// The request for access tokens, under the names that the runtime uses.
pub(super) fn token(specification: &Specification<'_, '_>) -> TokenStream {
    let call = specification
        .calls()
        .find(|call| call.kind.x_kind()["is"] == "token");
    let names = call.and_then(|call| {
        let form = call.operation.body.schema()?;
        let answer = call.operation.success.json()?.schema()?;
        let section = specification.surface.sections.iter().find(|section| {
            let mut operations = section.operations.iter();
            operations.any(|index| specification.api.operations[*index].id == call.operation.id)
        })?;
        Some((
            call.names.request_type.clone(),
            form.to_owned(),
            answer.to_owned(),
            section.module.clone(),
        ))
    });
    let Some((request, form, answer, section)) = names else {
        return TokenStream::new();
    };
    let [request, form, answer, section] =
        [request, form, answer, section].map(|name| format_ident!("{name}"));
    quote! {
        /// The request for access tokens, under names that the runtime knows.
        #[cfg(feature = "client")]
        pub(crate) use #section::calls::#request as TokenRequest;
        #[cfg(feature = "client")]
        pub(crate) use types::{#form as TokenForm, #answer as TokenAnswer};
    }
}

/// The name of a resource, as words.
fn in_words(resource: &str) -> String {
    let words = resource.split('_');
    let words: Vec<&str> = words
        .map(|word| if word == "gl" { "GL" } else { word })
        .collect();
    words.join(" ")
}
