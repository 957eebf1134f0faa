//! What a schema may say. A keyword that the generators would pass over, or trip over, is refused where it stands.

use serde_json::{Map, Value};

use crate::diagnostic::Result;
use crate::spec::Blame;
use crate::spec::pointer::{join, reference};

/// What is read and has an effect, or is for people and tools and needs none.
const KEYWORDS: &[&str] = &[
    "$ref",
    "allOf",
    "anyOf",
    "default",
    "deprecated",
    "description",
    "enum",
    "example",
    "externalDocs",
    "format",
    "items",
    "maxItems",
    "maxLength",
    "maximum",
    "minItems",
    "minLength",
    "minimum",
    "nullable",
    "pattern",
    "properties",
    "readOnly",
    "required",
    "title",
    "type",
    "uniqueItems",
    "writeOnly",
    "x-open-enum",
];

/// The formats of OpenAPI and JSON Schema. A misspelt `password` would show a secret.
const FORMATS: &[&str] = &[
    "binary",
    "byte",
    "date",
    "date-time",
    "double",
    "email",
    "float",
    "hostname",
    "int32",
    "int64",
    "ipv4",
    "ipv6",
    "password",
    "uri",
    "uuid",
];

/// Whether a keyword has a value of the kind that it takes.
fn is_of_its_kind(keyword: &str, value: &Value) -> bool {
    match keyword {
        "deprecated" | "nullable" | "readOnly" | "uniqueItems" | "writeOnly" | "x-open-enum" => {
            value.is_boolean()
        }
        "$ref" | "description" | "format" | "pattern" | "title" | "type" => value.is_string(),
        "maxItems" | "maxLength" | "minItems" | "minLength" => value.is_u64(),
        "maximum" | "minimum" => value.is_number(),
        _ => true,
    }
}

/// Checks a schema and those within it.
pub(super) fn check(schema: &Value, at: &str, blame: Blame<'_>) -> Result<()> {
    let Some(schema) = schema.as_object() else {
        return Err(blame
            .fault(at, "this is not a schema")
            .help("a schema is a mapping, such as `type: string`"));
    };
    let bound = |name: &str| schema.get(name).and_then(Value::as_f64);
    if let (Some(least), Some(most)) = (bound("minimum"), bound("maximum"))
        && least > most
    {
        return Err(blame
            .fault(
                at,
                format!("nothing is at least {least} and at most {most}"),
            )
            .help("mend `minimum` or `maximum`"));
    }
    for (keyword, value) in schema {
        let at = join(at, keyword);
        if !KEYWORDS.contains(&keyword.as_str()) {
            return Err(blame
                .fault(
                    &at,
                    format!("the generators do not know what to make of `{keyword}`"),
                )
                .help("say it in another way, or leave it out, with a reason in the overlay"));
        }
        if !is_of_its_kind(keyword, value) {
            return Err(blame
                .fault(&at, format!("`{keyword}` has a value of the wrong kind"))
                .help("see https://spec.openapis.org/oas/v3.0.3#schema-object for what it takes"));
        }
        match keyword.as_str() {
            "format"
                if !value
                    .as_str()
                    .is_some_and(|format| FORMATS.contains(&format)) =>
            {
                return Err(blame
                    .fault(
                        &at,
                        format!("{value} is not a format that the generators know"),
                    )
                    .help(format!("the formats are {}", FORMATS.join(", "))));
            }
            "items" => check(value, &at, blame)?,
            "properties" => {
                let Some(properties) = value.as_object() else {
                    return Err(blame
                        .fault(&at, "`properties` is not a mapping")
                        .help("write names, and schemas under them"));
                };
                properties
                    .iter()
                    .try_for_each(|(name, property)| check(property, &join(&at, name), blame))?;
            }
            "allOf" if !is_one_reference(value) => {
                return Err(blame
                    .fault(&at, "`allOf` is more than one reference")
                    .help("a schema may refer to one other in `allOf`; what both say together must be written out"));
            }
            "enum" if !value.is_array() => {
                return Err(blame
                    .fault(&at, "`enum` is not a list")
                    .help("write the values as a list"));
            }
            "anyOf" if !is_alternatives(value, schema) => {
                return Err(blame
                    .fault(&at, "`anyOf` is more than a choice of required fields")
                    .help("in `anyOf`, a schema may say `required` only; what has several shapes wants several schemas"));
            }
            "required" if !names_properties(value, schema) => {
                return Err(blame
                    .fault(
                        &at,
                        "`required` is not a list of the schema's own properties",
                    )
                    .help("mend the names; OpenAPI 3.0 has no `required: true` for a property"));
            }
            _ => {}
        }
    }
    Ok(())
}

fn is_one_reference(value: &Value) -> bool {
    matches!(value.as_array().map(Vec::as_slice), Some([only]) if reference(only).is_some())
}

fn is_alternatives(value: &Value, schema: &Map<String, Value>) -> bool {
    let required_only = |branch: &Value| {
        let required = branch
            .as_object()
            .filter(|branch| branch.len() == 1)
            .and_then(|branch| branch.get("required"));
        required.is_some_and(|required| names_properties(required, schema))
    };
    value
        .as_array()
        .is_some_and(|branches| !branches.is_empty() && branches.iter().all(required_only))
}

/// Whether a list names properties of a schema, and each of them once.
fn names_properties(list: &Value, schema: &Map<String, Value>) -> bool {
    let properties = schema.get("properties").and_then(Value::as_object);
    let Some((list, properties)) = list.as_array().zip(properties) else {
        return false;
    };
    list.iter().enumerate().all(|(index, name)| {
        name.as_str()
            .is_some_and(|name| properties.contains_key(name))
            && !list[..index].contains(name)
    })
}
