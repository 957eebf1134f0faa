//! Runs progenitor and typify, and gives access to the syntax trees that they generate. No other module depends on them.

use std::collections::HashMap;

use progenitor_impl::{GenerationSettings, Generator, InterfaceStyle, TypeImpl};
use quote::ToTokens;
use schemars::schema::{InstanceType, SchemaObject};
use serde_json::Value;
use syn::{ImplItem, ImplItemFn, Item, ItemStruct};

use super::generator_input::{DECIMAL, FREE_FORM, NUMBER};
use crate::api::Api;
use crate::diagnostic::{Diagnostic, Result};
use crate::layout::EFFECTIVE;
use crate::surface::Surface;
use crate::surface::filters::condition;

/// The output of the generators.
pub(super) struct GeneratorOutput {
    structs: HashMap<String, ItemStruct>,
    methods: HashMap<String, ImplItemFn>,
}

impl GeneratorOutput {
    /// Runs the generators.
    pub(super) fn generate(view: Value, api: &Api<'_>, surface: &Surface<'_>) -> Result<Self> {
        let document = serde_json::from_value(view)
            .map_err(|error| fault(format!("progenitor cannot read the document: {error}")))?;
        let tokens = Generator::new(&settings(api, surface))
            .generate_tokens(&document)
            .map_err(|error| fault(format!("progenitor cannot generate a client: {error}")))?;
        let tree: syn::File = syn::parse2(tokens)
            .map_err(|error| fault(format!("progenitor's output is not Rust: {error}")))?;
        let (mut structs, mut methods) = (HashMap::new(), HashMap::new());
        for item in tree.items {
            match item {
                Item::Mod(module) if module.ident == "types" => {
                    for item in module.content.map(|(_, items)| items).unwrap_or_default() {
                        if let Item::Struct(item) = item {
                            structs.insert(item.ident.to_string(), item);
                        }
                    }
                }
                Item::Impl(item) if item.trait_.is_none() => {
                    for item in item.items {
                        if let ImplItem::Fn(method) = item {
                            methods.insert(method.sig.ident.to_string(), method);
                        }
                    }
                }
                _ => {}
            }
        }
        Ok(Self { structs, methods })
    }

    /// The struct that stands for a schema.
    pub(super) fn structure(&self, name: &str) -> Result<&ItemStruct> {
        self.structs
            .get(name)
            .ok_or_else(|| fault(format!("typify wrote no struct for `{name}`")))
    }

    /// The type of a field of such a struct, without the paths of its parts.
    pub(super) fn field(&self, structure: &str, name: &str) -> Option<String> {
        let mut fields = self.structs.get(structure)?.fields.iter();
        let field = fields.find(|field| field.ident.as_ref().is_some_and(|ident| ident == name))?;
        Some(short(&field.ty.to_token_stream().to_string()))
    }

    /// Whether a field is in a box, since the struct would contain itself otherwise.
    pub(super) fn is_boxed(&self, structure: &str, field: &str) -> bool {
        self.field(structure, field)
            .is_some_and(|written| written.contains("Box<"))
    }

    /// A method of the client.
    pub(super) fn take_method(&mut self, name: &str) -> Result<ImplItemFn> {
        self.methods
            .remove(name)
            .ok_or_else(|| fault(format!("progenitor's `Client` has no method `{name}`")))
    }
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

/// A document that passed our checks, but not the generators'; or generators that no longer write what we build on.
pub(super) fn fault(message: impl Into<String>) -> Diagnostic {
    Diagnostic::new(EFFECTIVE, message).help(
        "the document passed this tool's own checks, so either they want extending, or the generators have changed: \
         see xtask/src/emit",
    )
}

fn settings(api: &Api<'_>, surface: &Surface<'_>) -> GenerationSettings {
    let mut settings = GenerationSettings::new();
    settings
        .with_interface(InterfaceStyle::Positional)
        .with_derive("PartialEq")
        .with_map_type("::std::collections::BTreeMap");
    // Enums that tolerate unknown values, timestamps that tolerate unknown forms, secrets that do not show and conditions are ours.
    let text = [TypeImpl::FromStr, TypeImpl::Display];
    for (name, schema) in surface
        .types
        .keys()
        .filter_map(|name| Some((*name, api.schema(name)?)))
    {
        if !schema.is_object() {
            settings.with_replacement(name, name, text.iter().cloned());
        } else if condition(api, schema).is_some() {
            settings.with_replacement(name, name, std::iter::empty());
        }
    }
    let string = |format: &str| SchemaObject {
        instance_type: Some(InstanceType::String.into()),
        format: Some(format.to_owned()),
        ..SchemaObject::default()
    };
    settings.with_conversion(
        string("date-time"),
        "crate::Timestamp",
        text.iter().cloned(),
    );
    settings.with_conversion(string("date"), "crate::Date", text.into_iter());
    settings.with_conversion(string("password"), "crate::Secret", std::iter::empty());
    settings.with_conversion(string(FREE_FORM), "crate::JsonObject", std::iter::empty());
    settings.with_conversion(string(NUMBER), "crate::Number", std::iter::empty());
    settings.with_conversion(string(DECIMAL), "crate::Decimal", std::iter::empty());
    settings
}
