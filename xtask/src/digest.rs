//! The API in a form that a person reads in a minute: what can be called, what it takes and answers, and every type with
//! its names in Rust and on the wire. A change of the specification shows here first.

use std::fmt::Write;

use crate::contract::{Auth, Body, Contract, Field, Kind, Operation, Schema, Shape};

/// Renders the digest.
pub fn digest(contract: &Contract) -> String {
    let mut text = format!("Tight API {}\n\nEnvironments\n", contract.version);
    for environment in &contract.environments {
        line(&mut text, &environment.name, &environment.url);
    }
    text.push_str("\nOperations\n");
    for operation in &contract.operations {
        let call = format!("{}().{}", operation.resource, operation.resource_method);
        let (takes, answers) = (takes(operation), &operation.answer);
        let gives = match &operation.shape {
            Shape::Bare => format!("Response<{answers}>"),
            Shape::Entity { entity } => format!("Response<{entity}>"),
            Shape::BatchSave { item, entity } => format!("BatchOutcome<{item}, {entity}>"),
            Shape::Page { item, .. } => format!("Listing<{item}>"),
        };
        let _ = writeln!(text, "  {call}({takes}) -> {gives}");
        let auth = match operation.auth {
            Auth::Token => "with an access token",
            Auth::ClientCredentials => "with client credentials",
        };
        let effect = if operation.reads { "reads" } else { "writes" };
        let _ = writeln!(
            text,
            "    {} {}  ({}, {effect}, {auth})",
            operation.method, operation.path, operation.id
        );
        let _ = writeln!(text, "    {} -> {answers}", sends(operation));
        let statuses: Vec<_> = operation
            .statuses
            .iter()
            .map(|(status, _)| status.as_str())
            .collect();
        let _ = writeln!(text, "    statuses {}", statuses.join(" "));
        let _ = writeln!(text, "    {}", operation.page);
    }
    text.push_str("\nTypes\n");
    for schema in &contract.schemas {
        let _ = writeln!(text, "  {} ({})", schema.name, side(schema));
        match &schema.kind {
            Kind::Object(fields) => fields
                .iter()
                .for_each(|field| self::field(&mut text, schema, field)),
            Kind::Enum(variants) => {
                for variant in variants {
                    line(
                        &mut text,
                        &format!("  {}", variant.name),
                        &format!("{:?}", variant.value),
                    );
                }
                line(&mut text, "  Unknown", "any other string");
            }
        }
    }
    text
}

/// What the method on the resource takes.
fn takes(operation: &Operation) -> String {
    if let Shape::BatchSave { item, .. } = &operation.shape {
        return format!("[{item}]");
    }
    let parameters = operation
        .parameters
        .iter()
        .filter(|parameter| !operation.is_of_page(parameter))
        .map(|parameter| format!("{}: {}", parameter.rust_name, parameter.ty.rust_name()));
    let parts = match &operation.body {
        Body::None => Vec::new(),
        Body::Object(schema) => vec![schema.clone()],
        Body::Multipart(parts) => parts
            .iter()
            .map(|part| part.schema().unwrap_or("Upload").to_owned())
            .collect(),
    };
    parameters.chain(parts).collect::<Vec<_>>().join(", ")
}

/// What travels in the body.
fn sends(operation: &Operation) -> String {
    match &operation.body {
        Body::None => "no body".to_owned(),
        Body::Object(schema) => schema.clone(),
        Body::Multipart(parts) => {
            let parts = parts
                .iter()
                .map(|part| format!("{}: {}", part.name, part.schema().unwrap_or("a file")));
            format!("parts ({})", parts.collect::<Vec<_>>().join(", "))
        }
    }
}

fn side(schema: &Schema) -> &'static str {
    match (schema.in_requests, schema.in_answers) {
        (true, true) => "sent and received",
        (true, false) => "sent",
        _ => "received",
    }
}

fn field(text: &mut String, schema: &Schema, field: &Field) {
    let required = if field.required && !schema.in_answers {
        ", required"
    } else {
        ""
    };
    let left = format!("  {}: {}", field.rust_name, field.rust_type(schema));
    line(text, &left, &format!("{:?}{required}", field.name));
}

fn line(text: &mut String, left: &str, right: &str) {
    let _ = writeln!(text, "  {left:<48} {right}");
}
