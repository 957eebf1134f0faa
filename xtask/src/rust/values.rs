//! The Rust types of values, and the arguments of their setters.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

use super::Imports;
use crate::api::Type;
use crate::surface::types::rust_type;

/// The type of a value.
pub fn ty(ty: &Type, received: bool, imports: &mut Imports) -> TokenStream {
    match ty {
        Type::Text => quote!(String),
        Type::Boolean => quote!(bool),
        Type::Integer if !received => quote!(i64),
        Type::Named(name) => imports.ty(name),
        Type::List(item) => {
            let item = self::ty(item, received, imports);
            quote!(Vec<#item>)
        }
        Type::Map(value) => {
            let value = self::ty(value, received, imports);
            let map = imports.of("std::collections", "BTreeMap");
            quote!(#map<String, #value>)
        }
        own => imports.public(&rust_type(own, received)),
    }
}

/// The argument type of a setter.
pub fn argument(ty: &Type, received: bool, imports: &mut Imports) -> TokenStream {
    match ty {
        Type::Boolean => quote!(bool),
        Type::Integer if !received => quote!(i64),
        Type::FreeForm => {
            let value = imports.public("JsonValue");
            quote!(impl IntoIterator<Item = (impl Into<String>, impl Into<#value>)>)
        }
        Type::List(item) => {
            let item = argument(item, received, imports);
            quote!(impl IntoIterator<Item = #item>)
        }
        Type::Map(value) => {
            let value = argument(value, received, imports);
            quote!(impl IntoIterator<Item = (impl Into<String>, #value)>)
        }
        other => {
            let ty = self::ty(other, received, imports);
            quote!(impl Into<#ty>)
        }
    }
}

/// The expression that turns a setter's argument into the value.
pub fn value(ty: &Type, received: bool, ident: &Ident) -> TokenStream {
    match ty {
        Type::Boolean => quote!(#ident),
        Type::Integer if !received => quote!(#ident),
        Type::FreeForm => {
            quote!(#ident.into_iter().map(|(key, value)| (key.into(), value.into())).collect())
        }
        Type::List(item) => each(item, received, ident),
        Type::Map(inner) => {
            let (key, value_ident) = (format_ident!("key"), format_ident!("value"));
            let value = value(inner, received, &value_ident);
            quote!(#ident.into_iter().map(|(#key, #value_ident)| (#key.into(), #value)).collect())
        }
        _ => quote!(#ident.into()),
    }
}

fn each(item: &Type, received: bool, list: &Ident) -> TokenStream {
    match item {
        Type::Boolean => quote!(#list.into_iter().collect()),
        Type::Integer if !received => quote!(#list.into_iter().collect()),
        Type::FreeForm | Type::List(_) | Type::Map(_) => {
            let ident = format_ident!("item");
            let value = value(item, received, &ident);
            quote!(#list.into_iter().map(|#ident| #value).collect())
        }
        _ => quote!(#list.into_iter().map(Into::into).collect()),
    }
}
