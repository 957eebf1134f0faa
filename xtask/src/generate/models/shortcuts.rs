//! Short ways to say what is asked most: a filter is several objects deep, a sort is an object of two.
//!
//! The API's queries have one form, `{cursor, limit, sort: {orderBy, direction}, filter: {…}}`. So for each leaf of a query's
//! filter there is a setter on the query itself (`filter.readStatus.in` → `read_status_in`), and one for each direction.

use std::collections::BTreeSet;

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::setters::{argument_type, argument_value};
use super::words::field_meaning;
use crate::contract::{Contract, Field, FieldType, Kind, Schema};
use crate::generate::names::Imports;
use crate::generate::print;

/// The shortcuts of a query; nothing for any other schema.
pub(super) fn shortcuts<'a>(
    contract: &'a Contract,
    schema: &'a Schema,
    imports: &mut Imports,
    references: &mut BTreeSet<&'a str>,
) -> TokenStream {
    if !contract.is_page_query(&schema.name) {
        return TokenStream::new();
    }
    let mut taken: BTreeSet<String> = schema
        .fields()
        .iter()
        .map(|field| field.rust_name.clone())
        .collect();
    // A setter called `default` would hide the trait's function.
    taken.extend(["new", "with_new", "default"].map(str::to_owned));

    let directions = ["ascending_by", "descending_by"].map(str::to_owned);
    let sort = directions
        .iter()
        .all(|name| !taken.contains(name))
        .then(|| sort(contract, schema, references))
        .flatten();
    taken.extend(directions);
    let mut leaves = Vec::new();
    if let Some(filter) = schema.field("filter").filter(|field| !field.required) {
        collect(contract, &[filter], &mut leaves);
    }
    let filters = leaves.iter().filter_map(|path| {
        let name = path[1..]
            .iter()
            .map(|field| field.rust_name.trim_end_matches('_'))
            .collect::<Vec<_>>()
            .join("_");
        // A name that is taken leaves the long way.
        let name = syn::parse_str::<syn::Ident>(&name)
            .is_ok()
            .then(|| name.clone())
            .filter(|name| taken.insert(name.clone()))?;
        Some(filter(contract, &name, path, imports, references))
    });
    let filters: Vec<_> = filters.collect();
    quote!(#sort #(#filters)*)
}

/// The ways from a filter down to what is compared, through objects whose parts are all optional.
fn collect<'a>(contract: &'a Contract, path: &[&'a Field], leaves: &mut Vec<Vec<&'a Field>>) {
    let Some(last) = path.last() else { return };
    let inner = last.ty.schema().and_then(|name| contract.schema(name));
    match inner.map(|schema| &schema.kind) {
        Some(Kind::Object(fields)) => {
            if fields.iter().all(|field| !field.required) {
                for field in fields {
                    collect(contract, &[path, &[field]].concat(), leaves);
                }
            }
        }
        _ => leaves.push(path.to_vec()),
    }
}

fn filter<'a>(
    contract: &'a Contract,
    name: &str,
    path: &[&'a Field],
    imports: &mut Imports,
    references: &mut BTreeSet<&'a str>,
) -> TokenStream {
    let (Some((leaf, objects)), name) = (path.split_last(), format_ident!("{name}")) else {
        return TokenStream::new();
    };
    references.extend(leaf.ty.named());
    let words = |field: &Field| {
        let meaning = field_meaning(contract, field);
        let meaning = meaning.trim_end_matches('.');
        let mut chars = meaning.chars();
        let first = chars.next().map(|first| first.to_lowercase().to_string());
        first.unwrap_or_default() + chars.as_str()
    };
    let subject = objects.last().map(|field| words(field)).unwrap_or_default();
    let doc = print::doc([format!("Only where {subject} {}.", words(leaf))]);
    let mut argument = match leaf.ty {
        FieldType::List(_) => "values".to_owned(),
        _ => "value".to_owned(),
    };
    while objects.iter().any(|field| field.rust_name == argument) {
        argument.push('_');
    }
    let argument = format_ident!("{argument}");
    let (ty, value) = (
        argument_type(&leaf.ty, imports),
        argument_value(&leaf.ty, &argument),
    );
    // `let filter = self.filter.get_or_insert_default();` and so on, down to the object of the leaf.
    let idents: Vec<_> = objects
        .iter()
        .map(|field| format_ident!("{}", field.rust_name))
        .collect();
    let owners = std::iter::once(format_ident!("self")).chain(idents.clone());
    let mut steps: Vec<_> = owners
        .zip(&idents)
        .map(|(owner, field)| quote!(#owner.#field.get_or_insert_default()))
        .collect();
    let last = steps.pop();
    let steps = steps
        .iter()
        .zip(&idents)
        .map(|(step, field)| quote!(let #field = #step;));
    let owner = objects
        .last()
        .and_then(|field| contract.schema(field.ty.schema()?));
    let is_plain_list = owner.is_some_and(|owner| leaf.is_plain_list(owner));
    let value = if is_plain_list {
        value
    } else {
        quote!(Some(#value))
    };
    let leaf = format_ident!("{}", leaf.rust_name);
    quote! {
        #doc
        #[must_use]
        pub fn #name(mut self, #argument: #ty) -> Self {
            #(#steps)*
            #last.#leaf = #value;
            self
        }
    }
}

/// Setters for both directions, if the query can be ordered as the API orders.
fn sort<'a>(
    contract: &'a Contract,
    schema: &'a Schema,
    references: &mut BTreeSet<&'a str>,
) -> Option<TokenStream> {
    let field = schema.field("sort").filter(|field| !field.required)?;
    let sort = contract.schema(field.ty.schema()?)?;
    if sort.fields().iter().any(|field| field.required) {
        return None;
    }
    let part = |name: &str| {
        let field = sort.field(name).filter(|field| !field.required)?;
        let schema = contract.schema(field.ty.schema()?)?;
        match &schema.kind {
            Kind::Enum(variants) => Some((schema, variants)),
            Kind::Object(_) => None,
        }
    };
    let ((order, _), (direction, directions)) = (part("orderBy")?, part("direction")?);
    let setter = |value: &str, name: &str, words: &str| {
        let variant = directions.iter().find(|variant| variant.value == value)?;
        let variant = format_ident!("{}", variant.name);
        let (name, sort, order, direction) = (
            format_ident!("{name}"),
            format_ident!("{}", sort.name),
            format_ident!("{}", order.name),
            format_ident!("{}", direction.name),
        );
        let doc = print::doc([format!("In {words} order of this.")]);
        Some(quote! {
            #doc
            #[must_use]
            pub fn #name(self, order_by: impl Into<#order>) -> Self {
                self.sort(#sort::new().order_by(order_by).direction(#direction::#variant))
            }
        })
    };
    let ascending = setter("ASC", "ascending_by", "ascending")?;
    let descending = setter("DESC", "descending_by", "descending")?;
    references.extend([order.name.as_str(), direction.name.as_str()]);
    Some(quote!(#ascending #descending))
}
