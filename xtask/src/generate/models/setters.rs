//! Constructors and setters of what is sent.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

use super::words::field_meaning;
use crate::contract::{Contract, Field, FieldType, Schema};
use crate::generate::names::Imports;
use crate::generate::print;

/// A constructor for what must be there, and a setter for each thing that may.
pub(super) fn setters(
    contract: &Contract,
    schema: &Schema,
    derives_default: bool,
    imports: &mut Imports,
) -> TokenStream {
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
        (false, _) if field.is_plain_list(schema) => quote!(#ident: Vec::new()),
        (false, _) => quote!(#ident: None),
    });
    let unknown_fields =
        (schema.in_answers).then(|| quote!(unknown_fields: UnknownFields::default()));
    let values: Vec<_> = values.chain(unknown_fields).collect();
    // A setter called `default` hides the trait's function.
    let made = if derives_default && idents.iter().all(|ident| ident != "default") {
        quote!(Self::default())
    } else {
        quote!(Self { #(#values),* })
    };
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
    // Which page of a query is wanted is said where pages are asked for.
    let is_of_page = |field: &Field| {
        contract.is_page_query(&schema.name) && ["cursor", "limit"].contains(&field.name.as_str())
    };
    let setters = fields()
        .filter(|(field, _)| !field.required && !is_of_page(field))
        .map(|(field, ident)| {
            let doc = print::doc([field_meaning(contract, field)]);
            let ty = argument_type(&field.ty, imports);
            let value = argument_value(&field.ty, ident);
            let value = if field.is_plain_list(schema) {
                value
            } else {
                quote!(Some(#value))
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
        #doc
        pub fn new(#(#arguments),*) -> Self {
            #made
        }

        #(#setters)*
    }
}

pub(super) fn argument_type(ty: &FieldType, imports: &mut Imports) -> TokenStream {
    match ty {
        FieldType::Integer => quote!(i64),
        FieldType::Boolean => quote!(bool),
        FieldType::Text => quote!(impl Into<String>),
        FieldType::Secret
        | FieldType::Timestamp
        | FieldType::Date
        | FieldType::ReceivedInteger
        | FieldType::Number => {
            let name = ty.rust_name();
            imports.add(&name);
            let name = format_ident!("{name}");
            quote!(impl Into<#name>)
        }
        FieldType::FreeForm => {
            imports.add("JsonValue");
            quote!(impl IntoIterator<Item = (impl Into<String>, impl Into<JsonValue>)>)
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

pub(super) fn argument_value(ty: &FieldType, ident: &Ident) -> TokenStream {
    match ty {
        FieldType::Integer | FieldType::Boolean => quote!(#ident),
        FieldType::FreeForm => {
            quote!(#ident.into_iter().map(|(key, value)| (key.into(), value.into())).collect())
        }
        FieldType::List(item) if **item == FieldType::FreeForm => {
            let object = format_ident!("object");
            let value = argument_value(item, &object);
            quote!(#ident.into_iter().map(|#object| #value).collect())
        }
        FieldType::List(item) if needs_into(item) => {
            quote!(#ident.into_iter().map(Into::into).collect())
        }
        FieldType::List(_) => quote!(#ident.into_iter().collect()),
        _ => quote!(#ident.into()),
    }
}

/// Whether an argument for a value of this type is whatever turns into it.
fn needs_into(ty: &FieldType) -> bool {
    !matches!(ty, FieldType::Integer | FieldType::Boolean)
}
