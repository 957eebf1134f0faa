//! The one place that knows progenitor and typify: the view goes in, their syntax tree comes out.

use progenitor_impl::{GenerationSettings, Generator, InterfaceStyle, TypeImpl};
use schemars::schema::{InstanceType, SchemaObject};
use serde_json::Value;
use syn::{ImplItem, ImplItemFn, Item, ItemImpl, ItemStruct};

use super::view::{FREE_FORM, NUMBER};
use crate::contract::{Contract, Kind};
use crate::diagnostic::{Diagnostic, Result};
use crate::layout::EFFECTIVE;

/// What the generators wrote, to be taken apart.
pub(super) struct Stock {
    types: Vec<Item>,
    client: Vec<Item>,
}

impl Stock {
    /// Runs the generators.
    pub(super) fn generate(view: Value, contract: &Contract) -> Result<Self> {
        let document = serde_json::from_value(view)
            .map_err(|error| fault(format!("progenitor cannot read the document: {error}")))?;
        let tokens = Generator::new(&settings(contract))
            .generate_tokens(&document)
            .map_err(|error| fault(format!("progenitor cannot generate a client: {error}")))?;
        let tree: syn::File = syn::parse2(tokens)
            .map_err(|error| fault(format!("progenitor's output is not Rust: {error}")))?;
        let mut stock = Self {
            types: Vec::new(),
            client: Vec::new(),
        };
        for item in tree.items {
            match item {
                Item::Mod(module) if module.ident == "types" => {
                    stock.types = module.content.map(|(_, items)| items).unwrap_or_default();
                }
                Item::Mod(_) | Item::Use(_) | Item::Const(_) => {}
                item => stock.client.push(item),
            }
        }
        Ok(stock)
    }

    /// The struct that stands for a schema.
    pub(super) fn take_struct(&mut self, name: &str) -> Result<ItemStruct> {
        let position = self
            .types
            .iter()
            .position(|item| matches!(item, Item::Struct(item) if item.ident == name));
        match position.map(|position| self.types.swap_remove(position)) {
            Some(Item::Struct(item)) => Ok(item),
            _ => Err(fault(format!("typify wrote no struct for `{name}`"))),
        }
    }

    /// A method of the client.
    pub(super) fn method(&self, name: &str) -> Result<ImplItemFn> {
        let method = self
            .impls()
            .filter(|item| item.trait_.is_none())
            .flat_map(|item| &item.items)
            .find_map(|item| match item {
                ImplItem::Fn(method) if method.sig.ident == name => Some(method.clone()),
                _ => None,
            });
        method.ok_or_else(|| fault(format!("progenitor's `Client` has no method `{name}`")))
    }

    fn impls(&self) -> impl Iterator<Item = &ItemImpl> {
        self.client.iter().filter_map(|item| match item {
            Item::Impl(item) => Some(item),
            _ => None,
        })
    }
}

/// A document that passed our checks, but not the generators'; or generators that no longer write what we build on.
pub(super) fn fault(message: impl Into<String>) -> Diagnostic {
    Diagnostic::new(EFFECTIVE, message).help(
        "the document passed this tool's own checks, so either they want extending, or the generators have changed: \
         see xtask/src/generate",
    )
}

fn settings(contract: &Contract) -> GenerationSettings {
    let mut settings = GenerationSettings::new();
    settings
        .with_interface(InterfaceStyle::Positional)
        .with_derive("PartialEq")
        .with_map_type("::std::collections::BTreeMap");
    // Enums that tolerate unknown values, timestamps that tolerate unknown forms and secrets that do not show are ours.
    let text = [TypeImpl::FromStr, TypeImpl::Display];
    for schema in &contract.schemas {
        if let Kind::Enum(_) = schema.kind {
            settings.with_replacement(&schema.name, &schema.name, text.iter().cloned());
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
    settings
}
