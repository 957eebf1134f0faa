//! The schemas of an OpenAPI 3.0 document as written, in the document's order. [`types`](super::types) resolves them.

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, value::RawValue};

/// The prefix of references to named schemas.
pub(crate) const REFERENCE: &str = "#/components/schemas/";

/// A schema: the keywords that the sandbox reads, and all others for validation.
#[derive(Debug, Clone, Default, Deserialize, Serialize)]
#[serde(default, rename_all = "camelCase")]
pub(crate) struct Schema {
    #[serde(rename = "$ref", skip_serializing_if = "Option::is_none")]
    pub(crate) reference: Option<String>,
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub(crate) kind: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) format: Option<String>,
    #[serde(rename = "enum", skip_serializing_if = "Vec::is_empty")]
    pub(crate) values: Vec<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) example: Option<Value>,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(crate) nullable: bool,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(crate) read_only: bool,
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub(crate) write_only: bool,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) required: Vec<String>,
    #[serde(skip_serializing_if = "IndexMap::is_empty")]
    pub(crate) properties: IndexMap<String, Schema>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) additional_properties: Option<Additional>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) items: Option<Box<Schema>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) all_of: Vec<Schema>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) any_of: Vec<Schema>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) one_of: Vec<Schema>,
    #[serde(flatten)]
    pub(crate) other: Map<String, Value>,
}

/// `additionalProperties`.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(untagged)]
pub(crate) enum Additional {
    Allowed(bool),
    Of(Box<Schema>),
}

/// The named schemas. An unreadable one affects only those that refer to it.
#[derive(Debug, Default)]
pub(crate) struct Schemas(IndexMap<String, Result<Schema, String>>);

impl Schemas {
    pub(crate) fn read(written: &IndexMap<String, &RawValue>) -> Self {
        let read = |(name, raw): (&String, &&RawValue)| {
            let schema = serde_json::from_str(raw.get());
            let schema = schema.map_err(|error| format!("`{REFERENCE}{name}`: {error}"));
            (name.clone(), schema)
        };
        Self(written.iter().map(read).collect())
    }

    /// The name and the schema that `reference` refers to.
    pub(crate) fn at<'a>(&self, reference: &'a str) -> Result<(&'a str, &Schema), String> {
        let name = reference.strip_prefix(REFERENCE);
        match name.and_then(|name| Some((name, self.0.get(name)?))) {
            Some((name, Ok(schema))) => Ok((name, schema)),
            Some((_, Err(reason))) => Err(reason.clone()),
            None => Err(format!("`{reference}` does not exist")),
        }
    }
}
