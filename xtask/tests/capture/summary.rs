//! A reading in few lines, to be compared and read.

use std::fmt::Write;

use xtask::capture::reading::{Attribute, PartContent, Payload, Reading, Scalar, Shown};

/// All that a reading holds.
pub(crate) fn summarised(reading: &Reading) -> String {
    let mut summarised = String::new();
    let authorization = format!("{:?}", reading.authorization).to_lowercase();
    let server = reading.server.as_deref().unwrap_or("no server");
    writeln!(summarised, "{}", reading.title).unwrap();
    writeln!(
        summarised,
        "{} {} at {server}, {authorization}",
        reading.method, reading.path
    )
    .unwrap();
    for (name, value) in [
        ("address", &reading.address),
        ("section", &reading.section),
        ("summary", &reading.summary_of_ours),
    ] {
        if let Some(value) = value {
            writeln!(summarised, "{name}: {value}").unwrap();
        }
    }
    for parameter in &reading.parameters {
        let place = format!("{:?}", parameter.place).to_lowercase();
        writeln!(summarised, "{place} {}", attribute(&parameter.attribute)).unwrap();
    }
    for (side, payload) in [("request", &reading.request), ("answer", &reading.answer)] {
        if let Some(payload) = payload {
            summarised.push_str(&body(side, payload));
        }
    }
    for remark in &reading.remarks {
        writeln!(summarised, "remark: {remark}").unwrap();
    }
    match &reading.end {
        Some(end) => writeln!(summarised, "end: {end:?}").unwrap(),
        None => writeln!(summarised, "whole").unwrap(),
    }
    summarised
}

fn body(side: &str, payload: &Payload) -> String {
    let mut summarised = side.to_owned();
    for word in [&payload.status, &payload.media].into_iter().flatten() {
        write!(summarised, " {word}").unwrap();
    }
    summarised.push('\n');
    if let Some(sample) = &payload.sample {
        writeln!(summarised, "  {}", shown(sample)).unwrap();
    }
    for part in &payload.parts {
        let content = match &part.content {
            PartContent::File => "a file".to_owned(),
            PartContent::Json(json) => shown(json),
            PartContent::Text(text) => format!("text {}", shown(text)),
        };
        writeln!(summarised, "  part {}: {content}", part.name).unwrap();
    }
    for said in &payload.attributes {
        writeln!(summarised, "  {}", attribute(said)).unwrap();
    }
    summarised
}

fn attribute(of: &Attribute) -> String {
    let mut summarised = format!("{}: {}", of.name, of.type_words.as_deref().unwrap_or("?"));
    for (mark, is_set) in [
        ("null", of.is_nullable),
        ("required", of.is_required),
        ("deprecated", of.is_deprecated),
    ] {
        if is_set {
            write!(summarised, ", {mark}").unwrap();
        }
    }
    if !of.options.is_empty() {
        write!(summarised, ", one of {}", of.options.join(" ")).unwrap();
    }
    let numbers = [
        ("min", of.minimum),
        ("max", of.maximum),
        ("min length", of.min_length.map(u64::cast_signed)),
        ("max length", of.max_length.map(u64::cast_signed)),
        ("min items", of.min_items.map(u64::cast_signed)),
        ("max items", of.max_items.map(u64::cast_signed)),
    ];
    for (name, number) in numbers {
        if let Some(number) = number {
            write!(summarised, ", {name} {number}").unwrap();
        }
    }
    for (name, text) in [
        ("default", &of.default),
        ("example", &of.example),
        ("pattern", &of.pattern),
        ("ours", &of.words_of_ours),
    ] {
        if let Some(text) = text {
            write!(summarised, ", {name} `{text}`").unwrap();
        }
    }
    summarised
}

/// A value of a sample; placeholders are words without quotes.
pub(crate) fn shown(of: &Shown) -> String {
    match of {
        Shown::Object(members) => {
            let members = members
                .iter()
                .map(|(name, member)| format!("{name}: {}", shown(member)));
            format!("{{{}}}", members.collect::<Vec<_>>().join(", "))
        }
        Shown::List(items) => {
            let items: Vec<String> = items.iter().map(shown).collect();
            format!("[{}]", items.join(", "))
        }
        Shown::Placeholder(Scalar::IntegerOrNumber) => "integer-or-number".to_owned(),
        Shown::Placeholder(scalar) => format!("{scalar:?}").to_lowercase(),
        Shown::Written(value) => value.to_string(),
        Shown::Recursion => "recursion".to_owned(),
        Shown::RecursiveList => "recursive-list".to_owned(),
        Shown::Cut => "…".to_owned(),
    }
}

/// What came of several things, one below the other.
#[derive(Default)]
pub(crate) struct Listed(pub(crate) String);

impl Listed {
    /// What came of one more, and of which.
    pub(crate) fn add(&mut self, of: &str, what: &str) {
        let of = of.escape_debug().to_string().replace("\\\"", "\"");
        writeln!(
            self.0,
            "{of}\n    {}\n",
            what.trim().replace('\n', "\n    ")
        )
        .unwrap();
    }
}
