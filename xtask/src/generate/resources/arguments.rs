//! What a method of a resource takes, and how it becomes the operation's request: the parameters, then the body.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use crate::contract::{Body, FieldType, Operation, Parameter, PartKind};

/// What a method takes.
pub(super) struct Arguments {
    /// `id: impl Into<String>, request: Schema`
    pub(super) signature: Vec<TokenStream>,
    /// `Type { id: id.into(), body: request }`
    pub(super) request: TokenStream,
    /// The schemas that the signature names.
    pub(super) schemas: Vec<String>,
    /// What the signature takes from the SDK's public interface.
    pub(super) public: &'static [&'static str],
    /// What each means, as paragraphs of documentation.
    pub(super) docs: Vec<String>,
}

/// The arguments of an operation whose body, if it is one object, is called `body`.
pub(super) fn arguments(operation: &Operation, body: &str) -> Arguments {
    let mut arguments = Arguments {
        signature: Vec::new(),
        request: TokenStream::new(),
        schemas: Vec::new(),
        public: &[],
        docs: Vec::new(),
    };
    let mut fields = Vec::new();
    for parameter in &operation.parameters {
        let field = format_ident!("{}", parameter.rust_name);
        if operation.is_of_page(parameter) {
            fields.push(quote!(#field: None));
            continue;
        }
        let (ty, value) = parameter_argument(parameter, &mut arguments.schemas);
        arguments.signature.push(quote!(#field: #ty));
        fields.push(value);
        if !parameter.description.is_empty() {
            arguments.docs.push(format!(
                "- `{}`: {}",
                parameter.rust_name,
                crate::generate::print::prose(&parameter.description)
            ));
        }
    }
    match &operation.body {
        Body::None => {}
        Body::Object(schema) => {
            let (body, ty) = (format_ident!("{body}"), format_ident!("{schema}"));
            arguments.signature.push(quote!(#body: #ty));
            arguments.schemas.push(schema.clone());
            fields.push(if body == "body" {
                quote!(body)
            } else {
                quote!(body: #body)
            });
        }
        Body::Multipart(parts) => {
            for part in parts {
                let name = format_ident!("{}", part.name);
                let ty = match &part.kind {
                    PartKind::File => {
                        arguments.public = &["Upload"];
                        format_ident!("Upload")
                    }
                    PartKind::Object(schema) => {
                        arguments.schemas.push(schema.clone());
                        format_ident!("{schema}")
                    }
                };
                arguments.signature.push(quote!(#name: #ty));
                fields.push(quote!(#name));
            }
        }
    }
    let request = format_ident!("{}", operation.request_type);
    arguments.request = quote!(#request { #(#fields),* });
    arguments
}

fn parameter_argument(
    parameter: &Parameter,
    schemas: &mut Vec<String>,
) -> (TokenStream, TokenStream) {
    let field = format_ident!("{}", parameter.rust_name);
    let ty = format_ident!("{}", parameter.ty.rust_name());
    schemas.extend(parameter.ty.named().map(str::to_owned));
    let is_plain = !matches!(parameter.ty, FieldType::Text | FieldType::Schema(_));
    match (is_plain, parameter.required) {
        (true, true) => (quote!(#ty), quote!(#field)),
        (_, false) => (quote!(Option<#ty>), quote!(#field)),
        (false, true) => (quote!(impl Into<#ty>), quote!(#field: #field.into())),
    }
}
