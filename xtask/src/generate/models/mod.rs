//! Models: typify's structs, finished for the people who read and use them.
//!
//! typify decides what a struct and its fields are. Added here: the order of the document, documentation, room to grow
//! (`#[non_exhaustive]`), for what is sent a constructor and setters, and for what answers carry a table of its fields, by
//! which the SDK reads and writes it.

mod received;
mod setters;
mod shortcuts;
mod words;

use std::collections::BTreeSet;

use proc_macro2::TokenStream;
use quote::{ToTokens, format_ident, quote};
use syn::punctuated::Punctuated;
use syn::visit_mut::VisitMut;
use syn::{Attribute, ItemStruct, Meta, Token};

use self::words::{field_doc, schema_doc};
use super::names::{Imports, Shorten};
use super::stock::{self, Stock};
use super::{File, print};
use crate::contract::{Contract, Field, Kind, Schema};
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
                let docs = variants.iter().map(|variant| {
                    print::doc([print::prose(&format!(
                        "`{}`",
                        variant.value.replace('`', "'")
                    ))])
                });
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
                let mut source = print::file(&path, object(contract, schema, item)?)?;
                if schema.in_answers {
                    source += &received::table(schema);
                }
                source
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
    let has_default = derives_default(&item);
    let default = has_default.then(|| quote!(Default,));
    let fields = schema.fields().iter().map(|field| {
        let stock = stock_field(schema, field, &item)?;
        let (ident, ty) = (&stock.ident, &stock.ty);
        let ty = if field.is_optional_list(schema) {
            quote!(Option<#ty>)
        } else {
            quote!(#ty)
        };
        let attribute = if schema.in_answers {
            received::schema_attribute(schema, field)
        } else {
            serde_attribute(schema, field, &stock.attrs)
        };
        let doc = field_doc(contract, field);
        Ok(quote!(#doc #attribute pub #ident: #ty))
    });
    let mut fields: Vec<_> = fields.collect::<Result<_>>()?;
    if schema.in_answers {
        fields.push(received::unknown_fields(&mut imports));
    }
    let mut references = references(schema, contract);
    let methods = schema.in_requests.then(|| {
        let setters = setters::setters(contract, schema, has_default, &mut imports);
        let shortcuts = shortcuts::shortcuts(contract, schema, &mut imports, &mut references);
        quote! {
            impl #name {
                #setters
                #shortcuts
            }
        }
    });
    let references: Vec<&str> = references.into_iter().collect();
    let imports = imports.tokens(&references);
    let (serde, derives, container) = if schema.in_answers {
        (None, None, received::schema_container(schema))
    } else {
        (
            Some(quote!(
                use serde::{Deserialize, Serialize};
            )),
            Some(quote!(, Serialize, Deserialize)),
            None,
        )
    };
    Ok(quote! {
        #serde
        #imports
        #doc
        #[derive(Clone, Debug, #default PartialEq #derives)]
        #[cfg_attr(feature = "schemars", derive(schemars::JsonSchema) #container)]
        #[non_exhaustive]
        pub struct #name {
            #(#fields,)*
        }
        #methods
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
    // typify has no optional lists; where we do, it is shown by a list.
    let expected = if field.is_optional_list(schema) {
        field.ty.rust_name()
    } else {
        field.rust_type(schema)
    };
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
fn references<'a>(schema: &'a Schema, contract: &'a Contract) -> BTreeSet<&'a str> {
    schema
        .fields()
        .iter()
        .filter_map(|field| field.ty.named())
        .filter(|name| *name != schema.name && contract.schema(name).is_some())
        .collect()
}

/// typify's serde attribute, in short form.
fn serde_attribute(schema: &Schema, field: &Field, attributes: &[Attribute]) -> TokenStream {
    let mut metas: Punctuated<Meta, Token![,]> = Punctuated::new();
    if field.is_optional_list(schema) {
        let rename = (field.name != field.rust_name).then(|| {
            let name = &field.name;
            quote!(rename = #name,)
        });
        return quote!(#[serde(#rename skip_serializing_if = "Option::is_none")]);
    }
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
    if metas.is_empty() {
        TokenStream::new()
    } else {
        quote!(#[serde(#metas)])
    }
}
