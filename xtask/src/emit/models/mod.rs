//! Generates models from typify's structs.
//!
//! typify decides the types of fields. Added here: the order of the document, documentation, `#[non_exhaustive]`, a constructor and
//! setters for what is only sent, and for what responses carry a table of fields, by which the SDK reads and writes it, and gives it
//! setters.

mod enums;
mod filters;
mod received;
mod setters;

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::generator_output::{self, GeneratorOutput};
use crate::api::{Api, Property, Schema, SchemaKind};
use crate::diagnostic::Result;
use crate::rust::print::Source;
use crate::rust::{Imports, docs, print, values};
use crate::surface::filters::condition;
use crate::surface::types::{Holding, rust_type};
use crate::surface::{Section, Surface, TypeNames};

/// A type to generate, with everything known about it.
pub(super) struct Model<'a, 'd> {
    pub(super) api: &'a Api<'d>,
    pub(super) surface: &'a Surface<'d>,
    pub(super) schema: &'a Schema<'d>,
    pub(super) names: &'a TypeNames,
    pub(super) output: &'a GeneratorOutput,
}

impl<'a, 'd> Model<'a, 'd> {
    /// Its properties that are fields, each with its name in Rust.
    pub(super) fn fields(&self) -> impl Iterator<Item = (&'a Property<'d>, &'a str)> + use<'a, 'd> {
        let properties = self.schema.properties();
        let fields = self.names.fields.iter();
        fields.map(move |(index, name)| (&properties[*index], name.as_str()))
    }

    /// How the struct holds a field.
    pub(super) fn holding(&self, property: &Property<'_>) -> Holding {
        self.surface.holding(self.schema, property)
    }

    /// Whether a field is in a box.
    pub(super) fn is_boxed(&self, name: &str) -> bool {
        self.output.is_boxed(self.schema.name, name)
    }
}

/// The file of a section's models, and that of its filters; those that there are.
pub(super) fn files(
    api: &Api<'_>,
    surface: &Surface<'_>,
    section: &Section<'_>,
    output: &GeneratorOutput,
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
            output,
        };
        if names.is_query_only {
            filters.push(model);
        } else {
            models.push(model);
        }
    }
    Ok((
        file("Types of request and response bodies.", models)?,
        file("Queries and their filters.", filters)?,
    ))
}

fn file(about: &str, models: Vec<Model<'_, '_>>) -> Result<Option<Source>> {
    if models.is_empty() {
        return Ok(None);
    }
    let mut imports = Imports::of_models(models.iter().map(|model| model.schema.name.to_owned()));
    let mut items = Vec::new();
    for model in &models {
        items.push(item(model, &mut imports)?);
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

fn item(model: &Model<'_, '_>, imports: &mut Imports) -> Result<print::Piece> {
    let schema = model.schema;
    match &schema.kind {
        SchemaKind::StringEnum(_) | SchemaKind::IntegerEnum(_) => Ok(enums::item(model)),
        SchemaKind::Object(_) => match condition(model.api, schema) {
            Some(condition) => Ok(filters::condition(model, &condition, imports)),
            None => object(model, imports),
        },
    }
}

fn object(model: &Model<'_, '_>, imports: &mut Imports) -> Result<print::Piece> {
    let schema = model.schema;
    model.output.structure(schema.name)?;
    let name = format_ident!("{}", schema.name);
    let example = match model.names.is_query {
        true => filters::example(model),
        false => filters::report_example(model),
    };
    let doc = docs::of_schema(model.schema, example);
    let visibility = visibility(model.names.is_public);
    let is_default = schema.received || model.fields().all(|(property, _)| !property.required);
    let default = is_default.then(|| quote!(Default,));
    let mut fields = Vec::new();
    for (property, rust_name) in model.fields() {
        let (ident, ty) = (
            format_ident!("{rust_name}"),
            field_type(model, property, rust_name, imports)?,
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
    // The table of what answers carry writes setters, too; a query has fields that it must not set.
    let has_table_setters = schema.received && model.names.is_public && !model.names.is_query;
    let has_methods = schema.sent && model.names.is_public && !has_table_setters;
    let methods = has_methods.then(|| {
        let setters = setters::setters(model, is_default, imports);
        let asking = model
            .names
            .is_query
            .then(|| filters::methods(model, imports));
        quote! {
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
        #[derive(Clone, Debug, #default PartialEq, Eq, Hash #serde)]
        #[cfg_attr(feature = "schemars", derive(schemars::JsonSchema) #container)]
        #deprecated
        #[non_exhaustive]
        #visibility struct #name {
            #(#fields,)*
        }
        #methods
    };
    let table = match schema.received {
        true => received::table(model, has_table_setters, imports),
        false => sent_table(model),
    };
    Ok(print::Piece {
        tokens,
        text: Some(table),
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

/// The type of a field. typify must agree on it, or the digest and the setters would be wrong; where its type is one that a struct
/// needs to contain itself, it has the last word.
fn field_type(
    model: &Model<'_, '_>,
    property: &Property<'_>,
    rust_name: &str,
    imports: &mut Imports,
) -> Result<TokenStream> {
    let schema = model.schema;
    let name = rust_type(&property.ty, schema.received).replace(' ', "");
    let is_collection = name.starts_with("Vec<") || name.starts_with("BTreeMap<");
    let is_optional = !is_collection && (schema.received || !property.required);
    let expected = if is_optional {
        format!("Option<{name}>")
    } else {
        name.clone()
    };
    let written = model.output.field(schema.name, rust_name);
    // The box is within the option, or around it, by where the generator breaks the circle.
    let is_boxed = model.is_boxed(rust_name);
    let unboxed = written.as_deref().map(|written| match is_boxed {
        true => written
            .replace(&format!("Box<{expected}>"), &expected)
            .replace(&format!("Box<{name}>"), &name),
        false => written.to_owned(),
    });
    if unboxed.as_deref() != Some(&expected) {
        let written = written.as_deref().unwrap_or("no such field");
        return Err(generator_output::fault(format!(
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

/// The table of a schema that is only sent.
fn sent_table(model: &Model<'_, '_>) -> String {
    let name = model.schema.name;
    let fields: Vec<_> = model.fields().map(|(_, name)| name).collect();
    let line = format!("crate::wire::sent!({name} {{ {} }});\n", fields.join(", "));
    if line.len() <= 100 {
        return line;
    }
    let rows: String = fields.iter().map(|name| format!("    {name},\n")).collect();
    format!("crate::wire::sent!({name} {{\n{rows}}});\n")
}

/// The serde attributes of a field that is sent.
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

/// A value as a field holds it: in a box, where a struct contains itself.
fn held(holding: Holding, is_boxed: bool, value: TokenStream) -> TokenStream {
    let value = match is_boxed {
        true => quote!(Box::new(#value)),
        false => value,
    };
    match holding {
        Holding::Plain => value,
        Holding::Optional | Holding::Nullable => quote!(Some(#value)),
        Holding::Clearable => quote!(Some(Some(#value))),
    }
}
