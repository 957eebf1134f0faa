//! Reads the parameters of a request, those of its path and those of its query, and checks them against the
//! document.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;
use serde_json::{Map, Value};

use crate::{
    document::schema::{Schema, Schemas},
    document::sketch::Parameter,
    document::validation::Checker,
    envelope::{Flaw, FlawType},
    json::{self, Lost, Step},
};

/// The parameters of one operation.
pub(crate) struct Parameters {
    checker: Checker,
    /// Those of the query, with the kinds of their values.
    query: Vec<(String, Schema)>,
}

impl Parameters {
    pub(crate) fn new(parameters: &[Parameter], schemas: &Schemas) -> Result<Self, String> {
        let mut all = Schema::of_kind("object");
        let mut query = Vec::new();
        for parameter in parameters {
            let Parameter { name, schema, .. } = parameter;
            all.properties.insert(name.clone(), schema.clone());
            if parameter.required {
                all.required.push(name.clone());
            }
            if parameter.place == "query" {
                query.push((name.clone(), schemas.fold(schema)?));
            }
        }
        Ok(Self {
            checker: Checker::new(schemas, &all, "The request")?,
            query,
        })
    }

    /// The parameters by their names. `path` has those of the path as they were sent, `query` is the whole
    /// query.
    pub(crate) fn read(
        &self,
        path: &[(String, String)],
        query: &str,
    ) -> Result<Map<String, Value>, Vec<Flaw>> {
        let mut values: Map<_, _> = path
            .iter()
            .map(|(name, sent)| {
                let sent = percent_decode_str(sent).decode_utf8_lossy();
                (name.clone(), Value::String(sent.into_owned()))
            })
            .collect();
        let mut twice = Vec::new();
        let mut lost = Vec::new();
        for (name, sent) in form_urlencoded::parse(query.as_bytes()) {
            let Some((name, schema)) = self.query.iter().find(|(known, _)| *known == name) else {
                continue;
            };
            if values
                .insert(name.clone(), value(name, sent, schema, &mut lost))
                .is_some()
            {
                twice.push(Flaw::of(FlawType::InvalidValue, name, "stands there twice"));
            }
        }
        let flaws = match twice.as_slice() {
            [] => self.checker.check(&Value::Object(values.clone()), &lost),
            _ => twice,
        };
        if flaws.is_empty() {
            Ok(values)
        } else {
            Err(flaws)
        }
    }
}

/// The value that `sent` stands for; what does not fit the schema stays a string, for the check to find.
fn value(name: &str, sent: Cow<'_, str>, schema: &Schema, lost: &mut Vec<Lost>) -> Value {
    let read = if schema.is("integer") || schema.is("number") {
        json::read(sent.as_bytes())
            .ok()
            .filter(|read| read.value.is_number() && !sent.contains(char::is_whitespace))
            .map(|read| {
                lost.extend(read.lost.into_iter().map(|lost| Lost {
                    place: vec![Step::Property(name.to_owned())],
                    ..lost
                }));
                read.value
            })
    } else if schema.is("boolean") {
        sent.parse().ok().map(Value::Bool)
    } else {
        None
    };
    read.unwrap_or_else(|| Value::String(sent.into_owned()))
}

/// The parameters of a path as fields of what is saved there. One that is called `id` is not the id of what is
/// saved.
pub(crate) fn said_of_item(path: &Map<String, Value>) -> impl Iterator<Item = (String, Value)> {
    path.iter()
        .filter(|(name, _)| says_of_item(name))
        .map(|(name, value)| (name.clone(), value.clone()))
}

/// Whether a parameter of this name says something of what is saved.
pub(crate) fn says_of_item(name: &str) -> bool {
    name != "id"
}
