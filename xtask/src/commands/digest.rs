//! Writes the API digest: operations with their arguments and results, and every type with its names in Rust and on the wire. It is
//! short enough to review first when the specification changes. There is one digest per section.

use std::fmt::Write;

use crate::api::{Auth, Property, Range, Schema, SchemaKind};
use crate::emit::{Specification, entity_paths, shown_path};
use crate::kinds::Call;
use crate::surface::types::{Holding, rust_type};
use crate::surface::{Section, TypeNames};

/// The digest of each section, by its name; first, under the name of none, of the API as a whole.
pub fn digest(specification: &Specification<'_, '_>) -> Vec<(String, String)> {
    let mut whole = format!("Tight API {}\n\nEnvironments\n", specification.api.version);
    for environment in &specification.api.environments {
        line(&mut whole, environment.name, environment.url);
    }
    whole.push_str("\nSections\n");
    for section in &specification.surface.sections {
        let what = format!(
            "{}, {}",
            count(section.operations.len(), "operation"),
            count(section.types.len(), "type")
        );
        line(&mut whole, &section.module, &what);
    }
    events(&mut whole, specification);
    let sections = specification.surface.sections.iter();
    let sections = sections.map(|section| {
        (
            section.module.clone(),
            self::section(specification, section),
        )
    });
    [(String::new(), whole)]
        .into_iter()
        .chain(sections)
        .collect()
}

/// The events that are sent, and which entity stands at which path.
fn events(text: &mut String, specification: &Specification<'_, '_>) {
    let webhooks = &specification.api.webhooks;
    if webhooks.is_empty() {
        return;
    }
    text.push_str("\nEvents\n");
    for (webhook, name) in webhooks.iter().zip(&specification.surface.events) {
        let entity = webhook.entity.as_ref().map(|carried| {
            let (property, path) = (carried.property, carried.path);
            format!(", with the entity {property} at {path}")
        });
        let what = format!("{}{}", webhook.schema, entity.unwrap_or_default());
        line(text, name, &format!("{:?}: {what}", webhook.name));
    }
    text.push_str("\nEntities\n");
    for (path, schema) in entity_paths(specification) {
        let _ = writeln!(text, "  {:<48} {schema}", shown_path(&path));
    }
}

/// A number of things, in words.
pub fn count(number: usize, what: &str) -> String {
    format!("{number} {what}{}", if number == 1 { "" } else { "s" })
}

fn section(specification: &Specification<'_, '_>, section: &Section<'_>) -> String {
    let mut text = String::new();
    let calls: Vec<Call<'_, '_>> = specification.calls().collect();
    for index in &section.operations {
        call(&mut text, &calls[*index]);
    }
    for name in &section.types {
        if let (Some(schema), Some(names)) = (
            specification.api.schema(name),
            specification.surface.ty(name),
        ) {
            ty(&mut text, specification, schema, names);
        }
    }
    text
}

fn call(text: &mut String, call: &Call<'_, '_>) {
    let operation = call.operation;
    let (takes, gives) = call.kind.digest(call);
    let _ = writeln!(
        text,
        "{}().{}({takes}) -> {gives}",
        call.names.resource, call.names.method
    );
    let _ = writeln!(
        text,
        "  {} {}  ({}{})",
        operation.method,
        operation.path,
        operation.id,
        remarks(call)
    );
    let _ = writeln!(text, "  {}", call.kind.x_kind());
    for parameter in &operation.parameters {
        let limits = limits(parameter.range);
        if !limits.is_empty() {
            let _ = writeln!(text, "  {}{limits}", parameter.name);
        }
    }
    let statuses: Vec<_> = operation
        .statuses
        .iter()
        .map(|(status, _)| *status)
        .collect();
    let _ = writeln!(
        text,
        "  statuses {}\n  {}\n",
        statuses.join(" "),
        operation.page
    );
}

/// What deviates from the usual.
fn remarks(call: &Call<'_, '_>) -> String {
    let operation = call.operation;
    let mut remarks = String::new();
    if call.kind.reads(operation) && operation.method != "GET" {
        remarks.push_str(", reads");
    }
    match operation.auth {
        Auth::Token => {}
        Auth::ClientCredentials => remarks.push_str(", with client credentials"),
        Auth::None => remarks.push_str(", without a token"),
    }
    if let Some(server) = operation.server {
        remarks.push_str(&format!(", at {server}"));
    }
    if operation.deprecated {
        remarks.push_str(", deprecated");
    }
    remarks
}

fn ty(
    text: &mut String,
    specification: &Specification<'_, '_>,
    schema: &Schema<'_>,
    names: &TypeNames,
) {
    let side = match (schema.sent, schema.received) {
        (true, true) => "sent and received",
        (true, false) => "sent",
        _ => "received",
    };
    let inner = if names.is_public { "" } else { ", internal" };
    let closed = if schema.open { "" } else { ", closed" };
    let _ = writeln!(text, "{} ({side}{closed}{inner})", schema.name);
    match &schema.kind {
        SchemaKind::Object(properties) => {
            for (index, name) in &names.fields {
                let property = &properties[*index];
                field(
                    text,
                    schema,
                    property,
                    name,
                    specification.surface.holding(schema, property),
                );
            }
        }
        SchemaKind::StringEnum(values) => {
            for ((value, _), name) in values.iter().zip(&names.variants) {
                variant(text, name, &format!("{value:?}"));
            }
        }
        SchemaKind::IntegerEnum(values) => {
            for ((value, _), name) in values.iter().zip(&names.variants) {
                variant(text, name, &value.to_string());
            }
        }
    }
    text.push('\n');
}

/// A variant whose name follows from its value says nothing new.
fn variant(text: &mut String, name: &str, value: &str) {
    let plain = heck::ToShoutySnakeCase::to_shouty_snake_case(name);
    if value == format!("{plain:?}") {
        let _ = writeln!(text, "  {name}");
    } else {
        line(text, name, value);
    }
}

fn field(
    text: &mut String,
    schema: &Schema<'_>,
    property: &Property<'_>,
    name: &str,
    holding: Holding,
) {
    let ty = rust_type(&property.ty, schema.received);
    let held = match holding {
        Holding::Plain => ty,
        Holding::Optional => format!("Option<{ty}>"),
        Holding::Nullable => format!("Option<{ty}> (or null)"),
        Holding::Clearable => format!("Option<Option<{ty}>> (or null)"),
    };
    let required = if property.required && !schema.received {
        ", required"
    } else {
        ""
    };
    let deprecated = if property.deprecated {
        ", deprecated"
    } else {
        ""
    };
    let limits = limits(property.range);
    let camel = heck::ToLowerCamelCase::to_lower_camel_case(name);
    let wire = if property.name == camel {
        String::new()
    } else {
        format!(" as {:?}", property.name)
    };
    let _ = writeln!(text, "  {name}: {held}{required}{limits}{deprecated}{wire}");
}

fn limits(range: Range) -> String {
    match (range.minimum, range.maximum) {
        (None, None) => String::new(),
        (Some(least), None) => format!(", at least {least}"),
        (None, Some(most)) => format!(", at most {most}"),
        (Some(least), Some(most)) => format!(", {least} to {most}"),
    }
}

fn line(text: &mut String, left: &str, right: &str) {
    let _ = writeln!(text, "  {left:<32} {right}");
}
