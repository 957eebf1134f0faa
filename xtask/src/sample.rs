//! Documented payloads.
//!
//! The documentation site renders samples from schemas by fixed rules. Rendering the captured schemas by the same rules must give the
//! page's samples: that proves that a captured document states what its page states.

use std::collections::HashMap;

use serde_json::{Map, Value, json};

use crate::api::{Api, Body, Operation, PartContent};
use crate::diagnostic::{Diagnostic, Faults, Result};
use crate::document::Node;
use crate::kinds::Kind;
use crate::layout::SAMPLES;
use crate::surface::{CallNames, Surface};

/// A documented payload and what it is a payload of.
#[derive(Debug)]
pub struct Sample {
    /// Its file, below the folder of all samples.
    pub name: String,
    /// The `operationId` that it belongs to.
    pub operation: String,
    /// The section of the operation's page.
    pub section: String,
    /// Whether it is a response, not a request.
    pub is_answer: bool,
    /// The types in it, and where each stands: JSON pointers with `*` for each item of a list.
    pub models: Vec<(String, String)>,
    /// Which part of the payload it shows, and where.
    pub showing: Showing,
}

/// The part of a payload that a sample shows.
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

/// An operation, what it is called, and of which kind it is.
type Described<'a, 'd> = (&'a Operation<'d>, &'a CallNames<'d>, &'a dyn Kind);

/// Says what each sample file is a payload of. Files stand in a folder for each section, as captured pages do, and are named
/// `resource.method.request.json` or `resource.method.response.json`, with words in a name joined by `-`. Before the ending may
/// stand `truncated`, the name of a
/// part of a multipart body as in `data-part`; or, for what another page shows, `guide` with or without more words, and for
/// another edition of the page `older`.
pub fn assign(
    api: &Api<'_>,
    surface: &Surface<'_>,
    kinds: &[Box<dyn Kind>],
    files: &[String],
    faults: &Faults,
) -> Vec<Sample> {
    let operations: Vec<Described<'_, '_>> = api
        .operations
        .iter()
        .zip(&surface.calls)
        .zip(kinds)
        .map(|((operation, names), kind)| (operation, names, kind.as_ref()))
        .collect();
    let stem = |(_, names, _): &Described<'_, '_>| {
        format!("{}.{}", names.resource, names.method).replace('_', "-")
    };
    let by_name: HashMap<String, &Described<'_, '_>> = operations
        .iter()
        .map(|operation| (stem(operation), operation))
        .collect();
    let mut samples = Vec::new();
    for file in files {
        match assign_one(&by_name, file) {
            Some(sample) => samples.push(sample),
            None => {
                let folder = below_samples(file).0;
                let mut names: Vec<String> = operations
                    .iter()
                    .filter(|operation| self::folder(operation.0) == folder)
                    .flat_map(|operation| file_names(&stem(operation), operation.0))
                    .collect();
                names.sort();
                let help = match names.as_slice() {
                    [] => "put it into the folder of its section, as captured pages are".to_owned(),
                    names => format!(
                        "name it for the operation and side that it shows; the names in use here are {}",
                        names.join(", ")
                    ),
                };
                faults.add(Diagnostic::new(file, "this sample belongs to no operation").help(help));
            }
        }
    }
    samples
}

fn assign_one(operations: &HashMap<String, &Described<'_, '_>>, file: &str) -> Option<Sample> {
    let (folder, name) = below_samples(file);
    let labels: Vec<&str> = name
        .strip_suffix(".json")
        .unwrap_or(name)
        .split('.')
        .collect();
    let (resource, method, side, label) = match labels.as_slice() {
        [resource, method, side] => (*resource, *method, *side, None),
        [resource, method, side, label] => (*resource, *method, *side, Some(*label)),
        _ => return None,
    };
    let (operation, _, kind) = operations.get(&format!("{resource}.{method}"))?;
    if self::folder(operation) != folder {
        return None;
    }
    let is_answer = match side {
        "request" => false,
        "response" => true,
        _ => return None,
    };
    let (models, showing) = payload(operation, *kind, is_answer, label)?;
    Some(Sample {
        name: format!("{folder}/{name}"),
        operation: operation.id.to_owned(),
        section: operation.section.clone(),
        is_answer,
        models,
        showing,
    })
}

/// A sample's folder and name.
fn below_samples(file: &str) -> (&str, &str) {
    let below = file
        .strip_prefix(SAMPLES)
        .unwrap_or(file)
        .trim_start_matches('/');
    below.rsplit_once('/').unwrap_or(("", below))
}

/// The folder of an operation's section.
fn folder(operation: &Operation<'_>) -> String {
    operation.section.replace('_', "-")
}

/// The types in an operation's payload, and what a sample with that label shows of it.
fn payload(
    operation: &Operation<'_>,
    kind: &dyn Kind,
    is_answer: bool,
    label: Option<&str>,
) -> Option<(Vec<(String, String)>, Showing)> {
    let showing = match label {
        None => Showing::Whole,
        Some("truncated") => Showing::Beginning,
        Some("guide" | "older") => Showing::Elsewhere,
        Some(label) if label.starts_with("guide-") => Showing::Elsewhere,
        Some(label) => Showing::Part(label.strip_suffix("-part")?.to_owned()),
    };
    let models = match (is_answer, &operation.body, &showing) {
        (true, _, Showing::Part(_)) => return None,
        (true, ..) => kind.payload(operation, true),
        (false, Body::Multipart(parts), Showing::Part(name)) => {
            let part = parts.iter().find(|part| part.name == *name)?;
            match &part.content {
                PartContent::Json(schema) => vec![(String::new(), schema.clone())],
                PartContent::File | PartContent::Text(_) => return None,
            }
        }
        (false, Body::Json { .. } | Body::Form { .. }, showing)
            if !matches!(showing, Showing::Part(_)) =>
        {
            kind.payload(operation, false)
        }
        _ => return None,
    };
    // A response may be JSON of which nothing is said.
    let is_free = is_answer && operation.success.json().is_some();
    (is_free || !models.is_empty()).then_some((models, showing))
}

/// What the sample files of an operation may be called, without further labels.
fn file_names(stem: &str, operation: &Operation<'_>) -> Vec<String> {
    let mut names = match &operation.body {
        Body::None => Vec::new(),
        Body::Json { .. } | Body::Form { .. } => vec![format!("{stem}.request.json")],
        Body::Multipart(parts) => parts
            .iter()
            .filter(|part| matches!(part.content, PartContent::Json(_)))
            .map(|part| format!("{stem}.request.{}-part.json", part.name))
            .collect(),
    };
    if operation.success.json().is_some() {
        names.push(format!("{stem}.response.json"));
    }
    names
}

/// The sample that the documentation site shows for one side of an operation of a captured page, as text.
pub fn render(page: &Node<'_>, sample: &Sample) -> Result<String> {
    rendered(page, sample).map(|value| format!("{value:#}\n"))
}

fn rendered(page: &Node<'_>, sample: &Sample) -> Result<Value> {
    let fault =
        |node: &Node<'_>, message: &str| node.fault(format!("{message} `{}`", sample.operation));
    let operation =
        find(page, &sample.operation).ok_or_else(|| fault(page, "the page does not describe"))?;
    let body = if sample.is_answer {
        let responses = operation.get("responses");
        let mut responses = responses.iter().flat_map(Node::entries);
        responses
            .find(|(status, _)| status.starts_with('2'))
            .map(|(_, body)| body)
    } else {
        operation.get("requestBody")
    };
    let body = body
        .ok_or_else(|| fault(&operation, "there is no such body of"))?
        .follow();
    let media = body
        .get("content")
        .and_then(|content| content.entries().next());
    let (_, media) = media.ok_or_else(|| fault(&body, "there is no content in the body of"))?;
    let schema = media.get("schema");
    let schema = match &sample.showing {
        Showing::Part(name) => {
            schema.and_then(|schema| schema.follow().get("properties")?.get(name))
        }
        // A sample that the page wrote for the body as a whole comes before one made from its schema.
        _ => match media.get("example") {
            Some(written) => return Ok(written.to_value()),
            None => schema,
        },
    };
    let schema = schema.ok_or_else(|| fault(&media, "there is no schema of the body of"))?;
    Renderer { open: Vec::new() }.render(&schema)
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

/// The operation with that id.
fn find<'d>(page: &Node<'d>, id: &str) -> Option<Node<'d>> {
    let paths = page.get("paths")?;
    let mut operations = paths.entries().flat_map(|(_, item)| item.entries());
    operations
        .find(|(_, operation)| operation.text("operationId") == Some(id))
        .map(|(_, operation)| operation)
}

