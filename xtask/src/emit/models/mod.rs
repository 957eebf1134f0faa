//! Models: typify's structs, finished for the people who read and use them.
//!
//! typify decides what a struct and its fields are. Added here: the order of the document, documentation, room to grow
//! (`#[non_exhaustive]`), for what is sent a constructor and setters, and for what answers carry a table of its fields, by
//! which the SDK reads and writes it.

mod enums;
mod filters;
mod received;
mod setters;

use proc_macro2::TokenStream;
use quote::{ToTokens, format_ident, quote};
use syn::ItemStruct;

use super::stock::{self, Stock};
use crate::api::{Api, Property, Schema, SchemaKind};
use crate::diagnostic::Result;
use crate::rust::print::Source;
use crate::rust::{Imports, docs, print, values};
use crate::surface::filters::condition;
use crate::surface::types::Holding;
use crate::surface::{Section, Surface, TypeNames};

/// What is known of a type.
pub(super) struct Model<'a, 'd> {
    pub(super) api: &'a Api<'d>,
    pub(super) surface: &'a Surface<'d>,
    pub(super) schema: &'a Schema<'d>,
    pub(super) names: &'a TypeNames<'d>,
    /// The fields in boxes, since the struct would contain itself otherwise: by how they travel.
    pub(super) boxed: Vec<&'a str>,
}

impl<'a, 'd> Model<'a, 'd> {
    /// Its properties that are fields, each with its name in Rust.
    pub(super) fn fields(&self) -> impl Iterator<Item = (&'a Property<'d>, &'a str)> + use<'a, 'd> {
        let properties = self.schema.properties();
        let fields = self.names.fields.iter();
        fields.map(move |(index, name)| (&properties[*index], name.as_str()))
    }

    /// How a field is held.
    pub(super) fn holding(&self, property: &Property<'_>) -> Holding {
        self.surface.holding(self.schema, property)
    }

    /// Whether a field is in a box.
    pub(super) fn is_boxed(&self, property: &Property<'_>) -> bool {
        self.boxed.contains(&property.name)
    }
}

/// The file of a section's models, and that of its filters; those that there are.
pub(super) fn files(
    api: &Api<'_>,
    surface: &Surface<'_>,
    section: &Section<'_>,
    stock: &mut Stock,
) -> Result<(Option<Source>, Option<Source>)> {
    let mut models = Vec::new();
    let mut filters = Vec::new();
    for name in &section.types {
        let (Some(schema), Some(names)) = (api.schema(name), surface.ty(name)) else {
            continue;
        };
        let model = Model {
            api,
            surface,
            schema,
            names,
            boxed: Vec::new(),
        };
        if names.is_of_queries {
            filters.push(model);
        } else {
            models.push(model);
        }
    }
    Ok((
        file("What is sent and received.", models, stock)?,
        file("What is asked for.", filters, stock)?,
    ))
}

fn file(about: &str, models: Vec<Model<'_, '_>>, stock: &mut Stock) -> Result<Option<Source>> {
    if models.is_empty() {
        return Ok(None);
    }
    let mut imports = Imports::of_models(models.iter().map(|model| model.schema.name.to_owned()));
    let mut items = Vec::new();
    for mut model in models {
        items.push(item(&mut model, stock, &mut imports)?);
    }
    let imports = imports.tokens();
    let about = format!(" {about}");
    Ok(Some(Source {
        head: quote! {
            #![doc = #about]
            #imports
        },
        items,
    }))
}

fn item(
    model: &mut Model<'_, '_>,
    stock: &mut Stock,
    imports: &mut Imports,
) -> Result<print::Piece> {
    let schema = model.schema;
    match &schema.kind {
        SchemaKind::Texts(_) | SchemaKind::Numbers(_) => Ok(enums::item(model)),
        SchemaKind::Object(_) => match condition(model.api, schema) {
            Some(condition) => Ok(filters::condition(model, &condition, imports)),
            None => object(model, &stock.take_struct(schema.name)?, imports),
        },
    }
}

