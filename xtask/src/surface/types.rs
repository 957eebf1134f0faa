//! The Rust type of a value.

use crate::api::{Api, Property, Schema, SchemaKind, Type};

/// A type in Rust.
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

/// How the struct of a schema holds a property.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holding {
    /// As the value itself.
    Plain,
    /// `Option`: it may be absent.
    Optional,
    /// `Option`: it is required, and may be null.
    Nullable,
    /// `Option<Option>`: it may be absent or null.
    Clearable,
}

/// The type of a value in Rust. In what responses contain, integers are kept as they are written.
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

/// How a struct holds a property of a schema.
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
        Some(SchemaKind::StringEnum(_) | SchemaKind::IntegerEnum(_))
    )
}
