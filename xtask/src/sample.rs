//! Documented payloads.
//!
//! The documentation site renders a sample from a schema by fixed rules. Rendering the captured schemas by the same rules
//! must give the samples that the pages show: that is the proof that a captured document says what its page says.

use serde_json::{Map, Value, json};

use crate::contract::{Body, Contract, Operation};
use crate::diagnostic::{Diagnostic, Result};
use crate::layout::SAMPLES;
use crate::spec::Source;
use crate::spec::pointer::{follow, join};

/// A documented payload and what it is a payload of.
#[derive(Debug)]
pub struct Sample {
    /// The name of its file, without the folder.
    pub name: String,
    /// The `operationId` that it belongs to.
    pub operation: String,
    /// Whether it is an answer, not a request.
    pub is_answer: bool,
    /// The schema that it is an instance of.
    pub schema: String,
    /// What it shows of the payload, and where it was shown.
    pub showing: Showing,
}

/// What a sample shows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Showing {
    /// The whole payload, as the operation's page renders it.
    Whole,
    /// The beginning of it: the rest of the page is not at hand.
    Beginning,
    /// This JSON part of a multipart body.
    Part(String),
    /// What another page, or another edition of the page, shows.
    Elsewhere,
}

/// Says what each sample file is a payload of. Files are named `resource.method.request.json` or
/// `resource.method.response.json`, with words in a name joined by `-`. Before the ending may stand `truncated`, the name of a
/// part of a multipart body as in `data-part`; or, for what another page shows, `guide` with or without more words, and for
/// another edition of the page `older`.
pub fn assign(contract: &Contract, files: &[String]) -> Result<Vec<Sample>> {
    files
        .iter()
        .map(|file| assign_one(contract, file))
        .collect()
}

fn assign_one(contract: &Contract, file: &str) -> Result<Sample> {
    let name = file
        .strip_prefix(SAMPLES)
        .unwrap_or(file)
        .trim_start_matches('/');
    let labels: Vec<&str> = name
        .strip_suffix(".json")
        .unwrap_or(name)
        .split('.')
        .collect();
    let known = match labels.as_slice() {
        [resource, method, side] => Some((*resource, *method, *side, None)),
        [resource, method, side, label] => Some((*resource, *method, *side, Some(*label))),
        _ => None,
    };
    let sample = known.and_then(|(resource, method, side, label)| {
        let kebab = |name: &str| name.replace('_', "-");
        let operation = contract.operations.iter().find(|operation| {
            kebab(&operation.resource) == resource && kebab(&operation.resource_method) == method
        })?;
        let is_answer = match side {
            "request" => false,
            "response" => true,
            _ => return None,
        };
        let (schema, showing) = payload(operation, is_answer, label)?;
        Some(Sample {
            name: name.to_owned(),
            operation: operation.id.clone(),
            is_answer,
            schema,
            showing,
        })
    });
    sample.ok_or_else(|| {
        Diagnostic::new(file, "this sample belongs to no operation").help(format!(
            "name it for the operation and side that it shows; the names in use are {}",
            names(contract).join(", ")
        ))
    })
}

/// The schema of an operation's payload, and what a sample with that label shows of it.
fn payload(
    operation: &Operation,
    is_answer: bool,
    label: Option<&str>,
) -> Option<(String, Showing)> {
    let showing = match label {
        None => Showing::Whole,
        Some("truncated") => Showing::Beginning,
        Some("guide" | "older") => Showing::Elsewhere,
        Some(label) if label.starts_with("guide-") => Showing::Elsewhere,
        Some(label) => Showing::Part(label.strip_suffix("-part")?.to_owned()),
    };
    let schema = match (is_answer, &operation.body, &showing) {
        (true, _, Showing::Part(_)) => return None,
        (true, ..) => operation.answer.clone(),
        (false, Body::Multipart(parts), Showing::Part(name)) => {
            let part = parts.iter().find(|part| part.name == *name)?;
            part.schema()?.to_owned()
        }
        (false, Body::Object(schema), showing) if !matches!(showing, Showing::Part(_)) => {
            schema.clone()
        }
        _ => return None,
    };
    Some((schema, showing))
}

