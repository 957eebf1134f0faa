//! YAML on disk.

use serde_json::Value;

use crate::diagnostic::{Diagnostic, Result};
use crate::layout::{CAPTURED, Checkout};

/// A document and the file that it was read from.
#[derive(Debug)]
pub struct Source {
    /// The file, relative to the repository.
    pub file: String,
    /// What it says.
    pub document: Value,
}

/// Reads every captured page.
pub(super) fn captured(checkout: &Checkout) -> Result<Vec<Source>> {
    let files = checkout.list(CAPTURED, &["yaml", "yml"])?;
    if files.is_empty() {
        return Err(Diagnostic::new(CAPTURED, "there is no captured page")
            .help("write one OpenAPI 3.0 document for each documentation page into this folder, as a .yaml file"));
    }
    files
        .into_iter()
        .map(|file| {
            let document = read(checkout, &file)?;
            check_version(&file, &document)?;
            Ok(Source { file, document })
        })
        .collect()
}

/// Reads one YAML file. Repeated keys are refused: one of the two would be lost.
pub(super) fn read(checkout: &Checkout, file: &str) -> Result<Value> {
    let not_yaml = |error: yaml_serde::Error| {
        Diagnostic::new(file, format!("the file is not YAML: {error}"))
            .help("mend the YAML at that line and column")
    };
    let yaml: yaml_serde::Value = yaml_serde::from_str(&checkout.read(file)?).map_err(not_yaml)?;
    to_json(file, String::new(), yaml)
}

/// YAML's values as JSON's. What JSON cannot say is refused, with its place.
fn to_json(file: &str, at: String, yaml: yaml_serde::Value) -> Result<Value> {
    use yaml_serde::Value as Yaml;

    use super::pointer::join;
    Ok(match yaml {
        Yaml::Null => Value::Null,
        Yaml::Bool(value) => value.into(),
        Yaml::String(value) => value.into(),
        Yaml::Number(value) => match (value.as_i64(), value.as_u64(), value.as_f64()) {
            (Some(number), ..) => number.into(),
            (_, Some(number), _) => number.into(),
            (_, _, Some(number)) if number.is_finite() => number.into(),
            _ => {
                return Err(Diagnostic::new(file, "JSON has no such number")
                    .at(at)
                    .help("write a finite number"));
            }
        },
        Yaml::Sequence(items) => items
            .into_iter()
            .enumerate()
            .map(|(index, item)| to_json(file, join(&at, index.to_string()), item))
            .collect::<Result<Vec<_>>>()?
            .into(),
        Yaml::Mapping(entries) => {
            let mut object = serde_json::Map::new();
            for (key, value) in entries {
                let Yaml::String(key) = key else {
                    return Err(Diagnostic::new(file, "a key is not a string")
                        .at(at)
                        .help("put it in quotes, as in '200': a status is a string in OpenAPI"));
                };
                let value = to_json(file, join(&at, &key), value)?;
                object.insert(key, value);
            }
            object.into()
        }
        Yaml::Tagged(_) => {
            return Err(Diagnostic::new(file, "a YAML tag (`!…`) stands here")
                .at(at)
                .help("write the plain value"));
        }
    })
}

/// A document as YAML.
pub(super) fn to_yaml(file: &str, document: &Value) -> Result<String> {
    yaml_serde::to_string(document).map_err(|error| {
        Diagnostic::new(
            file,
            format!("the document cannot be written as YAML: {error}"),
        )
    })
}

/// progenitor reads OpenAPI 3.0 and nothing else.
fn check_version(file: &str, document: &Value) -> Result<()> {
    match document.get("openapi") {
        Some(Value::String(version)) if version.starts_with("3.0.") => Ok(()),
        Some(version) => Err(Diagnostic::new(file, format!("this is OpenAPI {version}, and not 3.0.x as a text"))
            .at("/openapi")
            .help("write the page as OpenAPI 3.0.3 (`nullable: true` for a type with \"null\", `example` for `examples`)")),
        None => Err(Diagnostic::new(file, "this is not an OpenAPI document: it has no `openapi`")
            .at("")
            .help("begin the document with `openapi: 3.0.3`")),
    }
}
