//! The request of an operation: what it is sent with, and how the runtime goes about it.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::ImplItemFn;

use super::{constant, method};
use crate::contract::{
    Body, FieldType, Operation, PagePlace, Parameter, Part, PartKind, Place, Range, Shape,
};
use crate::diagnostic::Result;
use crate::generate::stock::fault;

/// The request of an operation.
pub(super) struct Request {
    /// Its type, and what the type is to the runtime.
    pub(super) tokens: TokenStream,
    /// What it takes from the SDK's runtime.
    pub(super) runtime: Vec<&'static str>,
    /// What it takes from the standard library.
    pub(super) std: Option<TokenStream>,
}

/// The request of an operation that `sent` sends.
pub(super) fn request(operation: &Operation, sent: &ImplItemFn) -> Result<Request> {
    let mut runtime = Vec::new();
    let mut std = None;
    let name = format_ident!("{}", operation.request_type);
    let constant = constant(operation);
    let fields = fields(operation);
    let check = check(operation, &mut runtime);
    let send = send(operation, sent, &mut runtime)?;
    let doc = format!(" What [`{constant}`] is sent with.");
    let clone = match operation.body {
        Body::Multipart(_) => None,
        _ => Some(quote!(Clone,)),
    };
    let shape = match &operation.shape {
        Shape::BatchSave { item, entity } => {
            runtime.push("BatchSave");
            batch_save(operation, item, entity)
        }
        Shape::Page {
            item,
            place,
            limits,
        } => {
            runtime.push("PageRequest");
            std = Some(quote!(
                use std::ops::RangeInclusive;
            ));
            page(operation, item, *place, *limits)
        }
        Shape::Bare | Shape::Entity { .. } => TokenStream::new(),
    };
    let repeatable = repeatable(operation, &mut runtime);
    let tokens = quote! {
        #[doc = #doc]
        #[derive(#clone Debug)]
        pub(crate) struct #name {
            #(#fields,)*
        }

        impl Request for #name {
            const OPERATION: Operation = #constant;

            #check

            #repeatable

            async fn send(&self, client: &Client) -> Sent {
                #send
            }
        }

        #shape
    };
    Ok(Request {
        tokens,
        runtime,
        std,
    })
}