/// What sample files may be called, without further labels.
fn names(contract: &Contract) -> Vec<String> {
    let names = contract.operations.iter().flat_map(|operation| {
        let stem =
            format!("{}.{}", operation.resource, operation.resource_method).replace('_', "-");
        let requests = match &operation.body {
            Body::None => Vec::new(),
            Body::Object(_) => vec![format!("{stem}.request.json")],
            Body::Multipart(parts) => parts
                .iter()
                .filter(|part| part.schema().is_some())
                .map(|part| format!("{stem}.request.{}-part.json", part.name))
                .collect(),
        };
        requests
            .into_iter()
            .chain([format!("{stem}.response.json")])
    });
    names.collect()
}

/// The sample that the documentation site shows for one side of an operation of a captured page, as text.
pub fn render(page: &Source, sample: &Sample) -> Result<String> {
    rendered(page, sample).map(|value| format!("{value:#}\n"))
}

fn rendered(page: &Source, sample: &Sample) -> Result<Value> {
    let fault =
        |message: &str| Diagnostic::new(&page.file, format!("{message} `{}`", sample.operation));
    let (at, operation) =
        find(page, &sample.operation).ok_or_else(|| fault("the page does not describe"))?;
    let (at, body) = if sample.is_answer {
        let at = join(&at, "responses");
        let responses = operation["responses"].as_object().into_iter().flatten();
        let success = responses
            .into_iter()
            .find(|(status, _)| status.starts_with('2'));
        success.map(|(status, body)| (join(&at, status), body))
    } else {
        operation
            .get("requestBody")
            .map(|body| (join(&at, "requestBody"), body))
    }
    .ok_or_else(|| fault("there is no such body of"))?;
    let media = body["content"]
        .as_object()
        .and_then(|media| media.values().next());
    let media = media.ok_or_else(|| fault("there is no content in the body of").at(&at))?;
    let schema = match &sample.showing {
        Showing::Part(name) => &media["schema"]["properties"][name.as_str()],
        // A sample that the page wrote for the body as a whole comes before one made from its schema.
        _ => match media.get("example") {
            Some(written) => return Ok(written.clone()),
            None => &media["schema"],
        },
    };
    Renderer { page }.render(schema, &at)
}

/// Whether `sample` is how `whole` begins: the first properties of each object, the last of them perhaps cut off in turn.
pub fn is_beginning(sample: &Value, whole: &Value) -> bool {
    match (sample, whole) {
        (Value::Object(sample), Value::Object(whole)) => {
            let last = sample.len().saturating_sub(1);
            sample.len() <= whole.len()
                && (sample.iter().zip(whole).enumerate()).all(|(index, (shown, of))| {
                    let is_cut = index == last && is_beginning(shown.1, of.1);
                    shown.0 == of.0 && (shown.1 == of.1 || is_cut)
                })
        }
        (Value::Array(sample), Value::Array(whole)) => match sample.split_last() {
            Some((last, others)) => {
                whole.starts_with(others)
                    && whole
                        .get(others.len())
                        .is_some_and(|whole| is_beginning(last, whole))
            }
            None => true,
        },
        _ => sample == whole,
    }
}

/// The operation with that id, and where it stands.
fn find<'a>(page: &'a Source, id: &str) -> Option<(String, &'a Value)> {
    let paths = page.document["paths"].as_object().into_iter().flatten();
    let mut operations = paths.flat_map(|(path, item)| {
        let at = join("/paths", path);
        let operations = item.as_object().into_iter().flatten();
        operations.map(move |(method, operation)| (join(&at, method), operation))
    });
    operations.find(|(_, operation)| operation["operationId"] == id)
}

/// Whether a captured page describes the operation of a sample.
pub fn describes(page: &Source, sample: &Sample) -> bool {
    find(page, &sample.operation).is_some()
}

