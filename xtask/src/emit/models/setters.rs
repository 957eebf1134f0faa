//! Generates constructors and setters of what is only sent. What responses carry has its setters from its table.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

use super::{Model, filters, held};
use crate::api::Property;
use crate::rust::{Imports, docs, print, values};
use crate::surface::types::Holding;

/// A constructor for the required fields, and a setter for each optional one.
pub(super) fn setters(
    model: &Model<'_, '_>,
    is_default: bool,
    imports: &mut Imports,
) -> TokenStream {
    let new = constructor(model, is_default, imports);
    let optional = model.fields().filter(|(property, _)| {
        let is_demanded = property.required && !model.schema.received;
        let is_hidden = model.names.is_query && filters::is_hidden(model, property);
        !is_demanded && !is_hidden && !property.read_only
    });
    let setters: Vec<_> = optional
        .map(|(property, name)| setter(model, property, name, imports))
        .collect();
    quote! {
        #new
        #(#setters)*
    }
}

fn constructor(model: &Model<'_, '_>, is_default: bool, imports: &mut Imports) -> TokenStream {
    let mut arguments = Vec::new();
    let mut fields = Vec::new();
    let mut needs = Vec::new();
    for (property, name) in model.fields() {
        let ident = format_ident!("{name}");
        match model.holding(property) {
            Holding::Plain if !model.schema.received => {
                let ty = values::argument(&property.ty, false, imports);
                arguments.push(quote!(#ident: #ty));
                let value = values::value(&property.ty, false, &ident);
                let value = held(Holding::Plain, model.is_boxed(name), value);
                fields.push(assigned(&ident, &value));
                needs.push((property, name));
            }
            Holding::Nullable => {
                let ty = values::ty(&property.ty, false, imports);
                arguments.push(quote!(#ident: impl Into<Option<#ty>>));
                let boxed = model.is_boxed(name).then(|| quote!(.map(Box::new)));
                fields.push(quote!(#ident: #ident.into() #boxed));
                needs.push((property, name));
            }
            Holding::Plain => fields.push(quote!(#ident: Default::default())),
            Holding::Optional | Holding::Clearable => fields.push(quote!(#ident: None)),
        }
    }
    if model.schema.received {
        let unknown_fields = imports.public("UnknownFields");
        fields.push(quote!(unknown_fields: #unknown_fields::default()));
    }
    // A setter called `default` hides the trait's function.
    let hides_default = model.fields().any(|(_, name)| name == "default");
    let made = match is_default && !hides_default {
        true => quote!(Self::default()),
        false => quote!(Self { #(#fields),* }),
    };
    let needs: Vec<String> = needs
        .into_iter()
        .map(|(property, name)| {
            let null = if property.nullable {
                " `None` sends `null`."
            } else {
                ""
            };
            format!(
                "- `{name}`: {}{null}",
                docs::field_meaning(model.api, property)
            )
        })
        .collect();
    let doc = match needs.is_empty() {
        true if model.names.is_query => {
            vec!["Creates an empty query, which matches everything.".to_owned()]
        }
        true => vec!["Creates one with no fields set.".to_owned()],
        false => {
            let mut paragraphs = vec![
                "Creates one from its required fields; optional fields start unset.".to_owned(),
            ];
            paragraphs.extend(needs);
            paragraphs
        }
    };
    let doc = print::doc(doc);
    quote! {
        #doc
        pub fn new(#(#arguments),*) -> Self {
            #made
        }
    }
}

fn assigned(ident: &Ident, value: &TokenStream) -> TokenStream {
    if *ident == value.to_string() {
        value.clone()
    } else {
        quote!(#ident: #value)
    }
}

/// The name of a field's setter. A field named like the constructor gets another one.
pub(super) fn setter_name(field: &str) -> Ident {
    match field {
        "new" => format_ident!("with_new"),
        field => format_ident!("{field}"),
    }
}

fn setter(
    model: &Model<'_, '_>,
    property: &Property<'_>,
    name: &str,
    imports: &mut Imports,
) -> TokenStream {
    let received = model.schema.received;
    let ident = format_ident!("{name}");
    let setter = setter_name(name);
    let doc = print::doc([format!("Sets [`{name}`](field@Self::{name}).")]);
    let ty = values::argument(&property.ty, received, imports);
    let value = values::value(&property.ty, received, &ident);
    let held = held(model.holding(property), model.is_boxed(name), value);
    let deprecated = docs::deprecated(property.deprecated, property.description);
    let clear = (model.holding(property) == Holding::Clearable).then(|| {
        let clear = format_ident!("clear_{}", name.trim_end_matches('_'));
        let doc = print::doc([format!(
            "Clears [`{name}`](field@Self::{name}) by sending `null`."
        )]);
        quote! {
            #doc
            #deprecated
            #[must_use]
            pub fn #clear(mut self) -> Self {
                self.#ident = Some(None);
                self
            }
        }
    });
    quote! {
        #doc
        #deprecated
        #[must_use]
        pub fn #setter(mut self, #ident: #ty) -> Self {
            self.#ident = #held;
            self
        }
        #clear
    }
}