fn object(
    model: &mut Model<'_, '_>,
    stock: &ItemStruct,
    imports: &mut Imports,
) -> Result<print::Piece> {
    let schema = model.schema;
    let name = format_ident!("{}", schema.name);
    let doc = docs::of_schema(model.schema, model.names.page);
    let visibility = visibility(model.names.is_public);
    let is_default = schema.received || model.fields().all(|(property, _)| !property.required);
    let default = is_default.then(|| quote!(Default,));
    let fields_boxed = model
        .fields()
        .filter(|(_, name)| is_boxed(stock, name))
        .map(|(property, _)| property.name);
    model.boxed = fields_boxed.collect();
    let model = &*model;
    let mut fields = Vec::new();
    for (property, rust_name) in model.fields() {
        let (ident, ty) = (
            format_ident!("{rust_name}"),
            field_type(model, property, rust_name, stock, imports)?,
        );
        let attribute = if schema.received {
            received::schema_attribute(model, property, rust_name)
        } else {
            sent_attribute(model, property, rust_name)
        };
        let doc = docs::of_field(model.api, property);
        let visibility = match model.names.is_query && filters::is_hidden(model, property) {
            true => quote!(pub(crate)),
            false => visibility.clone(),
        };
        fields.push(quote!(#doc #attribute #visibility #ident: #ty));
    }
    if schema.received {
        fields.push(received::unknown_fields(&visibility, imports));
    }
    let methods = (schema.sent && model.names.is_public).then(|| {
        let setters = setters::setters(model, is_default, imports);
        let asking = model
            .names
            .is_query
            .then(|| filters::methods(model, imports));
        let allow = model
            .schema
            .properties()
            .iter()
            .any(|property| property.deprecated)
            .then(|| quote!(#[allow(deprecated)]));
        quote! {
            #allow
            impl #name {
                #setters
                #asking
            }
        }
    });
    let serde = (!schema.received).then(|| {
        let (serialize, deserialize) = (
            imports.of("serde", "Serialize"),
            imports.of("serde", "Deserialize"),
        );
        quote!(, #serialize, #deserialize)
    });
    let container = schema
        .received
        .then(|| received::schema_container(model))
        .flatten();
    let deprecated = docs::deprecated(schema.deprecated, schema.description);
    let tokens = quote! {
        #doc
        #[derive(Clone, Debug, #default PartialEq #serde)]
        #[cfg_attr(feature = "schemars", derive(schemars::JsonSchema) #container)]
        #deprecated
        #[non_exhaustive]
        #visibility struct #name {
            #(#fields,)*
        }
        #methods
    };
    let table = schema.received.then(|| received::table(model));
    Ok(print::Piece {
        tokens,
        text: table,
        ..print::Piece::default()
    })
}

pub(super) fn visibility(is_public: bool) -> TokenStream {
    if is_public {
        quote!(pub)
    } else {
        quote!(pub(crate))
    }
}

/// The type of a field. typify must agree on it, or the digest and the setters would lie; where its type is one that a struct
/// needs to contain itself, it has the last word.
fn field_type(
    model: &Model<'_, '_>,
    property: &Property<'_>,
    rust_name: &str,
    stock: &ItemStruct,
    imports: &mut Imports,
) -> Result<TokenStream> {
    let schema = model.schema;
    let name = short(&crate::surface::types::rust_type(
        &property.ty,
        schema.received,
    ));
    let is_collection = name.starts_with("Vec<") || name.starts_with("BTreeMap<");
    let is_optional = !is_collection && (schema.received || !property.required);
    let expected = if is_optional {
        format!("Option<{name}>")
    } else {
        name.clone()
    };
    let field = stock
        .fields
        .iter()
        .find(|field| field.ident.as_ref().is_some_and(|ident| ident == rust_name));
    let written = field.map(|field| short(&field.ty.to_token_stream().to_string()));
    let is_boxed = model.is_boxed(property)
        && written.as_deref() == Some(&expected.replace(&name, &format!("Box<{name}>")));
    if written.as_deref() != Some(&expected) && !is_boxed {
        let written = written.as_deref().unwrap_or("no such field");
        return Err(stock::fault(format!(
            "`{}.{}` is {expected}, but typify wrote {written}",
            schema.name, property.name
        )));
    }
    let ty = values::ty(&property.ty, schema.received, imports);
    let ty = if is_boxed { quote!(Box<#ty>) } else { ty };
    Ok(match model.holding(property) {
        Holding::Plain => ty,
        Holding::Optional | Holding::Nullable => quote!(Option<#ty>),
        Holding::Clearable => quote!(Option<Option<#ty>>),
    })
}

/// Whether typify put a field into a box.
fn is_boxed(stock: &ItemStruct, name: &str) -> bool {
    let field = stock
        .fields
        .iter()
        .find(|field| field.ident.as_ref().is_some_and(|ident| ident == name));
    field.is_some_and(|field| short(&field.ty.to_token_stream().to_string()).contains("Box<"))
}

/// A type without the paths of its parts.
fn short(written: &str) -> String {
    let written = written.replace(' ', "");
    let mut short = String::new();
    for part in written.split_inclusive(['<', '>', ',']) {
        short.push_str(part.rsplit("::").next().unwrap_or(part));
    }
    short
}

/// What serde has to be told of a field that is sent.
fn sent_attribute(model: &Model<'_, '_>, property: &Property<'_>, rust_name: &str) -> TokenStream {
    let rename = (property.name != rust_name).then(|| {
        let name = property.name;
        quote!(rename = #name)
    });
    let skip = match model.holding(property) {
        Holding::Plain | Holding::Nullable => None,
        Holding::Optional => Some(quote!(skip_serializing_if = "Option::is_none")),
        Holding::Clearable => Some(quote!(
            default,
            deserialize_with = "crate::wire::nullable::deserialize",
            skip_serializing_if = "Option::is_none"
        )),
    };
    let parts: Vec<_> = [rename, skip].into_iter().flatten().collect();
    let deprecated = docs::deprecated(property.deprecated, property.description);
    if parts.is_empty() {
        quote!(#deprecated)
    } else {
        quote!(#deprecated #[serde(#(#parts),*)])
    }
}