struct Renderer<'a> {
    page: &'a Source,
}

impl Renderer<'_> {
    fn render(&self, schema: &Value, at: &str) -> Result<Value> {
        let written = ["/example", "/examples/0", "/default", "/const"];
        if let Some(value) = written.iter().find_map(|place| schema.pointer(place)) {
            return Ok(value.clone());
        }
        if let Some(first) = schema.pointer("/enum/0") {
            return Ok(first.clone());
        }
        if let Some(referred) =
            follow(&self.page.document, schema).filter(|referred| *referred != schema)
        {
            return self.render(referred, at);
        }
        if let Some(only) = schema.pointer("/allOf/0") {
            return self.render(only, &join(at, "allOf"));
        }
        match schema["type"].as_str() {
            Some("string") => Ok(text(schema["format"].as_str()).into()),
            Some("integer" | "number") => self.number(schema, at),
            Some("boolean") => Ok(true.into()),
            Some("array") => Ok(json!([self.render(&schema["items"], &join(at, "items"))?])),
            Some("object") => {
                let mut object = Map::new();
                for (name, property) in schema["properties"].as_object().into_iter().flatten() {
                    object.insert(name.clone(), self.render(property, &join(at, name))?);
                }
                Ok(object.into())
            }
            _ => Err(Diagnostic::new(
                &self.page.file,
                "the documentation has no rule for a sample of this",
            )
            .at(at)),
        }
    }

    fn number(&self, schema: &Value, at: &str) -> Result<Value> {
        match (schema["minimum"].as_i64(), schema["maximum"].as_i64()) {
            (None, None) => Ok(123.into()),
            (None, Some(maximum)) if maximum > 123 => Ok(123.into()),
            (Some(minimum), None) => Ok((minimum + 1).into()),
            (Some(minimum), Some(maximum)) => Ok((minimum + (maximum - minimum) / 2).into()),
            (None, Some(_)) => Err(Diagnostic::new(
                &self.page.file,
                "no rule is known for a sample of this number",
            )
            .at(at)),
        }
    }
}

fn text(format: Option<&str>) -> &'static str {
    match format {
        Some("date-time") => "2023-11-07T05:31:56Z",
        Some("date") => "2023-12-25",
        Some("email") => "jsmith@example.com",
        Some("uuid") => "3c90c3cc-0d44-4b50-8888-8dd25736052a",
        Some("byte") => "aSDinaTvuI8gbWludGxpZnk=",
        _ => "<string>",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rendered(schema: Value) -> Value {
        let page = Source {
            file: "page.yaml".to_owned(),
            document: json!({}),
        };
        Renderer { page: &page }.render(&schema, "").unwrap()
    }

    #[test]
    fn what_is_written_comes_before_what_is_derived() {
        assert_eq!(
            rendered(
                json!({ "type": "string", "enum": ["A", "B"], "default": "B", "example": "C" })
            ),
            "C"
        );
        assert_eq!(
            rendered(json!({ "type": "string", "enum": ["A", "B"], "default": "B" })),
            "B"
        );
        assert_eq!(
            rendered(json!({ "type": "string", "enum": ["A", "B"] })),
            "A"
        );
    }

    #[test]
    fn numbers_follow_their_bounds() {
        assert_eq!(rendered(json!({ "type": "integer" })), 123);
        assert_eq!(rendered(json!({ "type": "integer", "maximum": 250 })), 123);
        assert_eq!(rendered(json!({ "type": "integer", "minimum": 1 })), 2);
        assert_eq!(
            rendered(json!({ "type": "integer", "minimum": 1, "maximum": 250 })),
            125
        );
    }

    #[test]
    fn strings_follow_their_format_and_lists_have_one_item() {
        assert_eq!(
            rendered(json!({ "type": "string", "format": "email" })),
            "jsmith@example.com"
        );
        assert_eq!(
            rendered(json!({ "type": "array", "items": { "type": "boolean" } })),
            json!([true])
        );
    }
}
