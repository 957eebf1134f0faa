//! Parses how far the text of a page reaches, as a record states it.

use super::{REACHES, SECTIONS, scalar};
use crate::capture::reading::{Attribute, ParameterLocation, Payload, Reading, TextEnd};
use crate::diagnostic::Result;
use crate::document::Node;

/// The sections of a page, in its order, each with the key that it has in a record.
const TITLES: [(&str, &str); 6] = [
    ("Authorizations", "authorization"),
    ("Path Parameters", "path parameters"),
    ("Query Parameters", "query parameters"),
    ("Headers", "headers"),
    ("Body", "body"),
    ("Response", "response"),
];

/// The end within the sample of the request.
pub(super) fn request(place: String) -> Option<TextEnd> {
    Some(TextEnd::RequestSample(place))
}

/// The end within the sample of the response.
pub(super) fn answer(place: String) -> Option<TextEnd> {
    Some(TextEnd::AnswerSample(place))
}

/// What a record says whose samples do not say themselves where the text stops. The last place of the samples is given.
pub(super) fn read(record: &Node<'_>, reading: &Reading, place: String) -> Result<Option<TextEnd>> {
    let Some(node) = record.get(REACHES) else {
        return Ok(None);
    };
    let words = scalar(&node, REACHES)?;
    let unclear = || {
        node.fault(format!("`{words}` does not say where the text ends"))
            .help(
                "write `sections (whole)`, `sections (cut in … of Body)`, `response sample whole; cut before the sections`, \
                 `response sample (cut in …)` or `request sample (cut in …)`",
            )
    };
    if words.starts_with("request sample") {
        return if reading.answer.is_none() {
            Ok(request(place))
        } else {
            Err(unclear())
        };
    }
    if words.starts_with("response sample whole") {
        return Ok(Some(if words.contains("in the first section") {
            TextEnd::Section(TITLES[0].0.to_owned(), None)
        } else {
            TextEnd::Sections
        }));
    }
    if words.starts_with("response sample") {
        return Ok(answer(place));
    }
    let how = words.strip_prefix("sections").ok_or_else(unclear)?.trim();
    if how.starts_with("(whole") {
        return Ok(None);
    }
    if how.starts_with("(cut") {
        let title = cut_section(record, how);
        let last = last_attribute(title, reading);
        return Ok(Some(TextEnd::Section(title.to_owned(), last)));
    }
    Err(unclear())
}

/// What else a record says of sections that are whole: that they lack types, for one.
pub(super) fn remark(record: &Node<'_>) -> Option<String> {
    let how = record.text(REACHES)?.strip_prefix("sections (whole, ")?;
    Some(format!(
        "The sections are whole, {}.",
        how.strip_suffix(')')?
    ))
}

/// The section in which the text ends: the one that the words name, or the last that there is.
fn cut_section(record: &Node<'_>, words: &str) -> &'static str {
    let sections = record.get(SECTIONS);
    let is_there = |key: &str| (sections.as_ref()).is_some_and(|node| node.get(key).is_some());
    let named = TITLES.iter().rfind(|(title, _)| words.contains(title));
    let last = TITLES.iter().rfind(|(_, key)| is_there(key));
    named.or(last).unwrap_or(&TITLES[0]).0
}

fn last_attribute(title: &str, reading: &Reading) -> Option<String> {
    let of_parameters = |place: ParameterLocation| {
        let parameters = reading.parameters.iter();
        let mut of_place = parameters.filter(|parameter| parameter.place == place);
        of_place.next_back().map(|parameter| &parameter.attribute)
    };
    let of_payload = |payload: &'_ Option<Payload>| payload.as_ref()?.attributes.last().map(named);
    match title {
        "Path Parameters" => of_parameters(ParameterLocation::Path).map(named),
        "Query Parameters" => of_parameters(ParameterLocation::Query).map(named),
        "Headers" => of_parameters(ParameterLocation::Header).map(named),
        "Body" => of_payload(&reading.request),
        "Response" => of_payload(&reading.answer),
        _ => None,
    }
}

fn named(attribute: &Attribute) -> String {
    attribute.name.clone()
}
