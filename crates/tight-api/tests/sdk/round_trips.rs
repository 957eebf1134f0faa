//! Documented payloads through the types and back, whole and with the surprises that a server may have.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

// rustfmt would undo what codegen wrote.
#[rustfmt::skip]
#[path = "generated/samples.rs"]
mod samples;

use samples::SAMPLES;

/// A documented payload, and the type that reads it.
struct Sample {
    name: &'static str,
    side: Side,
    round_trip: fn(&str) -> serde_json::Result<String>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Request,
    Answer,
}

/// Reads a payload as `T` and writes it again.
fn round_trip<T: DeserializeOwned + Serialize>(json: &str) -> serde_json::Result<String> {
    serde_json::to_string_pretty(&serde_json::from_str::<T>(json)?)
}

fn parse(json: &str) -> Value {
    serde_json::from_str(json).unwrap()
}

/// A documented payload, as text.
pub(crate) fn documented(name: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../openapi/samples");
    std::fs::read_to_string(folder.join(name)).unwrap()
}

fn answers() -> impl Iterator<Item = &'static Sample> {
    SAMPLES.iter().filter(|sample| sample.side == Side::Answer)
}

fn snapshot(sample: &Sample, what: &str, text: &str) {
    let name = format!("{}.{what}", sample.name.trim_end_matches(".json"));
    insta::with_settings!({ prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!(name, text);
    });
}

#[test]
fn every_documented_payload_comes_back_as_it_was() {
    for sample in SAMPLES {
        let text = documented(sample.name);
        let written = (sample.round_trip)(&text).unwrap();
        assert_eq!(parse(&written), said(parse(&text)), "{}", sample.name);
        snapshot(
            sample,
            "round_trip",
            &format!("{:#}", sorted(parse(&written))),
        );
    }
}

/// A payload without the empty lists that an answer has where it has nothing to say: they read as absent.
fn said(value: Value) -> Value {
    match value {
        Value::Object(object) => object
            .into_iter()
            .filter(|(_, value)| *value != json!([]))
            .map(|(key, value)| (key, said(value)))
            .collect(),
        Value::Array(items) => items.into_iter().map(said).collect(),
        value => value,
    }
}

/// A payload with its keys in order. Whether free-form objects keep theirs depends on what else is built.
fn sorted(value: Value) -> Value {
    match value {
        Value::Object(object) => {
            let object: BTreeMap<_, _> = object.into_iter().collect();
            let object = object.into_iter().map(|(key, value)| (key, sorted(value)));
            object.collect()
        }
        Value::Array(items) => items.into_iter().map(sorted).collect(),
        value => value,
    }
}

/// Changes a sample at one place after the other, and writes down what the round trip made of each: `same`, or the places
/// at which what was written differs from what was read (`-` left out, `~` other).
fn surprises(sample: &Sample, change: impl Fn(&mut Value, &str) -> bool) -> String {
    let whole = parse(&documented(sample.name));
    let mut text = String::new();
    for place in places(&whole) {
        let mut changed = whole.clone();
        if !change(&mut changed, &place) {
            continue;
        }
        let written = (sample.round_trip)(&changed.to_string()).unwrap_or_else(|error| {
            panic!(
                "{} is not read with a surprise at {place}: {error}",
                sample.name
            )
        });
        let mut differences = differences("", &changed, &parse(&written));
        differences.sort();
        let result = if differences.is_empty() {
            "same".to_owned()
        } else {
            differences.join(" ")
        };
        writeln!(text, "{place:<50} {result}").unwrap();
    }
    assert!(
        !text.is_empty(),
        "{} has no place for this surprise",
        sample.name
    );
    text
}

#[test]
fn null_anywhere_is_read() {
    for sample in answers() {
        let text = surprises(sample, |value, place| {
            *value.pointer_mut(place).unwrap() = Value::Null;
            // A whole body that is null is no answer at all.
            !place.is_empty()
        });
        snapshot(sample, "null", &text);
    }
}

#[test]
fn absence_anywhere_is_read() {
    for sample in answers() {
        let text = surprises(sample, |value, place| {
            let Some((parent, last)) = place.rsplit_once('/') else {
                return false;
            };
            match value.pointer_mut(parent).unwrap() {
                Value::Object(object) => object.remove(last).is_some(),
                Value::Array(items) => !items.drain(..).as_slice().is_empty(),
                _ => false,
            }
        });
        snapshot(sample, "absent", &text);
    }
}

#[test]
fn an_unknown_value_of_any_string_is_read_and_kept() {
    for sample in answers() {
        let text = surprises(sample, |value, place| {
            match value.pointer_mut(place).unwrap() {
                Value::String(text) => {
                    *text = "SOMETHING_NEW \u{1f4ce}".to_owned();
                    true
                }
                _ => false,
            }
        });
        snapshot(sample, "unknown_value", &text);
    }
}

#[test]
fn an_unknown_field_anywhere_is_read_and_kept() {
    for sample in answers() {
        let text = surprises(sample, |value, place| {
            match value.pointer_mut(place).unwrap() {
                Value::Object(object) => object
                    .insert("somethingNew".to_owned(), json!({ "a": [1, null] }))
                    .is_none(),
                _ => false,
            }
        });
        snapshot(sample, "unknown_field", &text);
    }
}

/// Every place in a value, as JSON pointers, in order.
fn places(value: &Value) -> Vec<String> {
    fn walk(at: String, value: &Value, places: &mut Vec<String>) {
        places.push(at.clone());
        match value {
            Value::Object(object) => object
                .iter()
                .for_each(|(key, value)| walk(format!("{at}/{key}"), value, places)),
            Value::Array(items) => {
                items
                    .iter()
                    .enumerate()
                    .for_each(|(index, item)| walk(format!("{at}/{index}"), item, places));
            }
            _ => {}
        }
    }
    let mut places = Vec::new();
    walk(String::new(), value, &mut places);
    // Whether JSON objects keep their order depends on what else is built.
    places.sort();
    places
}

fn differences(at: &str, before: &Value, after: &Value) -> Vec<String> {
    match (before, after) {
        (Value::Object(before), Value::Object(after)) => {
            let lost = before.iter().flat_map(|(key, value)| match after.get(key) {
                Some(after) => differences(&format!("{at}/{key}"), value, after),
                None => vec![format!("-{at}/{key}")],
            });
            let gained = after
                .keys()
                .filter(|key| !before.contains_key(*key))
                .map(|key| format!("+{at}/{key}"));
            lost.chain(gained).collect()
        }
        (Value::Array(before), Value::Array(after)) if before.len() == after.len() => {
            let items = before.iter().zip(after).enumerate();
            items
                .flat_map(|(index, (before, after))| {
                    differences(&format!("{at}/{index}"), before, after)
                })
                .collect()
        }
        _ if before == after => Vec::new(),
        _ => vec![format!("~{at}")],
    }
}