/// Whether a captured page describes the operation of a sample.
pub fn describes(page: &Node<'_>, sample: &Sample) -> bool {
    find(page, &sample.operation).is_some()
}

/// Renders schemas by the site's rules.
struct Renderer {
    /// The places of the named schemas that are being rendered: one of these within itself is cut off.
    open: Vec<String>,
}

impl Renderer {
    fn render(&mut self, schema: &Node<'_>) -> Result<Value> {
        let written = schema.get("example").or_else(|| schema.get("default"));
        if let Some(value) = written {
            return Ok(value.to_value());
        }
        if let Some(first) = schema.get("enum").and_then(|values| values.item(0)) {
            return Ok(first.to_value());
        }
        if schema.reference().is_some() {
            let referred = schema.follow();
            if referred == *schema {
                return Err(schema.fault("this refers to nothing"));
            }
            let place = referred.pointer();
            if self.open.contains(&place) {
                return Ok("<unknown>".into());
            }
            self.open.push(place);
            let value = self.render(&referred);
            self.open.pop();
            return value;
        }
        if let Some(only) = schema.get("allOf").and_then(|parts| parts.item(0)) {
            return self.render(&only);
        }
        match schema.text("type") {
            Some("string") => Ok(text(schema.text("format")).into()),
            Some("integer" | "number") => number(schema),
            Some("boolean") => Ok(true.into()),
            Some("array") => {
                let items = schema
                    .get("items")
                    .ok_or_else(|| schema.fault("the list does not describe its items"))?;
                if items.reference().is_some() && self.open.contains(&items.follow().pointer()) {
                    return Ok("<array>".into());
                }
                Ok(json!([self.render(&items)?]))
            }
            Some("object") => {
                let mut object = Map::new();
                for (name, property) in schema.get("properties").iter().flat_map(Node::entries) {
                    object.insert(name.to_owned(), self.render(&property)?);
                }
                Ok(object.into())
            }
            _ => Err(schema.fault("the documentation has no rule for a sample of this")),
        }
    }
}

fn number(schema: &Node<'_>) -> Result<Value> {
    let bound = |name: &str| schema.get(name).and_then(|bound| bound.i64());
    match (bound("minimum"), bound("maximum")) {
        (None, None) => Ok(123.into()),
        (None, Some(maximum)) if maximum > 123 => Ok(123.into()),
        (Some(minimum), None) => Ok((minimum + 1).into()),
        (Some(minimum), Some(maximum)) => Ok((minimum + (maximum - minimum) / 2).into()),
        (None, Some(_)) => Err(schema.fault("no rule is known for a sample of this number")),
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
