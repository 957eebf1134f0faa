//! How JSON differs from what a test expected, one line for each place.

use serde_json::Value;

/// What `found` lacks of `expected`. Fields that are not expected are ignored.
pub(crate) fn differences(expected: &Value, found: &Value) -> Vec<String> {
    let mut all = Vec::new();
    collect("", expected, found, &mut all);
    all
}

fn collect(place: &str, expected: &Value, found: &Value, all: &mut Vec<String>) {
    match (expected, found) {
        (Value::Object(expected), Value::Object(found)) => {
            for (name, expected) in expected {
                let escaped = name.replace('~', "~0").replace('/', "~1");
                let place = format!("{place}/{escaped}");
                match found.get(name) {
                    Some(found) => collect(&place, expected, found, all),
                    None => all.push(format!(
                        "  {place}: expected {expected}, but there is no such field"
                    )),
                }
            }
        }
        (Value::Array(expected), Value::Array(found)) => {
            for (index, (expected, found)) in expected.iter().zip(found).enumerate() {
                collect(&format!("{place}/{index}"), expected, found, all);
            }
            if expected.len() != found.len() {
                let place = if place.is_empty() {
                    "(the whole)"
                } else {
                    place
                };
                let (expected, found) = (expected.len(), found.len());
                all.push(format!(
                    "  {place}: expected {expected} items, found {found}"
                ));
            }
        }
        _ if expected == found => {}
        _ => {
            let place = if place.is_empty() {
                "(the whole)"
            } else {
                place
            };
            all.push(format!("  {place}: expected {expected}, found {found}"));
        }
    }
}
