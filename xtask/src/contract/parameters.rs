//! Parameters: what stands in the path and the query of a request.

use serde_json::Value;

use super::schemas::{self, FieldType, Kind, Schema};
use super::{vocabulary, words};
use crate::diagnostic::Result;
use crate::spec::Blame;
use crate::spec::pointer::join;

/// A value in the path or the query.
#[derive(Debug)]
pub struct Parameter {
    /// As it travels.
    pub name: String,
    /// As Rust names it.
    pub rust_name: String,
    /// What it means.
    pub description: String,
    /// Where it stands.
    pub place: Place,
    /// Whether it must be there.
    pub required: bool,
    /// What it holds.
    pub ty: FieldType,
    /// What it may be at least and at most, if it is a whole number.
    pub range: schemas::Range,
}

/// Where a parameter stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// In the path, in place of `{name}`.
    Path,
    /// In the query, as `name=value`.
    Query,
}

/// The parameters that a path names in its segments, or nothing if it is not written as the SDK knows paths.
pub(super) fn placeholders(path: &str) -> Option<Vec<&str>> {
    let is_plain = |char: char| char.is_ascii_alphanumeric() || "-_.~".contains(char);
    let is_segment =
        |segment: &str| !["", ".", ".."].contains(&segment) && segment.chars().all(is_plain);
    let is_name = |char: char| char.is_ascii_alphanumeric() || "-_".contains(char);
    let mut names = Vec::new();
    for segment in path.strip_prefix('/')?.split('/') {
        let name = segment
            .strip_prefix('{')
            .and_then(|rest| rest.strip_suffix('}'));
        match name {
            Some(name) if name.chars().all(is_name) && !names.contains(&name) => {
                names.push(name);
            }
            None if is_segment(segment) => {}
            _ => return None,
        }
    }
    Some(names)
}

/// Reads the parameters of an operation whose path has these placeholders.
pub(super) fn read(
    operation: &Value,
    placeholders: &[&str],
    operation_at: &str,
    known: &[Schema],
    blame: Blame<'_>,
) -> Result<Vec<Parameter>> {
    let at = join(operation_at, "parameters");
    if !operation.get("parameters").is_none_or(Value::is_array) {
        return Err(blame
            .fault(&at, "`parameters` is not a list")
            .help("write each parameter as an item of a list, with its `name`"));
    }
    let mut read: Vec<Parameter> = Vec::new();
    for (index, parameter) in operation["parameters"]
        .as_array()
        .into_iter()
        .flatten()
        .enumerate()
    {
        let at = join(&at, index.to_string());
        let parameter = read_one(parameter, &at, known, blame)?;
        if let Some(other) = read
            .iter()
            .find(|other| other.rust_name == parameter.rust_name)
        {
            let message = format!(
                "`{}` and `{}` would be the same argument, `{}`",
                parameter.name, other.name, parameter.rust_name
            );
            return Err(blame.fault(&at, message).help("drop one of the two"));
        }
        if parameter.place == Place::Path && !placeholders.contains(&parameter.name.as_str()) {
            let message = format!("the path has no `{{{}}}`", parameter.name);
            return Err(blame
                .fault(&at, message)
                .help("drop the parameter, or name it as the path does"));
        }
        read.push(parameter);
    }
    let position = |parameter: &Parameter| match parameter.place {
        Place::Path => placeholders.iter().position(|name| *name == parameter.name),
        Place::Query => None,
    };
    read.sort_by_key(|parameter| position(parameter).unwrap_or(usize::MAX));
    let missing = placeholders.iter().find(|name| {
        !read
            .iter()
            .any(|parameter| parameter.place == Place::Path && parameter.name == **name)
    });
    match missing {
        Some(name) => Err(blame
            .fault(
                operation_at,
                format!("`{name}` of the path is not described"),
            )
            .help("describe it as `{name: …, in: path, required: true, schema: {type: string}}`")),
        None => Ok(read),
    }
}

fn read_one(parameter: &Value, at: &str, known: &[Schema], blame: Blame<'_>) -> Result<Parameter> {
    const KEYS: &[&str] = &["name", "in", "required", "description", "schema", "example"];
    if let Some(key) = parameter
        .as_object()
        .into_iter()
        .flat_map(|object| object.keys())
        .find(|key| !KEYS.contains(&key.as_str()))
    {
        return Err(blame
            .fault(
                &join(at, key),
                format!("the generators do not know what to make of `{key}`"),
            )
            .help(
                "a parameter has `name`, `in`, `required`, `description`, `schema` and `example`",
            ));
    }
    let name = parameter["name"].as_str().unwrap_or_default();
    let rust_name = words::snake(name);
    // `self`, and what generated code calls its own.
    const RESERVED: &[&str] = &[
        "api_version",
        "body",
        "client",
        "encode_path",
        "form",
        "info",
        "items",
        "path",
        "progenitor_client",
        "query",
        "request",
        "result",
        "self",
        "types",
        "url",
    ];
    if !words::is_wire_name(name)
        || !words::is_identifier(&rust_name)
        || RESERVED.contains(&rust_name.as_str())
    {
        return Err(blame
            .fault(at, format!("`{name}` cannot name an argument"))
            .help("the generator knows names of ASCII letters, digits and `_` that are not keywords, and has names of its own"));
    }
    let place = match parameter["in"].as_str() {
        Some("path") => Place::Path,
        Some("query") => Place::Query,
        _ => {
            return Err(blame
                .fault(
                    &join(at, "in"),
                    format!("`{name}` stands where the SDK knows no parameters"),
                )
                .help("the SDK knows parameters in `path` and `query`"));
        }
    };
    if !parameter.get("required").is_none_or(Value::is_boolean) {
        return Err(blame
            .fault(
                &join(at, "required"),
                "`required` is neither true nor false",
            )
            .help("write `required: true`, without quotes"));
    }
    let required = parameter["required"] == true;
    if place == Place::Path && !required {
        return Err(blame
            .fault(
                at,
                format!("`{name}` stands in the path and is not required"),
            )
            .help("write `required: true`, as OpenAPI demands"));
    }
    let Some(schema) = parameter.get("schema") else {
        return Err(blame
            .fault(at, format!("nothing says what `{name}` holds"))
            .help("give it a `schema`, such as `{type: string}`"));
    };
    let at = join(at, "schema");
    vocabulary::check(schema, &at, blame)?;
    let ty = schemas::field_type(schema, &at, blame)?;
    let is_enum = |name: &str| {
        known
            .iter()
            .any(|schema| schema.name == name && matches!(schema.kind, Kind::Enum(_)))
    };
    let fits = match &ty {
        FieldType::Text => true,
        FieldType::Integer | FieldType::Boolean => place == Place::Query,
        FieldType::Schema(name) => is_enum(name),
        _ => false,
    };
    if !fits {
        return Err(blame
            .fault(
                &at,
                format!("`{name}` is of a type that the SDK cannot write into an address"),
            )
            .help(
                "a parameter is a string or a named enum, or in the query a whole number or a boolean",
            ));
    }
    Ok(Parameter {
        name: name.to_owned(),
        rust_name,
        description: schemas::text(parameter, "description"),
        place,
        required,
        range: schemas::range(schema),
        ty,
    })
}
