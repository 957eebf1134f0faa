//! Documented payloads through the types and back, whole and with the surprises that a server may have.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

// rustfmt would undo what codegen wrote.
#[rustfmt::skip]
#[allow(deprecated, reason = "what is to go is tested until it is gone")]
#[path = "generated/samples.rs"]
mod samples;

use samples::SAMPLES;

/// A documented payload, and the types in it.
struct Sample {
    name: &'static str,
    section: &'static str,
    side: Side,
    /// Where types stand in it (JSON pointers, with `*` for each item of a list), and what reads and writes each.
    models: &'static [(&'static str, RoundTrip)],
}

type RoundTrip = fn(&str) -> serde_json::Result<String>;

#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Request,
    Answer,
}

/// Reads a value as `T` and writes it again.
fn round_trip<T: DeserializeOwned + Serialize>(json: &str) -> serde_json::Result<String> {
    serde_json::to_string_pretty(&serde_json::from_str::<T>(json)?)
}

impl Sample {
    /// A payload with everything that has a type read and written again.
    fn rewritten(&self, payload: &Value) -> serde_json::Result<Value> {
        let mut rewritten = payload.clone();
        for (place, round_trip) in self.models {
            for at in matching(payload, place) {
                let value = rewritten.pointer_mut(&at).unwrap();
                let written: Value = serde_json::from_str(&round_trip(&value.to_string())?)?;
                match (value, written) {
                    // A type of what stands beside the data leaves the data to others.
                    (Value::Object(value), Value::Object(written)) if at.is_empty() => {
                        value.retain(|key, _| key == "data" || written.contains_key(key));
                        value.extend(written);
                    }
                    (value, written) => *value = written,
                }
            }
        }
        Ok(rewritten)
    }

    /// The places within what has a type.
    fn places(&self, payload: &Value) -> Vec<String> {
        let models = self
            .models
            .iter()
            .flat_map(|(place, _)| matching(payload, place));
        // What stands beside the data is a type of the whole payload, without what is the envelope's.
        let models: Vec<String> = models
            .filter(|at| !at.is_empty() || self.models.len() == 1)
            .collect();
        let is_within =
            |place: &String| models.iter().any(|at| place.starts_with(&format!("{at}/")));
        places(payload).into_iter().filter(is_within).collect()
    }
}

/// The pointers to what stands at a place of a payload.
fn matching(payload: &Value, place: &str) -> Vec<String> {
    let Some((list, within)) = place.split_once("/*") else {
        return payload
            .pointer(place)
            .filter(|value| value.is_object())
            .map(|_| place.to_owned())
            .into_iter()
            .collect();
    };
    let items = payload.pointer(list).and_then(Value::as_array);
    let items = items.into_iter().flatten().enumerate();
    items
        .flat_map(|(index, item)| {
            let at = format!("{list}/{index}");
            matching(item, within)
                .into_iter()
                .map(move |inner| format!("{at}{inner}"))
        })
        .collect()
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

#[test]
fn every_documented_payload_comes_back_as_it_was() {
    let mut sections: BTreeMap<&str, String> = BTreeMap::new();
    for sample in SAMPLES {
        let payload = parse(&documented(sample.name));
        let written = sample.rewritten(&payload).unwrap();
        assert_eq!(said(written.clone()), said(payload), "{}", sample.name);
        let section = sections.entry(sample.section).or_default();
        let (_, file) = sample.name.split_once('/').unwrap();
        writeln!(section, "{file}\n{:#}\n", sorted(written)).unwrap();
    }
    insta::with_settings!({ prepend_module_to_snapshot => false, omit_expression => true, snapshot_path => "snapshots/round_trips" }, {
        for (section, text) in sections {
            insta::assert_snapshot!(section, text);
        }
    });
}

/// What a payload says: neither `null` nor an empty list or object says anything, and in a list `null` is no item.
fn said(value: Value) -> Value {
    let is_silent = |value: &Value| value.is_null() || *value == json!([]) || *value == json!({});
    match value {
        Value::Object(object) => {
            let members = object.into_iter().map(|(key, value)| (key, said(value)));
            members.filter(|(_, value)| !is_silent(value)).collect()
        }
        Value::Array(items) => {
            let items = items.into_iter().map(said);
            items.filter(|item| !item.is_null()).collect()
        }
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

/// Changes all answers at one place after the other. Whatever it is, the rest is read, and nothing is lost.
fn surprise(change: impl Fn(&mut Value, &str) -> bool) {
    let mut changes = 0;
    for sample in answers() {
        let whole = parse(&documented(sample.name));
        for place in sample.places(&whole) {
            let mut changed = whole.clone();
            if !change(&mut changed, &place) {
                continue;
            }
            changes += 1;
            let written = sample.rewritten(&changed).unwrap_or_else(|error| {
                panic!(
                    "{} is not read with a surprise at {place}: {error}",
                    sample.name
                )
            });
            assert_eq!(said(written), said(changed), "{} at {place}", sample.name);
        }
    }
    assert!(changes > 100, "only {changes} places were changed");
}

#[test]
fn null_anywhere_is_read_as_nothing() {
    surprise(|value, place| {
        *value.pointer_mut(place).unwrap() = Value::Null;
        true
    });
}

#[test]
fn absence_anywhere_is_read() {
    surprise(|value, place| {
        let (parent, last) = place.rsplit_once('/').unwrap();
        match value.pointer_mut(parent).unwrap() {
            Value::Object(object) => object.remove(last).is_some(),
            Value::Array(items) => !items.drain(..).as_slice().is_empty(),
            _ => false,
        }
    });
}

#[test]
fn an_unknown_value_of_any_string_is_read_and_kept() {
    surprise(|value, place| match value.pointer_mut(place).unwrap() {
        Value::String(text) => {
            *text = "SOMETHING_NEW \u{1f4ce}".to_owned();
            true
        }
        _ => false,
    });
}

#[test]
fn an_unknown_field_anywhere_is_read_and_kept() {
    surprise(|value, place| match value.pointer_mut(place).unwrap() {
        Value::Object(object) => object
            .insert("somethingNew".to_owned(), json!({ "a": [1, "b"] }))
            .is_none(),
        _ => false,
    });
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
