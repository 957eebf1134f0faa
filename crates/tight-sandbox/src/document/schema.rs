//! The schemas of an OpenAPI 3.0 document, with the two things that generic JSON does not give: the order in
//! which the document lists its properties, and one flat view of a schema whose parts stand in several
//! places.

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// What every reference to a named schema starts with.
pub(crate) const REFERENCE: &str = "#/components/schemas/";

/// A schema: the keywords that the sandbox itself reads, and all others carried along for validation.
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
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) required: Vec<String>,
    #[serde(skip_serializing_if = "IndexMap::is_empty")]
    pub(crate) properties: IndexMap<String, Schema>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) items: Option<Box<Schema>>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) all_of: Vec<Schema>,
    #[serde(flatten)]
    pub(crate) other: Map<String, Value>,
}

impl Schema {
    pub(crate) fn is(&self, kind: &str) -> bool {
        self.kind.as_deref() == Some(kind)
    }

    pub(crate) fn of_kind(kind: &str) -> Self {
        Self {
            kind: Some(kind.to_owned()),
            ..Self::default()
        }
    }

    /// Gives it these properties, which are strings, whatever it said of them.
    pub(crate) fn add_strings(&mut self, names: &[&str]) {
        for name in names {
            self.properties
                .insert((*name).to_owned(), Self::of_kind("string"));
        }
    }

    /// Takes over what `part` says and this schema does not.
    fn absorb(&mut self, part: Self) {
        self.kind = self.kind.take().or(part.kind);
        self.format = self.format.take().or(part.format);
        self.example = self.example.take().or(part.example);
        self.items = self.items.take().or(part.items);
        self.nullable |= part.nullable;
        self.required.extend(part.required);
        if self.values.is_empty() {
            self.values = part.values;
        }
        for (name, property) in part.properties {
            self.properties.entry(name).or_insert(property);
        }
        for (keyword, value) in part.other {
            self.other.entry(keyword).or_insert(value);
        }
    }
}

/// The named schemas of the document.
#[derive(Debug, Default, Deserialize)]
#[serde(transparent)]
pub(crate) struct Schemas(IndexMap<String, Schema>);

impl Schemas {
    pub(crate) fn named(&self, name: &str) -> Option<&Schema> {
        self.0.get(name)
    }

    /// `schema` itself in one piece: its reference followed, its `allOf` folded in. What it contains is left
    /// as it is.
    pub(crate) fn fold(&self, schema: &Schema) -> Result<Schema, String> {
        self.fold_within(schema, &mut Vec::new())
    }

    /// `schema` in one piece, all the way down.
    pub(crate) fn resolve(&self, schema: &Schema) -> Result<Schema, String> {
        self.resolve_within(schema, &[])
    }

    /// `open` names the references being followed: one that comes round to itself ends in the schema that
    /// says nothing.
    fn fold_within(&self, schema: &Schema, open: &mut Vec<String>) -> Result<Schema, String> {
        // OpenAPI 3.0 ignores whatever stands beside a `$ref`.
        if let Some(reference) = &schema.reference {
            if open.contains(reference) {
                return Ok(Schema::default());
            }
            let target = reference
                .strip_prefix(REFERENCE)
                .and_then(|name| self.named(name))
                .ok_or_else(|| format!("nothing stands at `{reference}`"))?;
            open.push(reference.clone());
            return self.fold_within(target, open);
        }
        let mut folded = schema.clone();
        for part in std::mem::take(&mut folded.all_of) {
            folded.absorb(self.fold_within(&part, open)?);
        }
        Ok(folded)
    }

    fn resolve_within(&self, schema: &Schema, open: &[String]) -> Result<Schema, String> {
        let mut open = open.to_vec();
        let mut resolved = self.fold_within(schema, &mut open)?;
        for property in resolved.properties.values_mut() {
            *property = self.resolve_within(property, &open)?;
        }
        if let Some(items) = &mut resolved.items {
            **items = self.resolve_within(items, &open)?;
        }
        Ok(resolved)
    }
}
