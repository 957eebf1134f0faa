//! Parses the sections of a record: what the page states below its samples.

use super::attributes::{attribute, has_type, sentence};
use super::{listed, scalar};
use crate::capture::reading::{
    Attribute, Authorization, Parameter, ParameterLocation, Payload, Reading,
};
use crate::diagnostic::Result;
use crate::document::Node;

/// The keys of the sections.
const KEYS: [&str; 7] = [
    "authorization",
    "path parameters",
    "query parameters",
    "headers",
    "body",
    "response",
    NOTE,
];
const NOTE: &str = "note";
/// The mark for the cut rest of a section.
const REST: &str = "…";

/// Reads the sections into what the samples gave.
pub(super) fn read(sections: &Node<'_>, reading: &mut Reading) -> Result<()> {
    if !sections.is_object() {
        return Err(sections
            .fault("`sections` holds no sections")
            .help(format!("the sections are {}", listed(&KEYS))));
    }
    for (key, section) in sections.entries() {
        match key {
            "authorization" => {
                reading.authorization = authorization(&section, &mut reading.remarks)?;
            }
            "path parameters" => parameters(&section, ParameterLocation::Path, reading)?,
            "query parameters" => parameters(&section, ParameterLocation::Query, reading)?,
            "headers" => parameters(&section, ParameterLocation::Header, reading)?,
            "body" => body(&section, &mut reading.request, &mut reading.remarks)?,
            "response" => body(&section, &mut reading.answer, &mut reading.remarks)?,
            NOTE => note(&section, &mut reading.remarks)?,
            _ => {
                return Err(section
                    .fault(format!("`{key}` is not a section"))
                    .help(format!("the sections are {}", listed(&KEYS))));
            }
        }
    }
    Ok(())
}

fn authorization(section: &Node<'_>, remarks: &mut Vec<String>) -> Result<Authorization> {
    let words = scalar(section, "authorization")?;
    if words.contains("partner level") {
        remarks.push("The page asks for a token of partner level.".to_owned());
    }
    match words {
        words if words.contains("bearer") => Ok(Authorization::Bearer),
        words if words.contains("basic") => Ok(Authorization::Basic),
        "none" => Ok(Authorization::None),
        _ => Err(section
            .fault(format!(
                "`{words}` does not say how a request authenticates"
            ))
            .help("write `bearer token`, `basic`, or `none`")),
    }
}

fn note(section: &Node<'_>, remarks: &mut Vec<String>) -> Result<()> {
    let words = scalar(section, NOTE)?;
    if !is_cut(words) {
        remarks.push(sentence(words));
    }
    Ok(())
}

fn parameters(section: &Node<'_>, place: ParameterLocation, reading: &mut Reading) -> Result<()> {
    let attributes = attributes(section, &mut reading.remarks, |_, _| Ok(false))?;
    let parameters = attributes
        .into_iter()
        .map(|attribute| Parameter { place, attribute });
    reading.parameters.extend(parameters);
    Ok(())
}

fn body(
    section: &Node<'_>,
    payload: &mut Option<Payload>,
    remarks: &mut Vec<String>,
) -> Result<()> {
    let payload = payload.get_or_insert_default();
    payload.attributes = attributes(section, remarks, |key, words| {
        match key {
            "media" => payload.media = Some(words.to_owned()),
            "status" => payload.status = Some(words.to_owned()),
            // In the page's words, or next to them.
            "description" => {}
            _ => return Ok(false),
        }
        Ok(true)
    })?;
    Ok(())
}

/// The attributes of a section. A key that is no attribute is offered to `other`.
fn attributes(
    section: &Node<'_>,
    remarks: &mut Vec<String>,
    mut other: impl FnMut(&str, &str) -> Result<bool>,
) -> Result<Vec<Attribute>> {
    if section.str().is_some_and(is_cut) {
        return Ok(Vec::new());
    }
    if !section.is_object() {
        return Err(section
            .fault("the section holds no attributes")
            .help("write `name: type, required` pairs, or `begins; cut`"));
    }
    let mut attributes = Vec::new();
    for (key, member) in section.entries() {
        let words = scalar(&member, key)?;
        if key == REST {
            continue;
        }
        if !has_type(words) {
            if key == NOTE {
                note(&member, remarks)?;
                continue;
            }
            if other(key, words)? {
                continue;
            }
        }
        attributes.push(attribute(key, words));
    }
    Ok(attributes)
}

/// Whether this says that the text ends.
pub(super) fn is_cut(words: &str) -> bool {
    words.starts_with("cut") || words.ends_with("; cut")
}
