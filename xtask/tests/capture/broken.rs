//! Inputs that are broken at random, whichever form they have.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use serde_json::Value;
use xtask::capture::input::{self, Input};
use xtask::commands::capture::{CaptureInput, capture};
use xtask::document::Document;
use xtask::layout::Checkout;

use crate::input;

/// One of each form, and those with schemas of their own.
const INPUTS: &[&str] = &[
    "openapi/shelves-3.0.yaml",
    "openapi/shelves-3.1.json",
    "twin/query-shelves.md",
    "text/save-things.txt",
    "record/query-things.yaml",
];

/// A way to break a text.
#[derive(Debug, Clone)]
enum Break {
    Cut(Index),
    Drop(Index, usize),
    Repeat(Index),
    Swap(Index, Index),
    Indent(Index, usize),
    /// What stands behind the colon of a line is something else.
    Replace(Index, &'static str),
    /// A word of one line stands in another.
    Move(Index, Index),
}

const VALUES: &[&str] = &[
    "",
    "null",
    "true",
    "-1",
    "1e999",
    "[]",
    "{}",
    "[null]",
    "{a: b}",
    "'text'",
    "\"\"",
    "string",
    "array",
    "object",
    "[string, 'null']",
    "'#/components/schemas/ShelfGetDto'",
    "'#/paths'",
    "'#'",
    "*a",
    "&a",
    "!!str x",
    "- x",
    "'200'",
    "2024-01-15",
    "{$ref: '#/components/schemas/ErrorDto'}",
    "\u{0}",
    "ü\u{200b}",
];

fn ways() -> impl Strategy<Value = Break> {
    prop_oneof![
        any::<Index>().prop_map(Break::Cut),
        (any::<Index>(), 1usize..6).prop_map(|(at, count)| Break::Drop(at, count)),
        any::<Index>().prop_map(Break::Repeat),
        (any::<Index>(), any::<Index>()).prop_map(|(a, b)| Break::Swap(a, b)),
        (any::<Index>(), 0usize..12).prop_map(|(at, by)| Break::Indent(at, by)),
        (any::<Index>(), select(VALUES)).prop_map(|(at, value)| Break::Replace(at, value)),
        (any::<Index>(), any::<Index>()).prop_map(|(a, b)| Break::Move(a, b)),
    ]
}

fn broken(text: &str, ways: &[Break]) -> String {
    let mut lines: Vec<String> = text.split('\n').map(str::to_owned).collect();
    for way in ways {
        if lines.is_empty() {
            break;
        }
        let count = lines.len();
        match way {
            Break::Cut(at) => {
                let whole = lines.join("\n");
                let chars = whole.chars().count();
                let rest: String = whole.chars().take(at.index(chars + 1)).collect();
                lines = rest.split('\n').map(str::to_owned).collect();
            }
            Break::Drop(at, many) => {
                let at = at.index(count);
                lines.drain(at..count.min(at + many));
            }
            Break::Repeat(at) => {
                let line = lines[at.index(count)].clone();
                lines.insert(at.index(count), line);
            }
            Break::Swap(a, b) => lines.swap(a.index(count), b.index(count)),
            Break::Indent(at, by) => {
                let line = &mut lines[at.index(count)];
                *line = format!("{}{}", " ".repeat(*by), line.trim_start());
            }
            Break::Replace(at, value) => {
                let line = &mut lines[at.index(count)];
                if let Some((key, _)) = line.split_once(':') {
                    *line = format!("{key}: {value}");
                } else {
                    *line = (*value).to_owned();
                }
            }
            Break::Move(from, to) => {
                let word = lines[from.index(count)]
                    .split_whitespace()
                    .next_back()
                    .unwrap_or_default()
                    .to_owned();
                let line = &mut lines[to.index(count)];
                if let Some(end) = line.rfind(' ') {
                    line.truncate(end + 1);
                }
                line.push_str(&word);
            }
        }
    }
    lines.join("\n")
}

/// Few cases here; the command line can ask for more with `PROPTEST_CASES`.
fn config() -> ProptestConfig {
    ProptestConfig {
        cases: std::env::var("PROPTEST_CASES")
            .ok()
            .and_then(|cases| cases.parse().ok())
            .unwrap_or(100),
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

proptest! {
    #![proptest_config(config())]

    /// Whatever is done to an input, it is read or refused, with what to do; and what is taken over of a document is OpenAPI 3.0.
    #[test]
    fn a_broken_input_is_read_or_refused(which in select(INPUTS), ways in vec(ways(), 1..6)) {
        let text = broken(&input(which), &ways);
        match input::read("given.txt", &text) {
            Err(faults) => prop_assert!(faults.to_string().contains("help: "), "{}", faults),
            Ok(Input::Readings(readings)) => prop_assert_eq!(readings.len(), 1),
            Ok(Input::Documents(documents)) => {
                prop_assert!(!documents.is_empty());
                for document in documents {
                    let yaml = Document::of_value(&document.document).root().to_indented_yaml();
                    is_openapi(&yaml).map_err(|fault| TestCaseError::fail(format!("{fault}\n{yaml}")))?;
                }
            }
        }
    }

    /// Whatever is done to an input, what is captured of it is OpenAPI 3.0, or there is a fault.
    #[test]
    fn what_is_captured_of_a_broken_input_is_valid(which in select(INPUTS), ways in vec(ways(), 1..4)) {
        let given = [CaptureInput { name: "given.txt".to_owned(), text: broken(&input(which), &ways) }];
        let address = which.starts_with("text").then_some("https://docs.tight.com/api-reference/things/save-things");
        // Other pages tell what this one leaves open.
        match capture(&Checkout::own(), &given, address) {
            Err(faults) => prop_assert!(!faults.to_string().is_empty()),
            Ok(captures) => {
                for file in captures.files.iter().filter(|file| file.path.ends_with(".yaml")) {
                    is_openapi(&file.text).map_err(|fault| TestCaseError::fail(format!("{fault}\n{}", file.text)))?;
                }
            }
        }
    }
}

/// By a validator that shares nothing with what wrote it.
pub(crate) fn is_openapi(yaml: &str) -> Result<(), String> {
    use roas::validation::{Options, Validate};
    let mut document: Value = yaml_serde::from_str(yaml).map_err(|fault| fault.to_string())?;
    leave_texts(&mut document);
    let document: roas::v3_0::spec::Spec =
        serde_json::from_value(document).map_err(|fault| fault.to_string())?;
    // It does not see references in `allOf`. Tags are declared for all pages at once.
    let options = Options::IgnoreMissingTags | Options::IgnoreUnusedSchemas;
    document
        .validate(options, None)
        .map_err(|faults| faults.to_string())
}

/// OpenAPI leaves open which formats there are, and patterns are ECMAScript's: this validator thinks otherwise of both.
fn leave_texts(value: &mut Value) {
    if let Some(members) = value.as_object_mut() {
        members.retain(|key, member| {
            !matches!(key.as_str(), "format" | "pattern") || !member.is_string()
        });
        members.values_mut().for_each(leave_texts);
    }
    value
        .as_array_mut()
        .into_iter()
        .flatten()
        .for_each(leave_texts);
}
