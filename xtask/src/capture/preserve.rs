//! Keeps the descriptions that people wrote when a page is captured again.

use serde_json::{Map, Value};

/// Copies the descriptions that stand in the same places of the page as it was before.
pub(super) fn descriptions(new: &mut Value, old: &Value) {
    match (new, old) {
        (Value::Object(new), Value::Object(old)) => {
            // In a table of properties, `description` is the name of one.
            let has_words = |object: &Map<String, Value>| {
                object.get("description").is_none_or(Value::is_string)
            };
            if let Some(description) = old.get("description").filter(|words| words.is_string())
                && has_words(new)
            {
                put(new, old, description);
            }
            // Only letters may be larger or smaller.
            if let (Some(Value::String(now)), Some(Value::String(before))) =
                (new.get_mut("summary"), old.get("summary"))
                && now.to_lowercase() == before.to_lowercase()
            {
                now.clone_from(before);
            }
            for (key, member) in new.iter_mut() {
                if let Some(old) = old.get(key).filter(|_| !IS_DATA.contains(&key.as_str())) {
                    descriptions(member, old);
                }
            }
        }
        (Value::Array(new), Value::Array(old)) => {
            for member in new {
                // Parameters have names, and nothing else in a list has words.
                let same = old
                    .iter()
                    .find(|old| match (member.get("name"), old.get("name")) {
                        (Some(new), Some(old)) => new == old,
                        _ => false,
                    });
                if let Some(old) = same {
                    descriptions(member, old);
                }
            }
        }
        _ => {}
    }
}

/// Keys of data, which have no descriptions.
const IS_DATA: [&str; 3] = ["example", "default", "enum"];

/// Puts a description where it was: behind what it stood behind.
fn put(new: &mut Map<String, Value>, old: &Map<String, Value>, description: &Value) {
    if let Some(known) = new.get_mut("description") {
        known.clone_from(description);
        return;
    }
    let before: Vec<&String> = old.keys().take_while(|key| *key != "description").collect();
    let behind = new.keys().rposition(|key| before.contains(&key));
    let members = std::mem::take(new);
    let mut description = Some(description.clone());
    if behind.is_none() {
        new.extend(
            description
                .take()
                .map(|words| ("description".to_owned(), words)),
        );
    }
    for (index, (key, member)) in members.into_iter().enumerate() {
        new.insert(key, member);
        if behind == Some(index) {
            new.extend(
                description
                    .take()
                    .map(|words| ("description".to_owned(), words)),
            );
        }
    }
}
