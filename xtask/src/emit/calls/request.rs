//! Generates the request of an operation, and its implementation of the runtime's `Request` trait.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::Stmt;

use crate::api::{Auth, Body, Part, PartContent, Position, Success};
use crate::kinds::Call;
use crate::rust::{Imports, print, values};

/// The constant that describes an operation.
pub(super) fn constant(call: &Call<'_, '_>, imports: &mut Imports) -> TokenStream {
    let operation = call.operation;
    let title = format!("`{} {}`", operation.method, operation.path);
    let doc = print::doc([format!("{title}: {}.", print::prose(operation.summary))]);
    let (ty, auth, effect) = (
        imports.runtime("call", "Operation"),
        imports.runtime("call", "Auth"),
        imports.runtime("call", "Effect"),
    );
    let constant = format_ident!("{}", call.names.constant);
    let id = operation.id;
    let effect = if call.kind.reads(operation) {
        quote!(#effect::Reads)
    } else if operation.method == "DELETE" {
        quote!(#effect::Deletes)
    } else {
        quote!(#effect::Writes)
    };
    let auth = match operation.auth {
        Auth::Token => quote!(#auth::Token),
        Auth::ClientCredentials => quote!(#auth::ClientCredentials),
        Auth::None => quote!(#auth::None),
    };
    quote! {
        #doc
        const #constant: #ty = #ty { id: #id, effect: #effect, auth: #auth };
    }
}

/// The request type of an operation, built by these statements.
pub(super) fn request(
    call: &Call<'_, '_>,
    build_statements: &[Stmt],
    imports: &mut Imports,
) -> TokenStream {
    let name = format_ident!("{}", call.names.request_type);
    let constant = format_ident!("{}", call.names.constant);
    let fields = fields(call, imports);
    let check = check(call, imports);
    let overrides = overrides(call, imports);
    let doc = format!(" The request of [`{}`].", call.names.constant);
    let clone = match call.operation.body {
        Body::Multipart(_) => None,
        _ => Some(quote!(Clone,)),
    };
    let repeatable = repeatable(call, imports);
    let form = form(call, imports);
    let [transport, build_error] = [
        imports.runtime("transport", "Transport"),
        imports.runtime("call", "BuildError"),
    ];
    let of_kind = call.kind.request(call, imports);
    let request = imports.runtime("call", "Request");
    quote! {
        #[doc = #doc]
        #[derive(#clone Debug)]
        pub(crate) struct #name {
            #(#fields,)*
        }

        impl #request for #name {
            const OPERATION: Operation = #constant;

            #overrides

            #check

            #repeatable

            async fn build(&self, api: &#transport) -> Result<reqwest::Request, #build_error> {
                #form
                #(#build_statements)*
            }
        }

        #of_kind
    }
}

fn fields(call: &Call<'_, '_>, imports: &mut Imports) -> Vec<TokenStream> {
    let mut fields = Vec::new();
    for (parameter, names) in call.operation.parameters.iter().zip(&call.names.parameters) {
        let name = format_ident!("{}", names.name);
        let ty = values::ty(&parameter.ty, false, imports);
        let ty = if parameter.required {
            ty
        } else {
            quote!(Option<#ty>)
        };
        fields.push(quote!(pub(crate) #name: #ty));
    }
    match &call.operation.body {
        Body::None => {}
        Body::Json { ty, .. } => {
            let ty = call
                .kind
                .body(imports)
                .unwrap_or_else(|| values::ty(ty, false, imports));
            let ty = if call.sends_body() {
                ty
            } else {
                quote!(Option<#ty>)
            };
            fields.push(quote!(pub(crate) body: #ty));
        }
        Body::Form { schema } => {
            let ty = imports.ty(schema);
            fields.push(quote!(pub(crate) body: #ty));
        }
        Body::Multipart(parts) => {
            for (part, name) in parts.iter().zip(&call.names.parts) {
                let name = format_ident!("{name}");
                let ty = match &part.content {
                    PartContent::File => imports.public("Upload"),
                    PartContent::Json(schema) => imports.ty(schema),
                    PartContent::Text(ty) => values::ty(ty, false, imports),
                };
                let ty = if part.required {
                    ty
                } else {
                    quote!(Option<#ty>)
                };
                fields.push(quote!(pub(crate) #name: #ty));
            }
        }
    }
    fields
}

/// A path parameter, encoded.
pub(super) fn in_path(name: &str, imports: &mut Imports) -> TokenStream {
    let field = format_ident!("{name}");
    let path = imports.runtime("call", "path");
    quote!(#path::encode(&self.#field))
}

/// The query of the URL.
pub(super) fn query(call: &Call<'_, '_>, imports: &mut Imports) -> Option<TokenStream> {
    let pairs = parameters(call, Position::Query);
    (!pairs.is_empty()).then(|| {
        let query = imports.runtime("call", "Query");
        quote!(&#query::new() #(#pairs)*)
    })
}

/// The parameters of one position, each as it is added to the others.
fn parameters(call: &Call<'_, '_>, position: Position) -> Vec<TokenStream> {
    let parameters = call.operation.parameters.iter().zip(&call.names.parameters);
    let parameters = parameters.filter(|(parameter, _)| parameter.position == position);
    let parameters = parameters.map(|(parameter, names)| {
        let (name, field) = (parameter.name, format_ident!("{}", names.name));
        quote!(.with(#name, &self.#field))
    });
    parameters.collect()
}

/// Overrides of the runtime's defaults for requests.
fn overrides(call: &Call<'_, '_>, imports: &mut Imports) -> TokenStream {
    let accept = match &call.operation.success {
        Success::Bytes(media) => {
            let media = format!("{media}, application/json");
            Some(quote!(const ACCEPT: &'static str = #media;))
        }
        _ => None,
    };
    let server = call.operation.server.map(|server| {
        let server = server.trim_end_matches('/');
        quote!(const SERVER: Option<&'static str> = Some(#server);)
    });
    let in_headers = parameters(call, Position::Header);
    let headers = (!in_headers.is_empty()).then(|| {
        let headers = imports.runtime("call", "Headers");
        quote! {
            fn headers(&self) -> #headers {
                #headers::new() #(#in_headers)*
            }
        }
    });
    quote!(#accept #server #headers)
}

/// Checks path parameters, before the request is sent.
fn check(call: &Call<'_, '_>, imports: &mut Imports) -> Option<TokenStream> {
    let parameters = call.operation.parameters.iter().zip(&call.names.parameters);
    let in_path = parameters.filter(|(parameter, _)| parameter.position == Position::Path);
    let mut checks: Vec<_> = in_path
        .map(|(parameter, names)| {
            let (name, field) = (parameter.name, format_ident!("{}", names.name));
            let path = imports.runtime("call", "path");
            quote!(#path::check(#name, &self.#field))
        })
        .collect();
    let last = checks.pop()?;
    let result = imports.public("Result");
    Some(quote! {
        fn check(&self) -> #result<()> {
            #(#checks?;)*
            #last
        }
    })
}

/// Whether the request can be repeated: not if a file can be read only once.
fn repeatable(call: &Call<'_, '_>, imports: &mut Imports) -> Option<TokenStream> {
    let parts = call.operation.body.parts().iter().zip(&call.names.parts);
    let files: Vec<_> = parts
        .filter(|(part, _)| part.content == PartContent::File)
        .collect();
    let (first, others) = files.split_first()?;
    let repeats = files.iter().map(|(part, name)| {
        let field = format_ident!("{name}");
        match part.required {
            true => quote!(self.#field.is_repeatable()),
            false => quote!(self.#field.iter().all(crate::Upload::is_repeatable)),
        }
    });
    let fault = |part: &Part<'_>, name: &str| {
        let field = format_ident!("{name}");
        match part.required {
            true => quote!(self.#field.take_error()),
            false => quote!(self.#field.iter().find_map(crate::Upload::take_error)),
        }
    };
    let first = fault(first.0, first.1);
    let others = others.iter().map(|(part, name)| fault(part, name));
    let upload_error = imports.runtime("upload", "UploadError");
    Some(quote! {
        fn is_repeatable(&self) -> bool {
            #(#repeats)&&*
        }

        fn take_upload_error(&self) -> Option<#upload_error> {
            #first #(.or_else(|| #others))*
        }
    })
}

/// The parts of a multipart body.
fn form(call: &Call<'_, '_>, imports: &mut Imports) -> Option<TokenStream> {
    let Body::Multipart(parts) = &call.operation.body else {
        return None;
    };
    let form = imports.runtime("upload", "Form");
    let parts = parts.iter().zip(&call.names.parts).map(|(part, name)| {
        let (wire, field) = (part.name, format_ident!("{name}"));
        match part.content {
            PartContent::File if part.required => quote!(.file(#wire, &self.#field).await?),
            PartContent::File => quote!(.file(#wire, self.#field.as_ref()).await?),
            PartContent::Json(_) if part.required => quote!(.json(#wire, &self.#field)?),
            PartContent::Json(_) => quote!(.json(#wire, self.#field.as_ref())?),
            PartContent::Text(_) => quote!(.text(#wire, &self.#field)),
        }
    });
    Some(quote!(let form = #form::new()#(#parts)*.finish();))
}
