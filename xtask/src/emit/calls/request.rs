//! The request of an operation: what it is sent with, and how the runtime goes about it.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::{Expr, Stmt};

use crate::api::{Auth, Body, Parameter, PartContent, Position, Success, Type};
use crate::kinds::Call;
use crate::rust::{Imports, print, values};

/// The constant that describes an operation.
pub(super) fn constant(call: &Call<'_, '_>, imports: &mut Imports) -> TokenStream {
    let operation = call.operation;
    let title = format!("`{} {}`", operation.method, operation.path);
    let doc = print::doc([
        format!("{title}: {}.", print::prose(operation.summary)),
        print::source_page(operation.page),
    ]);
    let (ty, auth, effect) = (
        imports.runtime("call", "Operation"),
        imports.runtime("call", "Auth"),
        imports.runtime("call", "Effect"),
    );
    let constant = format_ident!("{}", call.names.constant);
    let id = operation.id;
    let effect = if operation.reads {
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

/// The request of an operation that these statements build.
pub(super) fn request(
    call: &Call<'_, '_>,
    building: &[Stmt],
    imports: &mut Imports,
) -> TokenStream {
    let name = format_ident!("{}", call.names.request_type);
    let constant = format_ident!("{}", call.names.constant);
    let fields = fields(call, imports);
    let check = check(call, imports);
    let doc = format!(" The request of [`{}`].", call.names.constant);
    let clone = match call.operation.body {
        Body::Multipart(_) => None,
        _ => Some(quote!(Clone,)),
    };
    let repeatable = repeatable(call, imports);
    let form = form(call, imports);
    let [transport, unsendable] = [
        imports.runtime("transport", "Transport"),
        imports.runtime("call", "Unsendable"),
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

            #check

            #repeatable

            async fn build(&self, api: &#transport) -> Result<reqwest::Request, #unsendable> {
                #form
                #(#building)*
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
        Body::Json { ty, required } => {
            let ty = call
                .kind
                .body(imports)
                .unwrap_or_else(|| values::ty(ty, false, imports));
            let ty = if *required { ty } else { quote!(Option<#ty>) };
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

/// The address that an operation is served at.
pub(super) fn base_url(call: &Call<'_, '_>) -> Expr {
    match call.operation.server {
        None => syn::parse_quote!(api.base_url),
        Some(own) => {
            let own = own.trim_end_matches('/');
            syn::parse_quote!(api.base_url_of(#own))
        }
    }
}

/// A value in the path.
pub(super) fn in_path(_: &Parameter<'_>, name: &str, imports: &mut Imports) -> TokenStream {
    let field = format_ident!("{name}");
    let path = imports.runtime("call", "path");
    quote!(#path::encode(&self.#field))
}

/// What is added to a request before it is built: what it has in its query and its headers.
pub(super) fn added(call: &Call<'_, '_>, imports: &mut Imports) -> Vec<TokenStream> {
    let parameters = || call.operation.parameters.iter().zip(&call.names.parameters);
    let mut added = Vec::new();
    let of = |position: Position| {
        parameters().filter(move |(parameter, _)| parameter.position == position)
    };
    if of(Position::Query).next().is_some() {
        let query = imports.runtime("call", "Query");
        let pairs = of(Position::Query).map(|(parameter, names)| {
            let (name, field) = (parameter.name, format_ident!("{}", names.name));
            quote!(.add(#name, &self.#field))
        });
        added.push(quote!(query(&#query::new() #(#pairs)* .finish())));
    }
    for (parameter, names) in of(Position::Header) {
        let (name, field) = (parameter.name, format_ident!("{}", names.name));
        let _ = (name, field);
    }
    if of(Position::Header).next().is_some() {
        let headers = imports.runtime("call", "Headers");
        let pairs = of(Position::Header).map(|(parameter, names)| {
            let (name, field) = (parameter.name, format_ident!("{}", names.name));
            quote!(.add(#name, &self.#field))
        });
        added.push(quote!(headers(#headers::new() #(#pairs)* .finish()?)));
    }
    if let Success::Bytes(media) = &call.operation.success {
        added.push(quote!(header(reqwest::header::ACCEPT, #media)));
    }
    added
}

/// Refuses what the address of the request could not carry.
fn check(call: &Call<'_, '_>, imports: &mut Imports) -> Option<TokenStream> {
    let parameters = call.operation.parameters.iter().zip(&call.names.parameters);
    let in_path = parameters.filter(|(parameter, _)| parameter.position == Position::Path);
    let mut checks: Vec<_> = in_path
        .map(|(parameter, names)| {
            let (name, field) = (parameter.name, format_ident!("{}", names.name));
            let path = imports.runtime("call", "path");
            match parameter.ty {
                Type::Text => quote!(#path::check(#name, &self.#field)),
                _ => quote!(#path::check(#name, self.#field.as_str())),
            }
        })
        .collect();
    let last = checks.pop()?;
    let result = imports.public("Result");
    let _ = &result;
    Some(quote! {
        fn check(&self) -> crate::Result<()> {
            #(#checks?;)*
            #last
        }
    })
}

/// A file that can be read once makes a request that can be sent once.
fn repeatable(call: &Call<'_, '_>, imports: &mut Imports) -> Option<TokenStream> {
    let parts = call.operation.body.parts().iter().zip(&call.names.parts);
    let files: Vec<_> = parts
        .filter(|(part, _)| part.content == PartContent::File)
        .collect();
    let repeats = files.iter().map(|(part, name)| {
        let field = format_ident!("{name}");
        if part.required {
            quote!(self.#field.is_repeatable())
        } else {
            quote!(self.#field.as_ref().is_none_or(|file| file.is_repeatable()))
        }
    });
    let faults = files.iter().map(|(part, name)| {
        let field = format_ident!("{name}");
        if part.required {
            quote!(self.#field.take_fault())
        } else {
            quote!(self.#field.as_ref().and_then(|file| file.take_fault()))
        }
    });
    let faults: Vec<_> = faults.collect();
    let (first, others) = faults.split_first()?;
    let fault = imports.runtime("upload", "UploadFault");
    Some(quote! {
        fn is_repeatable(&self) -> bool {
            #(#repeats)&&*
        }

        fn take_upload_fault(&self) -> Option<#fault> {
            #first #(.or_else(|| #others))*
        }
    })
}

/// The parts of a body of several.
fn form(call: &Call<'_, '_>, imports: &mut Imports) -> Option<TokenStream> {
    let Body::Multipart(parts) = &call.operation.body else {
        return None;
    };
    let form = imports.runtime("upload", "Form");
    let parts = parts.iter().zip(&call.names.parts).map(|(part, name)| {
        let (wire, field) = (part.name, format_ident!("{name}"));
        match part.content {
            PartContent::File => quote!(.file(#wire, &self.#field).await?),
            PartContent::Json(_) => quote!(.json(#wire, &self.#field)?),
            PartContent::Text(_) => quote!(.text(#wire, &self.#field)?),
        }
    });
    Some(quote!(let form = #form::new()#(#parts)*.finish();))
}
