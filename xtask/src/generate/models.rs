//! Models: typify's structs, finished for the people who read and use them.
//!
//! typify decides what a struct and its fields are. Added here: the order of the document, documentation, room to grow
//! (`#[non_exhaustive]`), lists that read `null` as absent, and, for what is sent, a constructor and setters.

use proc_macro2::TokenStream;
use quote::{ToTokens, format_ident, quote};
use syn::punctuated::Punctuated;
use syn::visit_mut::VisitMut;
use syn::{Attribute, Ident, ItemStruct, Meta, Token};

use super::names::{Imports, Shorten};
use super::stock::{self, Stock};
use super::{File, print};
use crate::contract::{Contract, Field, FieldType, Kind, Schema};
use crate::diagnostic::Result;
use crate::layout::SDK;

/// One file for each schema, and the module that holds them.
pub(super) fn files(contract: &Contract, stock: &mut Stock) -> Result<Vec<File>> {
    let mut files = Vec::new();
    for schema in &contract.schemas {
        let module = module(schema);
        let path = format!("{SDK}/types/{module}.rs");
        let source = match &schema.kind {
            Kind::Enum(variants) => {
                let name = format_ident!("{}", schema.name);
                let doc = schema_doc(contract, schema);
                let docs = variants
                    .iter()
                    .map(|variant| print::doc([format!("`{}`", variant.value)]));
                let names = variants
                    .iter()
                    .map(|variant| format_ident!("{}", variant.name));
                let values = variants.iter().map(|variant| &variant.value);
                let tokens = quote! {
                    #doc
                    pub enum #name {
                        #(#docs #names = #values,)*
                    }
                };
                print::macro_file(&path, "crate::wire::open_enum", tokens)?
            }
            Kind::Object(_) => {
                let item = stock.take_struct(&schema.name)?;
                print::file(&path, object(contract, schema, item)?)?
            }
        };
        files.push(File::new(path, source));
    }
    files.push(module_file(contract)?);
    Ok(files)
}

/// The module that a schema stands in.
pub(super) fn module(schema: &Schema) -> String {
    heck::ToSnakeCase::to_snake_case(schema.name.as_str())
}

fn module_file(contract: &Contract) -> Result<File> {
    let path = format!("{SDK}/types/mod.rs");
    let mut names: Vec<_> = contract
        .schemas
        .iter()
        .map(|schema| (module(schema), &schema.name))
        .collect();
    names.sort();
    let modules = names.iter().map(|(module, _)| format_ident!("{module}"));
    let exports = names.iter().map(|(module, name)| {
        let (module, name) = (format_ident!("{module}"), format_ident!("{name}"));
        quote!(pub use #module::#name;)
    });
    let source = print::file(
        &path,
        quote! {
            //! What travels: the bodies of requests and answers, and what they are made of.
            #(mod #modules;)*
            #(#exports)*
        },
    )?;
    Ok(File::new(path, source))
}

fn object(contract: &Contract, schema: &Schema, mut item: ItemStruct) -> Result<TokenStream> {
    let mut imports = Imports::default();
    Shorten(&mut imports).visit_item_struct_mut(&mut item);

    let doc = schema_doc(contract, schema);
    let name = &item.ident;
    let default = derives_default(&item).then(|| quote!(Default,));
    let fields = schema.fields().iter().map(|field| {
        let stock = stock_field(schema, field, &item)?;
        let (ident, ty) = (&stock.ident, &stock.ty);
        let attribute = serde_attribute(schema, field, &stock.attrs);
        let doc = field_doc(contract, field);
        Ok(quote!(#doc #attribute pub #ident: #ty))
    });
    let fields: Vec<_> = fields.collect::<Result<_>>()?;
    let setters = schema
        .in_requests
        .then(|| setters(contract, schema, &mut imports));
    let references = references(schema, contract);
    let imports = imports.tokens(&references);
    Ok(quote! {
        use serde::{Deserialize, Serialize};
        #imports
        #doc
        #[derive(Clone, Debug, #default PartialEq, Serialize, Deserialize)]
        #[non_exhaustive]
        pub struct #name {
            #(#fields,)*
        }
        #setters
    })
}

/// typify's field for a field of the contract. They must agree on what it is, or the digest and the setters would lie.
fn stock_field<'a>(schema: &Schema, field: &Field, item: &'a ItemStruct) -> Result<&'a syn::Field> {
    let stock = item.fields.iter().find(|stock| {
        stock
            .ident
            .as_ref()
            .is_some_and(|ident| ident == &field.rust_name)
    });
    let expected = field.rust_type(schema);
    let written = stock.map(|stock| stock.ty.to_token_stream().to_string().replace(' ', ""));
    match (stock, written) {
        (Some(stock), Some(written)) if written == expected => Ok(stock),
        (_, written) => {
            let written = written.as_deref().unwrap_or("no such field").to_owned();
            Err(stock::fault(format!(
                "`{}.{}` is {expected}, but typify wrote {written}",
                schema.name, field.name
            )))
        }
    }
}

