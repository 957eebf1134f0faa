//! The request of an operation: what it is sent with, and how the runtime goes about it.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::Stmt;

use super::constant;
use crate::contract::{
    Body, Contract, Field, FieldType, Operation, PagePlace, Parameter, Part, PartKind, Place,
    Range, Shape,
};

/// The request of an operation.
pub(super) struct Request {
    /// Its type, and what the type is to the runtime.
    pub(super) tokens: TokenStream,
    /// What it takes from the SDK's runtime: names, by module.
    pub(super) runtime: Vec<(&'static str, &'static str)>,
    /// What it takes from the standard library.
    pub(super) std: Option<TokenStream>,
}

/// The request of an operation that these statements build.
pub(super) fn request(contract: &Contract, operation: &Operation, building: &[Stmt]) -> Request {
    let mut runtime = vec![
        ("call", "Auth"),
        ("call", "Effect"),
        ("call", "Operation"),
        ("call", "Request"),
        ("call", "Unsendable"),
        ("transport", "Transport"),
    ];
    let mut std = None;
    let name = format_ident!("{}", operation.request_type);
    let constant = constant(operation);
    let fields = fields(operation);
    let check = check(operation, &mut runtime);
    let doc = format!(" The request of [`{constant}`].");
    let clone = match operation.body {
        Body::Multipart(_) => None,
        _ => Some(quote!(Clone,)),
    };
    let shape = match &operation.shape {
        Shape::BatchSave { item, entity } => {
            runtime.push(("batch", "BatchSave"));
            batch_save(contract, operation, item, entity, &mut runtime)
        }
        Shape::Page {
            item,
            place,
            limits,
        } => {
            runtime.push(("listing", "PageRequest"));
            std = Some(quote!(
                use std::ops::RangeInclusive;
            ));
            page(operation, item, *place, *limits)
        }
        Shape::Bare | Shape::Entity { .. } => TokenStream::new(),
    };
    let repeatable = repeatable(operation, &mut runtime);
    let form = form(operation, &mut runtime);
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

            async fn build(&self, api: &Transport) -> Result<reqwest::Request, Unsendable> {
                #form
                #(#building)*
            }
        }

        #shape
    };
    Request {
        tokens,
        runtime,
        std,
    }
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
fn check(
    operation: &Operation,
    runtime: &mut Vec<(&'static str, &'static str)>,
) -> Option<TokenStream> {
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
    runtime.push(("call", "path"));
    Some(quote! {
        fn check(&self) -> crate::Result<()> {
            #(#others?;)*
            #last
        }
    })
}

/// A file that can be read once makes a request that can be sent once.
fn repeatable(
    operation: &Operation,
    runtime: &mut Vec<(&'static str, &'static str)>,
) -> Option<TokenStream> {
    let Body::Multipart(parts) = &operation.body else {
        return None;
    };
    let files = parts
        .iter()
        .filter(|part| matches!(part.kind, PartKind::File));
    let files: Vec<_> = files.map(|part| format_ident!("{}", part.name)).collect();
    let (first, others) = files.split_first()?;
    let first = quote!(self.#first);
    runtime.push(("upload", "UploadFault"));
    Some(quote! {
        fn is_repeatable(&self) -> bool {
            #(self.#files.is_repeatable())&&*
        }

        fn take_upload_fault(&self) -> Option<UploadFault> {
            #first.take_fault() #(.or_else(|| self.#others.take_fault()))*
        }
    })
}

/// The parts of a body of several.
fn form(
    operation: &Operation,
    runtime: &mut Vec<(&'static str, &'static str)>,
) -> Option<TokenStream> {
    let Body::Multipart(parts) = &operation.body else {
        return None;
    };
    runtime.push(("upload", "Form"));
    let parts = parts.iter().map(form_part);
    Some(quote!(let form = Form::new()#(#parts)*.finish();))
}

fn form_part(part: &Part) -> TokenStream {
    let (name, field) = (&part.name, format_ident!("{}", part.name));
    match part.kind {
        PartKind::File => quote!(.file(#name, &self.#field).await?),
        PartKind::Object(_) => quote!(.json(#name, &self.#field)?),
    }
}

fn batch_save(
    contract: &Contract,
    operation: &Operation,
    item: &str,
    entity: &str,
    runtime: &mut Vec<(&'static str, &'static str)>,
) -> TokenStream {
    let name = format_ident!("{}", operation.request_type);
    let shared: Vec<_> = echoed(contract, item, entity)
        .map(|field| format_ident!("{field}"))
        .collect();
    if !shared.is_empty() {
        runtime.push(("batch", "Echoed"));
    }
    runtime.push(("batch", "Echo"));
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

            const ECHOES: &'static [Echo<types::#item, types::#entity>] = &[
                #(Echo {
                    sent: |item| item.#shared.echo(),
                    received: |entity| entity.#shared.echo(),
                }),*
            ];

            fn from_items(items: Vec<types::#item>) -> Self {
                Self { body: types::#body { data: items } }
            }

            fn items(&self) -> &[types::#item] {
                &self.body.data
            }

            fn into_items(self) -> Vec<types::#item> {
                self.body.data
            }
        }
    }
}

/// The fields that an item and its entity share, and by which one can be told from another: not flags, and not choices of a few
/// values.
fn echoed<'a>(
    contract: &'a Contract,
    item: &'a str,
    entity: &'a str,
) -> impl Iterator<Item = &'a str> {
    let fields = |name| {
        let schema = contract.schema(name);
        schema.map(|schema| schema.fields()).unwrap_or_default()
    };
    let tells_apart = |field: &&Field| {
        matches!(
            field.ty,
            FieldType::Text
                | FieldType::Integer
                | FieldType::Number
                | FieldType::Date
                | FieldType::Timestamp
        )
    };
    let received: &[Field] = fields(entity);
    let sent: &[Field] = fields(item);
    sent.iter()
        .filter(tells_apart)
        .filter(move |sent| {
            received
                .iter()
                .any(|received| received.name == sent.name && received.ty == sent.ty)
        })
        .map(|field| field.rust_name.as_str())
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

            fn paging_fields(&mut self) -> (&mut Option<String>, &mut Option<i64>) {
                (&mut #place.cursor, &mut #place.limit)
            }
        }
    }
}
