//! The API in a form that a person reads in a minute: what can be called, what it takes and answers, and every type with
//! its names in Rust and on the wire. A change of the specification shows here first.

use std::fmt::Write;

use crate::contract::{Contract, Field, FieldType, Kind, Schema, Shape};

/// Renders the digest.
pub fn digest(contract: &Contract) -> String {
    let mut text = format!("Tight API {}\n\nEnvironments\n", contract.version);
    for environment in &contract.environments {
        line(&mut text, &environment.name, &environment.url);
    }
    text.push_str("\nOperations\n");
    for operation in &contract.operations {
        let Shape::BatchSave { item, entity, .. } = &operation.shape;
        let call = format!("{}().{}", operation.resource, operation.resource_method);
        let _ = writeln!(text, "  {call}([{item}]) -> BatchOutcome<{item}, {entity}>");
        let request = operation.request.as_deref().unwrap_or("no body");
        let effect = if operation.reads { "reads" } else { "writes" };
        let _ = writeln!(
            text,
            "    {} {}  ({}, {effect})",
            operation.method, operation.path, operation.id
        );
        let _ = writeln!(text, "    {request} -> {}", operation.answer);
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
    let ty = rust_type(&field.ty);
    let ty = match (&field.ty, required.is_empty()) {
        (FieldType::List(_) | FieldType::FreeForm, _) | (_, false) => ty,
        _ => format!("Option<{ty}>"),
    };
    line(
        text,
        &format!("  {}: {ty}", field.rust_name),
        &format!("{:?}{required}", field.name),
    );
}

fn rust_type(ty: &FieldType) -> String {
    match ty {
        FieldType::Text => "String".to_owned(),
        FieldType::Timestamp => "Timestamp".to_owned(),
        FieldType::Integer => "i64".to_owned(),
        FieldType::Number => "f64".to_owned(),
        FieldType::Boolean => "bool".to_owned(),
        FieldType::FreeForm => "Map".to_owned(),
        FieldType::Schema(name) => name.clone(),
        FieldType::List(item) => format!("Vec<{}>", rust_type(item)),
    }
}

fn line(text: &mut String, left: &str, right: &str) {
    let _ = writeln!(text, "  {left:<48} {right}");
}
