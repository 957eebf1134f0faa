//! Inputs that are broken at random, whichever form they have.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::Value;
use xtask::capture::input::{self, Input};
use xtask::commands::capture::{CaptureInput, capture};
use xtask::document::Document;
use xtask::layout::Checkout;

use crate::hostile::breaks::{Break, VALUES, broken};
use crate::input;

/// One of each form, and those with schemas of their own.
const INPUTS: &[&str] = &[
    "openapi/shelves-3.0.yaml",
    "openapi/shelves-3.1.json",
    "twin/query-shelves.md",
    "text/save-things.txt",
    "record/query-things.yaml",
];

pub(crate) fn ways() -> impl Strategy<Value = Break> {
    let at = any::<usize>;
    prop_oneof![
        at().prop_map(Break::Cut),
        (at(), 1usize..6).prop_map(|(at, count)| Break::Drop(at, count)),
        (at(), at()).prop_map(|(from, to)| Break::Repeat(from, to)),
        (at(), at()).prop_map(|(a, b)| Break::Swap(a, b)),
        (at(), 0usize..12).prop_map(|(at, by)| Break::Indent(at, by)),
        (at(), select(VALUES)).prop_map(|(at, value)| Break::Replace(at, value)),
        (at(), at()).prop_map(|(from, to)| Break::Move(from, to)),
    ]
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
