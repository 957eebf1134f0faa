//! Writes sample files: what a page shows of the request and the response, and what the captured document renders.

use serde_json::{Value, json};

use super::infer::{Body, Content};
use crate::document::Document;
use crate::sample::{Sample, Showing, is_beginning, render};

/// A side of a page, as a part of the name of its sample: `request`, `response`, with `truncated` or a part of the body.
pub type Side = String;

/// The samples of a page.
pub(super) fn of(request: Option<&Body>, answer: &Body) -> Vec<(Side, Value)> {
    let mut samples = Vec::new();
    for (side, body) in request
        .map(|body| ("request", body))
        .into_iter()
        .chain([("response", answer)])
    {
        if let Content::Parts(parts) = &body.content {
            for part in parts {
                if let (Some(sample), Some(_)) = (&part.sample, &part.holds) {
                    samples.push((format!("{side}.{}-part", part.name), sample.clone()));
                }
            }
        } else if let Some(sample) = &body.sample
            && !matches!(body.content, Content::Nothing)
        {
            let label = match body.is_cut {
                true => format!("{side}.truncated"),
                false => side.to_owned(),
            };
            samples.push((label, sample.clone()));
        }
    }
    samples
}

/// The samples that the document does not render: they were written as a whole.
pub(super) fn unlike(operation: &str, document: &Value, samples: &[(Side, Value)]) -> Vec<Side> {
    let document = Document::of_value(document);
    let is_rendered = |(side, shown): &&(Side, Value)| {
        let sample = Sample {
            name: String::new(),
            operation: operation.to_owned(),
            section: String::new(),
            is_answer: side.starts_with("response"),
            models: Vec::new(),
            showing: showing(side),
        };
        render(&document.root(), &sample).is_ok_and(|rendered| match &sample.showing {
            Showing::Beginning => {
                serde_json::from_str(&rendered).is_ok_and(|rendered| is_beginning(shown, &rendered))
            }
            _ => rendered == text(shown),
        })
    };
    let unlike = samples.iter().filter(|sample| !is_rendered(sample));
    unlike.map(|(side, _)| side.clone()).collect()
}

fn showing(side: &str) -> Showing {
    match side.rsplit_once('.') {
        Some((_, "truncated")) => Showing::Beginning,
        Some((_, part)) => Showing::Part(part.trim_end_matches("-part").to_owned()),
        None => Showing::Whole,
    }
}

/// A sample as the text of its file.
pub fn text(sample: &Value) -> String {
    format!("{sample:#}\n")
}

/// Writes a sample into the document as the example of its side.
pub(super) fn write(document: &mut Value, side: &str, sample: &Value) {
    let paths = document.get_mut("paths").and_then(Value::as_object_mut);
    let operations = paths.into_iter().flat_map(|paths| paths.values_mut());
    let operations = operations
        .filter_map(Value::as_object_mut)
        .flat_map(|path| path.values_mut());
    for operation in operations {
        let body = match side.starts_with("request") {
            true => operation.get_mut("requestBody"),
            false => operation
                .get_mut("responses")
                .and_then(Value::as_object_mut)
                .and_then(|all| all.values_mut().next()),
        };
        let content = body
            .and_then(|body| body.get_mut("content"))
            .and_then(Value::as_object_mut);
        for media in content.into_iter().flat_map(|content| content.values_mut()) {
            match showing(side) {
                Showing::Part(part) => {
                    if let Some(part) = media.pointer_mut(&format!("/schema/properties/{part}")) {
                        part["example"] = sample.clone();
                    }
                }
                _ => media["example"] = json!(sample),
            }
        }
    }
}
