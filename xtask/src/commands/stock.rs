//! `cargo xtask stock`: what unmodified progenitor generates from the effective document, which benchmarks compare the SDK with.
//!
//! progenitor takes one type of response for successes and one for errors, so each operation keeps its first success and its
//! first error. Operations that it refuses all the same are left out.

use std::collections::BTreeSet;
use std::panic::{self, AssertUnwindSafe};

use progenitor_impl::{GenerationSettings, Generator, InterfaceStyle};
use serde_json::{Map, Value, json};

use crate::commands::generate;
use crate::diagnostic::{Diagnostic, Faults};
use crate::layout::{Checkout, EFFECTIVE};

/// What progenitor generates.
#[derive(Debug)]
pub struct Stock {
    /// The code.
    pub code: String,
    /// The operations in it.
    pub operations: usize,
    /// The operations that progenitor refuses.
    pub refused: Vec<String>,
}

/// Generates a client in the style of builders.
///
/// # Errors
///
/// All errors of the specification, or that of progenitor.
pub fn stock(checkout: &Checkout) -> Result<Stock, Faults> {
    let document = generate(checkout)?.document.to_value();
    let paths = document["paths"].as_object().cloned().unwrap_or_default();
    let components = &document["components"];
    let (mut accepted, mut refused, mut operations) = (Map::new(), Vec::new(), 0);
    // It panics at some of what it does not support.
    let hook = panic::take_hook();
    panic::set_hook(Box::new(|_| {}));
    for (path, item) in &paths {
        for (method, operation) in item.as_object().into_iter().flatten() {
            let operation = with_one_type_each(operation);
            let alone = json!({ path: { method: &operation } });
            if code(with_paths(alone, components)).is_ok() {
                operations += 1;
                let item = accepted.entry(path).or_insert_with(|| json!({}));
                item[method] = operation;
            } else {
                let id = operation["operationId"].as_str().unwrap_or(path);
                refused.push(id.to_owned());
            }
        }
    }
    panic::set_hook(hook);
    let code = code(with_paths(Value::Object(accepted), components))
        .map_err(|reason| Diagnostic::new(EFFECTIVE, format!("progenitor refuses it: {reason}")))?;
    Ok(Stock {
        code,
        operations,
        refused,
    })
}

/// An operation with its first success and its first error alone.
fn with_one_type_each(operation: &Value) -> Value {
    let mut operation = operation.clone();
    if let Some(responses) = operation["responses"].as_object_mut() {
        let (mut has_success, mut has_error) = (false, false);
        responses.retain(|status, _| {
            let is_kept = if status.starts_with('2') {
                &mut has_success
            } else {
                &mut has_error
            };
            !std::mem::replace(is_kept, true)
        });
    }
    operation
}

/// A document of these paths and the components that they refer to.
fn with_paths(paths: Value, components: &Value) -> Value {
    let mut found = BTreeSet::new();
    let mut needed = Map::new();
    let mut left = vec![&paths];
    while let Some(value) = left.pop() {
        match value {
            Value::Object(members) => {
                let reference = members.get("$ref").and_then(Value::as_str);
                let place = reference.and_then(|it| it.strip_prefix("#/components/"));
                if let Some((section, name)) = place.and_then(|place| place.split_once('/'))
                    && found.insert((section, name))
                {
                    let component = &components[section][name];
                    let named = needed.entry(section).or_insert_with(|| json!({}));
                    named[name] = component.clone();
                    left.push(component);
                }
                left.extend(members.values());
            }
            Value::Array(items) => left.extend(items),
            _ => {}
        }
    }
    json!({
        "openapi": "3.0.3",
        "info": { "title": "Tight", "version": "v6" },
        "paths": paths,
        "components": needed,
    })
}

fn code(document: Value) -> Result<String, String> {
    let generated = panic::catch_unwind(AssertUnwindSafe(|| {
        let document = serde_json::from_value(document).map_err(|error| error.to_string())?;
        let mut settings = GenerationSettings::new();
        settings.with_interface(InterfaceStyle::Builder);
        let tokens = Generator::new(&settings)
            .generate_tokens(&document)
            .map_err(|error| error.to_string())?;
        let file = syn::parse2(tokens).map_err(|error| error.to_string())?;
        Ok(prettyplease::unparse(&file))
    }));
    generated.unwrap_or_else(|_| Err("it panics".to_owned()))
}