fn derives_default(item: &ItemStruct) -> bool {
    item.attrs.iter().any(|attribute| {
        attribute.path().is_ident("derive")
            && attribute.to_token_stream().to_string().contains("Default")
    })
}

/// The other schemas that a schema's fields name.
fn references<'a>(schema: &'a Schema, contract: &'a Contract) -> Vec<&'a str> {
    let mut names: Vec<&str> = schema
        .fields()
        .iter()
        .filter_map(|field| field.ty.named())
        .filter(|name| *name != schema.name && contract.schema(name).is_some())
        .collect();
    names.sort_unstable();
    names.dedup();
    names
}

/// typify's serde attribute, in short form; a list that is read takes `null` for absent.
fn serde_attribute(schema: &Schema, field: &Field, attributes: &[Attribute]) -> TokenStream {
    let mut metas: Punctuated<Meta, Token![,]> = Punctuated::new();
    for attribute in attributes
        .iter()
        .filter(|attribute| attribute.path().is_ident("serde"))
    {
        metas.extend(
            attribute
                .parse_args_with(Punctuated::<Meta, Token![,]>::parse_terminated)
                .unwrap_or_default(),
        );
    }
    for meta in &mut metas {
        let text = meta.to_token_stream().to_string();
        if text.starts_with("skip_serializing_if") {
            let predicate = text
                .replace("::std::option::", "")
                .replace("::std::vec::", "");
            if let Ok(short) = syn::parse_str(&predicate) {
                *meta = short;
            }
        }
    }
    if schema.in_answers && matches!(field.ty, FieldType::List(_)) {
        metas.push(syn::parse_quote!(deserialize_with = "crate::wire::list"));
    }
    if metas.is_empty() {
        TokenStream::new()
    } else {
        quote!(#[serde(#metas)])
    }
}

fn schema_doc(contract: &Contract, schema: &Schema) -> TokenStream {
    let page = schema
        .page
        .as_deref()
        .or_else(|| contract.page_of(&schema.name));
    let meaning = meaning(&schema.description, &schema.name);
    print::doc(
        [Some(meaning), page.map(print::source_page)]
            .into_iter()
            .flatten(),
    )
}

fn field_doc(contract: &Contract, field: &Field) -> TokenStream {
    let example = field
        .example
        .as_ref()
        .map(|example| print::prose(&format!("For example `{}`.", example.replace('`', "'"))));
    print::doc(
        [Some(field_meaning(contract, field)), example]
            .into_iter()
            .flatten(),
    )
}

/// What a field means: in its own words, or in those of the type that it is.
fn field_meaning(contract: &Contract, field: &Field) -> String {
    let of_type = field
        .ty
        .schema()
        .and_then(|name| contract.schema(name))
        .map(|schema| schema.description.as_str());
    let description = Some(field.description.as_str())
        .filter(|own| !own.is_empty())
        .or(of_type);
    meaning(description.unwrap_or_default(), &field.name)
}

fn meaning(description: &str, name: &str) -> String {
    match description {
        "" => format!("`{name}`. Its meaning is not documented."),
        description => print::prose(description),
    }
}

/// A constructor for what must be there, and a setter for each thing that may.
fn setters(contract: &Contract, schema: &Schema, imports: &mut Imports) -> TokenStream {
    let name = format_ident!("{}", schema.name);
    let idents: Vec<Ident> = schema
        .fields()
        .iter()
        .map(|field| format_ident!("{}", field.rust_name))
        .collect();
    let fields = || schema.fields().iter().zip(&idents);

    let arguments = fields()
        .filter(|(field, _)| field.required)
        .map(|(field, ident)| {
            let ty = argument_type(&field.ty, imports);
            quote!(#ident: #ty)
        });
    let arguments: Vec<_> = arguments.collect();
    let values = fields().map(|(field, ident)| match (field.required, &field.ty) {
        (true, ty) => {
            let value = argument_value(ty, ident);
            if *ident == value.to_string() {
                value
            } else {
                quote!(#ident: #value)
            }
        }
        (false, FieldType::List(_)) => quote!(#ident: Vec::new()),
        (false, _) => quote!(#ident: None),
    });
    let values: Vec<_> = values.collect();
    let needs: Vec<_> = (schema.fields().iter().filter(|field| field.required))
        .map(|field| {
            format!(
                "- `{}`: {}",
                field.rust_name,
                field_meaning(contract, field)
            )
        })
        .collect();
    let doc = print::doc(if needs.is_empty() {
        vec!["Nothing is set yet.".to_owned()]
    } else {
        let mut paragraphs =
            vec!["With what it must have; the rest is left out until it is set.".to_owned()];
        paragraphs.extend(needs);
        paragraphs
    });
    let setters = fields()
        .filter(|(field, _)| !field.required)
        .map(|(field, ident)| {
            let doc = print::doc([field_meaning(contract, field)]);
            let ty = argument_type(&field.ty, imports);
            let value = argument_value(&field.ty, ident);
            let value = match field.ty {
                FieldType::List(_) => value,
                _ => quote!(Some(#value)),
            };
            // A field that is called like the constructor.
            let setter = if ident == "new" {
                format_ident!("with_new")
            } else {
                ident.clone()
            };
            quote! {
                #doc
                #[must_use]
                pub fn #setter(mut self, #ident: #ty) -> Self {
                    self.#ident = #value;
                    self
                }
            }
        });
    let setters: Vec<_> = setters.collect();
    quote! {
        impl #name {
            #doc
            pub fn new(#(#arguments),*) -> Self {
                Self { #(#values),* }
            }

            #(#setters)*
        }
    }
}

fn argument_type(ty: &FieldType, imports: &mut Imports) -> TokenStream {
    match ty {
        FieldType::Integer => quote!(i64),
        FieldType::Number => quote!(f64),
        FieldType::Boolean => quote!(bool),
        FieldType::Text => quote!(impl Into<String>),
        FieldType::Secret => {
            imports.secret = true;
            quote!(impl Into<Secret>)
        }
        FieldType::Timestamp => {
            imports.timestamp = true;
            quote!(impl Into<Timestamp>)
        }
        FieldType::Schema(name) => {
            let name = format_ident!("{name}");
            quote!(impl Into<#name>)
        }
        FieldType::List(item) => {
            let item = argument_type(item, imports);
            quote!(impl IntoIterator<Item = #item>)
        }
    }
}

fn argument_value(ty: &FieldType, ident: &Ident) -> TokenStream {
    match ty {
        FieldType::Integer | FieldType::Number | FieldType::Boolean => quote!(#ident),
        FieldType::Text | FieldType::Secret | FieldType::Timestamp | FieldType::Schema(_) => {
            quote!(#ident.into())
        }
        FieldType::List(item) => match **item {
            FieldType::Text | FieldType::Secret | FieldType::Timestamp | FieldType::Schema(_) => {
                quote!(#ident.into_iter().map(Into::into).collect())
            }
            _ => quote!(#ident.into_iter().collect()),
        },
    }
}
