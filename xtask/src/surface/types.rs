//! What a type is in Rust.

use crate::api::{Api, Property, Schema, SchemaKind, Type};

/// What a value is in Rust, and what it is called there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RustType {
    /// As it is written, without the path of its parts.
    pub name: String,
}

/// The types of the SDK's wire that models are made of.
pub const WIRE: &[&str] = &[
    "Date",
    "Decimal",
    "JsonObject",
    "JsonValue",
    "Number",
    "Secret",
    "Timestamp",
    "UnknownFields",
];

/// How a property is held by the struct of its schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holding {
    /// It is always there.
    Plain,
    /// It may be left out.
    Optional,
    /// It must be there, and may be null.
    Nullable,
    /// It may be left out, or null.
    Clearable,
}

/// The type of a value in Rust. In what answers carry, whole numbers are kept as they are written.
pub fn rust_type(ty: &Type, received: bool) -> String {
    match ty {
        Type::Text => "String".to_owned(),
        Type::Secret => "Secret".to_owned(),
        Type::Timestamp => "Timestamp".to_owned(),
        Type::Date => "Date".to_owned(),
        Type::Decimal => "Decimal".to_owned(),
        Type::FreeForm => "JsonObject".to_owned(),
        Type::Integer if !received => "i64".to_owned(),
        Type::Integer | Type::Number => "Number".to_owned(),
        Type::Boolean => "bool".to_owned(),
        Type::Named(name) => name.clone(),
        Type::List(item) => format!("Vec<{}>", rust_type(item, received)),
        Type::Map(value) => format!("BTreeMap<String, {}>", rust_type(value, received)),
    }
}

/// How a property of a schema is held.
pub fn holding(schema: &Schema<'_>, property: &Property<'_>) -> Holding {
    let is_collection = matches!(property.ty, Type::List(_) | Type::Map(_));
    match (schema.received, property.required, property.nullable) {
        // An absent collection says what an empty one does.
        (true, ..) if is_collection => Holding::Plain,
        (true, ..) => Holding::Optional,
        (false, true, false) => Holding::Plain,
        (false, true, true) => Holding::Nullable,
        (false, false, false) => Holding::Optional,
        (false, false, true) => Holding::Clearable,
    }
}

/// Whether a schema is an enum.
pub fn is_enum(api: &Api<'_>, name: &str) -> bool {
    matches!(
        api.schema(name).map(|schema| &schema.kind),
        Some(SchemaKind::Texts(_) | SchemaKind::Numbers(_))
    )
}
