//! The keywords of schemas: the type of value of each, and which keywords of OpenAPI 3.1 have no counterpart in 3.0.

use serde_json::Value;

use super::source::Dialect;
use crate::document::Node;

/// How a keyword is converted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Keyword {
    /// It says the same in OpenAPI 3.0, if its value is of that form.
    Same(Form),
    /// It holds schemas, or is said in another way: `schemas` knows how.
    Special,
    /// It is for people, whose words are not taken over.
    Words,
    /// It says nothing about what travels.
    Aside,
    /// OpenAPI 3.0 cannot say it.
    Unsayable,
    /// There is no such keyword.
    Unknown,
}

/// The type of a keyword's value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    Flag,
    Text,
    /// A number that is not negative, and whole.
    Count,
    Number,
    /// Any value of the API's.
    Data,
}

impl Form {
    pub(super) fn fits(self, value: Node<'_>) -> bool {
        match self {
            Self::Flag => value.bool().is_some(),
            Self::Text => value.str().is_some(),
            Self::Count => value.u64().is_some(),
            Self::Number => value.number().is_some(),
            Self::Data => true,
        }
    }

    /// The expected value, for messages.
    pub(super) fn wanted(self) -> &'static str {
        match self {
            Self::Flag => "`true` or `false`",
            Self::Text => "a text",
            Self::Count => "a whole number, not below zero",
            Self::Number => "a number",
            Self::Data => "a value",
        }
    }
}

/// The meaning of a keyword in a version of OpenAPI.
pub(super) fn keyword(name: &str, dialect: Dialect) -> Keyword {
    use Keyword::{Aside, Same, Special, Unknown, Unsayable, Words};
    match name {
        "title" | "description" | "externalDocs" => Words,
        "xml" => Aside,
        name if name.starts_with("x-") => Aside,
        "nullable" | "readOnly" | "writeOnly" | "deprecated" | "uniqueItems" => Same(Form::Flag),
        "format" | "pattern" => Same(Form::Text),
        "minLength" | "maxLength" | "minItems" | "maxItems" | "minProperties" | "maxProperties" => {
            Same(Form::Count)
        }
        "minimum" | "maximum" | "multipleOf" => Same(Form::Number),
        "default" | "example" => Same(Form::Data),
        "exclusiveMinimum" | "exclusiveMaximum" if dialect == Dialect::V30 => Same(Form::Flag),
        "exclusiveMinimum" | "exclusiveMaximum" => Special,
        "$ref"
        | "type"
        | "enum"
        | "required"
        | "properties"
        | "items"
        | "additionalProperties"
        | "allOf"
        | "anyOf"
        | "oneOf"
        | "not"
        | "discriminator" => Special,
        _ if dialect == Dialect::V30 => Unknown,
        "$comment" => Words,
        "const" | "examples" | "contentMediaType" | "contentEncoding" | "$schema"
        | "propertyNames" => Special,
        "$anchor"
        | "$defs"
        | "$dynamicAnchor"
        | "$dynamicRef"
        | "$id"
        | "$vocabulary"
        | "contains"
        | "contentSchema"
        | "dependencies"
        | "dependentRequired"
        | "dependentSchemas"
        | "else"
        | "if"
        | "maxContains"
        | "minContains"
        | "patternProperties"
        | "prefixItems"
        | "then"
        | "unevaluatedItems"
        | "unevaluatedProperties" => Unsayable,
        _ => Unknown,
    }
}

/// The base of OpenAPI 3.1's own schemas, which says nothing that 3.0 does not.
pub(super) const DIALECTS: &[&str] = &[
    "https://json-schema.org/draft/2020-12/schema",
    "https://spec.openapis.org/oas/3.1/dialect/base",
];

/// The types that a schema can name.
pub(super) const TYPES: &[&str] = &["string", "number", "integer", "boolean", "array", "object"];

/// The order in which the keywords of a captured schema stand.
pub(super) const ORDER: &[&str] = &[
    "$ref",
    "type",
    "format",
    "nullable",
    "readOnly",
    "writeOnly",
    "deprecated",
    "minimum",
    "exclusiveMinimum",
    "maximum",
    "exclusiveMaximum",
    "multipleOf",
    "minLength",
    "maxLength",
    "pattern",
    "minItems",
    "maxItems",
    "uniqueItems",
    "minProperties",
    "maxProperties",
    "allOf",
    "anyOf",
    "oneOf",
    "not",
    "discriminator",
    "required",
    "properties",
    "additionalProperties",
    "items",
    "enum",
    "default",
    "example",
];

/// The type of a value, as schemas name types; none for null.
pub(super) fn type_of(value: &Value) -> Option<&'static str> {
    Some(match value {
        Value::Null => return None,
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_i64() || number.is_u64() => "integer",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    })
}
