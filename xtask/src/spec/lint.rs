//! Checks of the effective document as a document; what its operations and schemas must be like is checked where they are
//! read, in `contract`.

use serde_json::Value;

use super::blame::Blame;
use super::pointer::{join, resolve};
use crate::diagnostic::Result;

/// Every reference resolves, and every name is there that OpenAPI demands.
pub(super) fn check(document: &Value, blame: &Blame<'_>) -> Result<()> {
    if !document["openapi"]
        .as_str()
        .is_some_and(|version| version.starts_with("3.0."))
    {
        return Err(blame
            .fault("/openapi", "the overlay changes the version of OpenAPI")
            .help("leave it at 3.0"));
    }
    for required in ["/info/title", "/info/version"] {
        if document
            .pointer(required)
            .and_then(Value::as_str)
            .is_none_or(str::is_empty)
        {
            return Err(blame
                .fault(required, "the effective document says nothing here")
                .help("set it in the overlay, with `target: $.info`"));
        }
    }
    references(document, document, String::new(), blame)
}

fn references(document: &Value, value: &Value, at: String, blame: &Blame<'_>) -> Result<()> {
    match value {
        Value::Object(object) => {
            if let Some(reference) = object.get("$ref") {
                let resolved = reference
                    .as_str()
                    .and_then(|reference| resolve(document, reference));
                let fault = |message: String| blame.fault(&join(&at, "$ref"), message);
                match resolved {
                    None => {
                        return Err(fault(format!("{reference} refers to nothing")).help(
                            "add what it names to the file's `components`, or mend the name",
                        ));
                    }
                    Some(resolved) if resolved.get("$ref").is_some() => {
                        return Err(fault(format!("{reference} refers to another reference"))
                            .help("refer to what that one refers to"));
                    }
                    Some(_) => {}
                }
            }
            // An example is data, and may say anything.
            let parts = object.iter().filter(|(key, _)| *key != "example");
            parts
                .into_iter()
                .try_for_each(|(key, value)| references(document, value, join(&at, key), blame))
        }
        Value::Array(items) => (items.iter().enumerate()).try_for_each(|(index, item)| {
            references(document, item, join(&at, index.to_string()), blame)
        }),
        _ => Ok(()),
    }
}
