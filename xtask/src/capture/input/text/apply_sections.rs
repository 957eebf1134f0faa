//! Adds what the sections state to what the samples show, and finds where the text ends.

use super::exchange::names;
use super::sections::{Kind, Sections};
use crate::capture::reading::{
    Attribute, Parameter, ParameterLocation, PartContent, Payload, Reading, Shown, TextEnd,
};

/// Adds what the sections say to what the samples show.
pub(super) fn add(reading: &mut Reading, mut sections: Sections) {
    take_cut_type(reading, &mut sections);
    let end = reading.end.take().or_else(|| end(reading, &sections));
    reading.end = end;
    let says_types = sections.say_types();
    let mut of_call = std::mem::take(&mut reading.parameters);
    for section in sections.all {
        if section.names_partner {
            reading
                .remarks
                .push("The page asks for a token of partner level.".to_owned());
        }
        let mut add = |place: ParameterLocation| {
            for mut attribute in section.attributes.iter().cloned() {
                let is_it = |shown: &Parameter| {
                    shown.place == place && shown.attribute.name == attribute.name
                };
                if let Some(shown) = of_call.iter().position(is_it) {
                    let shown = of_call.remove(shown).attribute;
                    attribute.example = attribute.example.or(shown.example);
                }
                reading.parameters.push(Parameter { place, attribute });
            }
        };
        match section.kind {
            Kind::Authorizations => {}
            Kind::Path => add(ParameterLocation::Path),
            Kind::Query => add(ParameterLocation::Query),
            Kind::Headers => add(ParameterLocation::Header),
            Kind::Body | Kind::Response => {
                let is_body = section.kind == Kind::Body;
                let payload = if is_body {
                    &mut reading.request
                } else {
                    &mut reading.answer
                };
                let payload = payload.get_or_insert_default();
                payload.media = section.media.or_else(|| payload.media.take());
                payload.status = section.status.or_else(|| payload.status.take());
                payload.attributes = section.attributes;
                mark_files(payload);
                if is_body && says_types && reading.end.is_none() {
                    let unsaid = names(payload);
                    let unsaid = unsaid
                        .iter()
                        .filter(|name| !says(&payload.attributes, name));
                    reading.remarks.extend(unsaid.map(|name| {
                        format!("The page shows `{name}` in what is sent, and says nothing of it.")
                    }));
                }
            }
        }
    }
    reading.parameters.append(&mut of_call);
    if reading.end.is_none() && !says_types {
        reading
            .remarks
            .push("The sections of the text at hand say no types.".to_owned());
    }
}

/// Takes the last type out, if it is one that the text ends in: `object` of `object[]`.
fn take_cut_type(reading: &Reading, sections: &mut Sections) {
    let Some(section) = sections.all.last_mut() else {
        return;
    };
    let payload = match section.kind {
        Kind::Body => reading.request.as_ref(),
        Kind::Response => reading.answer.as_ref(),
        _ => return,
    };
    let sample = payload.and_then(|payload| payload.sample.as_ref());
    let (Some(Shown::Object(members)), Some(last)) = (sample, section.attributes.last_mut()) else {
        return;
    };
    let shown = members.iter().find(|(name, _)| *name == last.name);
    let is_list = shown.is_some_and(|(_, shown)| matches!(shown, Shown::List(_)));
    let says_list = |words: &mut String| words.contains("[]") || words.starts_with("array");
    if is_list && last.type_words.take_if(|words| !says_list(words)).is_some() {
        sections.is_cut = true;
    }
}

/// Parts that the page says are files.
fn mark_files(payload: &mut Payload) {
    for part in &mut payload.parts {
        let mut attributes = payload.attributes.iter();
        let attribute = attributes.find(|attribute| attribute.name == part.name);
        if attribute.and_then(|attribute| attribute.type_words.as_deref()) == Some("file") {
            part.content = PartContent::File;
        }
    }
}

fn says(attributes: &[Attribute], name: &str) -> bool {
    attributes.iter().any(|attribute| attribute.name == name)
}

/// The end of the text, if the page is cut.
fn end(reading: &Reading, sections: &Sections) -> Option<TextEnd> {
    let last = sections.all.last();
    let answer = reading.answer.as_ref();
    let is_response = last.is_some_and(|last| last.kind == Kind::Response);
    if is_response && answer.is_some_and(|answer| answer.sample.is_none()) {
        return None;
    }
    let Some(last) = last.filter(|_| sections.say_anything() || sections.is_cut) else {
        // Nothing is said of any attribute, or not in a way that tells of which.
        return Some(end_without_attributes(sections));
    };
    let shown = answer.map(names).unwrap_or_default();
    let is_whole = is_response && shown.iter().all(|name| says(&last.attributes, name));
    if is_whole && !sections.is_cut {
        return None;
    }
    let attribute = last.attributes.last();
    let attribute = attribute.map(|attribute| attribute.name.clone());
    Some(TextEnd::Section(last.kind.title().to_owned(), attribute))
}

fn end_without_attributes(sections: &Sections) -> TextEnd {
    match sections.all.last() {
        Some(last) if last.kind != Kind::Response || sections.say_types() => {
            TextEnd::Section(last.kind.title().to_owned(), None)
        }
        _ => TextEnd::Sections,
    }
}
