//! The JSON path of a decoding error, such as `data[1].id`.
//!
//! It looks at the text alone, not at the type that was to be read from it. So that types need not be read in a second way, which
//! keeps account of where it is: that would double what is compiled for each of them.

use std::fmt::Write;

/// An object or a list that the text is in.
enum Container {
    /// With the name of the member, once it is known.
    Object(Option<String>),
    /// With the index of the element, once anything of it is there.
    List { index: usize, is_begun: bool },
}

/// The path at which decoding `json` failed.
pub(crate) fn of_error(json: &str, error: &serde_json::Error) -> String {
    let mut lines = json.split_inclusive('\n');
    let before: usize = lines
        .by_ref()
        .take(error.line().saturating_sub(1))
        .map(str::len)
        .sum();
    at(json, before + error.column())
}

/// The place of what stands before the byte `end`.
fn at(json: &str, end: usize) -> String {
    let bytes = &json.as_bytes()[..end.min(json.len())];
    let mut containers: Vec<Container> = Vec::new();
    let mut at = 0;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b' ' | b'\t' | b'\n' | b'\r' | b':' => {}
            b'}' | b']' => drop(containers.pop()),
            b',' => match containers.last_mut() {
                Some(Container::Object(name)) => *name = None,
                Some(Container::List { index, is_begun }) => {
                    (*index, *is_begun) = (*index + 1, false)
                }
                None => {}
            },
            _ => {
                if let Some(Container::List { is_begun, .. }) = containers.last_mut() {
                    *is_begun = true;
                }
                match byte {
                    b'{' => containers.push(Container::Object(None)),
                    b'[' => containers.push(Container::List {
                        index: 0,
                        is_begun: false,
                    }),
                    b'"' => {
                        let after = string_end(bytes, at);
                        if let Some(Container::Object(name @ None)) = containers.last_mut() {
                            *name = json
                                .get(at..after)
                                .and_then(|name| serde_json::from_str(name).ok());
                        }
                        at = after;
                        continue;
                    }
                    _ => {}
                }
            }
        }
        at += 1;
    }
    let mut place = String::new();
    for containers in containers {
        match containers {
            Container::Object(Some(name)) if place.is_empty() => place = name,
            Container::Object(Some(name)) => {
                place.push('.');
                place.push_str(&name);
            }
            Container::List {
                index,
                is_begun: true,
            } => drop(write!(place, "[{index}]")),
            Container::Object(None) | Container::List { .. } => {}
        }
    }
    place
}

/// Behind the string that begins at `start`, or the end of what there is.
fn string_end(bytes: &[u8], start: usize) -> usize {
    let mut at = start + 1;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'\\' => at += 2,
            b'"' => return at + 1,
            _ => at += 1,
        }
    }
    bytes.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_way_to_a_byte() {
        for (json, place) in [
            ("", ""),
            ("{", ""),
            (r#"{"a"#, ""),
            (r#"{"a""#, "a"),
            (r#"{"a": tr"#, "a"),
            (r#"{"a": {"#, "a"),
            (r#"{"a": {"b": 1, "c": 2"#, "a.c"),
            (r#"{"a": {"b": 1}"#, "a"),
            (r#"{"a": {"b": 1}, "#, ""),
            (r#"{"a": ["#, "a"),
            (r#"{"a": [[], {"b": [1, 2"#, "a[1].b[1]"),
            (r#"{"a": [1,"#, "a"),
            (r#"[{"a": "x\"]}", "b\n": "y"#, "[0].b\n"),
            (r#"{"a": "}]","b":1"#, "b"),
            ("[[1],[2", "[1][0]"),
            (r#"]]}{"a":1"#, "a"),
        ] {
            assert_eq!(at(json, json.len()), place, "{json}");
        }
    }

    #[test]
    fn the_place_of_an_error() {
        #[derive(Debug, serde::Deserialize)]
        struct Row {
            #[allow(dead_code)]
            id: i32,
        }
        for (json, place) in [
            ("[\n {\"id\": 1},\n {\"id\": \"é\"}\n]", "[1].id"),
            ("[{\"id\": 1}, {\"is\": 1}]", "[1]"),
            ("[{\"id\": 1}, 7]", "[1]"),
            ("[{\"id\": [1]}]", "[0].id"),
            ("[{\"id\": 1}", "[0]"),
            ("{}", ""),
        ] {
            let error = serde_json::from_str::<Vec<Row>>(json).unwrap_err();
            assert_eq!(of_error(json, &error), place, "{json} {error}");
        }
    }
}