fn fields(operation: &Operation) -> Vec<TokenStream> {
    let parameters = operation.parameters.iter().map(|parameter| {
        let (name, ty) = (
            format_ident!("{}", parameter.rust_name),
            parameter_type(parameter),
        );
        quote!(pub(crate) #name: #ty)
    });
    let mut fields: Vec<_> = parameters.collect();
    match &operation.body {
        Body::None => {}
        Body::Object(schema) => {
            let schema = format_ident!("{schema}");
            fields.push(quote!(pub(crate) body: types::#schema));
        }
        Body::Multipart(parts) => fields.extend(parts.iter().map(|part| {
            let name = format_ident!("{}", part.name);
            match &part.kind {
                PartKind::File => quote!(pub(crate) #name: crate::Upload),
                PartKind::Object(schema) => {
                    let schema = format_ident!("{schema}");
                    quote!(pub(crate) #name: types::#schema)
                }
            }
        })),
    }
    fields
}

/// The type of a parameter, in the request.
fn parameter_type(parameter: &Parameter) -> TokenStream {
    let ty = match &parameter.ty {
        FieldType::Schema(name) => {
            let name = format_ident!("{name}");
            quote!(types::#name)
        }
        ty => {
            let name = format_ident!("{}", ty.rust_name());
            quote!(#name)
        }
    };
    if parameter.required {
        ty
    } else {
        quote!(Option<#ty>)
    }
}

/// Refuses what the address of the request could not carry.
fn check(operation: &Operation, runtime: &mut Vec<&'static str>) -> Option<TokenStream> {
    let in_path = operation
        .parameters
        .iter()
        .filter(|parameter| parameter.place == Place::Path);
    let checks: Vec<_> = in_path
        .map(|parameter| {
            let (name, field) = (&parameter.name, format_ident!("{}", parameter.rust_name));
            match parameter.ty {
                FieldType::Text => quote!(path::check(#name, &self.#field)),
                _ => quote!(path::check(#name, self.#field.as_str())),
            }
        })
        .collect();
    let (last, others) = checks.split_last()?;
    runtime.push("path");
    Some(quote! {
        fn check(&self) -> crate::Result<()> {
            #(#others?;)*
            #last
        }
    })
}

/// A file that can be read once makes a request that can be sent once.
fn repeatable(operation: &Operation, runtime: &mut Vec<&'static str>) -> Option<TokenStream> {
    let Body::Multipart(parts) = &operation.body else {
        return None;
    };
    let files = parts
        .iter()
        .filter(|part| matches!(part.kind, PartKind::File));
    let files: Vec<_> = files.map(|part| format_ident!("{}", part.name)).collect();
    let (first, others) = files.split_first()?;
    let first = quote!(self.#first);
    runtime.push("UploadFault");
    Some(quote! {
        fn is_repeatable(&self) -> bool {
            #(self.#files.is_repeatable())&&*
        }

        fn fault(&self) -> Option<UploadFault> {
            #first.fault() #(.or_else(|| self.#others.fault()))*
        }
    })
}

fn send(
    operation: &Operation,
    sent: &ImplItemFn,
    runtime: &mut Vec<&'static str>,
) -> Result<TokenStream> {
    let call = format_ident!("{}", operation.rust_name);
    let mut arguments = Vec::new();
    for name in method::arguments(sent) {
        let parameter = operation
            .parameters
            .iter()
            .find(|parameter| parameter.rust_name == name);
        arguments.push(match (parameter, name.as_str()) {
            (Some(parameter), _) => argument(parameter),
            (None, "body") => quote!(&self.body),
            (None, "form") => quote!(form),
            (None, other) => {
                return Err(fault(format!(
                    "`{}` takes `{other}`, which is none of its parameters",
                    operation.rust_name
                )));
            }
        });
    }
    let form = match &operation.body {
        Body::Multipart(parts) => {
            runtime.push("Form");
            let parts = parts.iter().map(form_part);
            Some(quote!(let form = Form::new()#(#parts)*.finish();))
        }
        _ => None,
    };
    Ok(quote! {
        #form
        client.#call(#(#arguments),*).await
    })
}

fn form_part(part: &Part) -> TokenStream {
    let (name, field) = (&part.name, format_ident!("{}", part.name));
    match part.kind {
        PartKind::File => quote!(.file(#name, &self.#field).await?),
        PartKind::Object(_) => quote!(.json(#name, &self.#field)?),
    }
}

fn argument(parameter: &Parameter) -> TokenStream {
    let field = format_ident!("{}", parameter.rust_name);
    match (&parameter.ty, parameter.place, parameter.required) {
        (_, Place::Path, _) | (FieldType::Text, _, true) => quote!(&self.#field),
        (FieldType::Text, _, false) => quote!(self.#field.as_deref()),
        (FieldType::Schema(_), _, true) => quote!(&self.#field),
        (FieldType::Schema(_), _, false) => quote!(self.#field.as_ref()),
        _ => quote!(self.#field),
    }
}

fn batch_save(operation: &Operation, item: &str, entity: &str) -> TokenStream {
    let name = format_ident!("{}", operation.request_type);
    let (item, entity) = (format_ident!("{item}"), format_ident!("{entity}"));
    let body = operation
        .body
        .schemas()
        .next()
        .map(|body| format_ident!("{body}"));
    quote! {
        impl BatchSave for #name {
            type Item = types::#item;
            type Entity = types::#entity;

            fn of(items: Vec<types::#item>) -> Self {
                Self { body: types::#body { data: items } }
            }

            fn into_items(self) -> Vec<types::#item> {
                self.body.data
            }
        }
    }
}

fn page(operation: &Operation, item: &str, place: PagePlace, limits: Range) -> TokenStream {
    let (name, item) = (
        format_ident!("{}", operation.request_type),
        format_ident!("{item}"),
    );
    let limit = |limit: Option<i64>, none: TokenStream| match limit {
        Some(limit) => {
            let limit = proc_macro2::Literal::i64_unsuffixed(limit);
            quote!(#limit)
        }
        None => none,
    };
    let least = limit(limits.minimum, quote!(i64::MIN));
    let most = limit(limits.maximum, quote!(i64::MAX));
    let place = match place {
        PagePlace::Body => quote!(self.body),
        PagePlace::Query => quote!(self),
    };
    quote! {
        impl PageRequest for #name {
            type Item = types::#item;

            const LIMITS: RangeInclusive<i64> = #least..=#most;

            fn place(&mut self) -> (&mut Option<String>, &mut Option<i64>) {
                (&mut #place.cursor, &mut #place.limit)
            }
        }
    }
}
