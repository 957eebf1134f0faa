//! OpenAPI documents, taken apart.

use serde_json::{Value, json};
use similar::TextDiff;
use xtask::capture::input::openapi::{self, OperationDocument};
use xtask::diagnostic::Faults;
use xtask::document::Document;

use crate::broken::is_openapi;
use crate::support::Scratch;
use crate::{input, pin};

fn read(name: &str) -> Vec<OperationDocument> {
    openapi::read(name.rsplit('/').next().unwrap(), &input(name))
        .unwrap_or_else(|faults| panic!("{faults}"))
}

fn yaml(operation: &OperationDocument) -> String {
    Document::of_value(&operation.document)
        .root()
        .to_indented_yaml()
}

/// A document of OpenAPI 3.1, with that schema as the property `value` of what it answers.
fn document_with(schema: &str) -> String {
    let document = input("openapi/things-3.1.yaml");
    assert!(document.contains("value: SCHEMA"));
    document.replace("SCHEMA", schema)
}

fn with_schema(schema: &str) -> Result<OperationDocument, Faults> {
    Ok(openapi::read("things.yaml", &document_with(schema))?.remove(0))
}

#[test]
fn a_document_is_taken_apart() {
    for operation in read("openapi/shelves-3.0.yaml") {
        let place = format!("{} → {}", operation.section, operation.page);
        let told =
            json!({ "place": place, "address": operation.address, "notes": operation.notes });
        let told = Document::of_value(&told).root().to_indented_yaml();
        pin(
            "documents",
            &operation.page,
            format!("{told}---\n{}", yaml(&operation)),
        );
    }
}

#[test]
fn both_versions_say_the_same() {
    let (older, newer) = (
        read("openapi/shelves-3.0.yaml"),
        read("openapi/shelves-3.1.json"),
    );
    assert_eq!(older.len(), newer.len());
    for (older, newer) in older.iter().zip(&newer) {
        assert_eq!(older.page, newer.page);
        let (older, newer) = (yaml(older), yaml(newer));
        let diff = TextDiff::from_lines(&older, &newer);
        assert_eq!(older, newer, "{}", diff.unified_diff());
    }
}

#[test]
fn no_words_are_taken_over() {
    for name in ["openapi/shelves-3.0.yaml", "openapi/shelves-3.1.json"] {
        for operation in read(name) {
            assert!(!yaml(&operation).contains("WORDS"), "{}", yaml(&operation));
        }
    }
}

#[test]
fn what_is_taken_over_is_openapi_3_0() {
    for operation in read("openapi/shelves-3.1.json") {
        is_openapi(&yaml(&operation))
            .unwrap_or_else(|faults| panic!("{}: {faults}", operation.page));
    }
}

#[test]
fn schemas_say_the_same_in_the_older_version() {
    let cases = input("openapi/schemas.yaml");
    let cases: Vec<&str> = cases
        .lines()
        .filter(|line| !line.starts_with('#'))
        .collect();
    for case in cases.chunks(2) {
        let given = case[0].strip_prefix("- given: ").unwrap();
        let becomes = case[1].strip_prefix("  becomes: ").unwrap();
        let becomes: Value = yaml_serde::from_str(becomes).unwrap();
        let read = with_schema(given).unwrap_or_else(|faults| panic!("{given}: {faults}"));
        let mut became =
            read.document["components"]["schemas"]["Holder"]["properties"]["value"].clone();
        // An enum gets a name, of which it is all.
        let named = read.document["components"]["schemas"].get("HolderValue");
        if let Some(named) = named {
            let mut whole = named.clone();
            if became["nullable"] == true {
                whole["nullable"] = true.into();
            }
            became = whole;
        }
        assert_eq!(became, becomes, "{given}");
    }
}

#[test]
fn what_the_older_version_cannot_say_is_told() {
    let mut told = String::new();
    for schema in input("openapi/unsayable.yaml")
        .lines()
        .filter_map(|line| line.strip_prefix("- "))
    {
        let faults = with_schema(schema).expect_err(&format!("{schema} is accepted"));
        told.push_str(&format!("{schema}\n{faults}\n\n"));
    }
    pin("documents", "unsayable", told);
}

#[test]
fn schemas_can_be_called_otherwise() {
    let mut operation = read("openapi/shelves-3.0.yaml").remove(0);
    let before = operation.clone();
    operation.rename_operation("saveShelves");
    let short = |name: &str| name.trim_end_matches("GetDto").to_owned();
    operation.rename_schemas(&short).unwrap();
    let text = yaml(&operation);
    assert!(
        text.contains("operationId: saveShelves") && text.contains("schemas/MultiResponseShelf'"),
        "{text}"
    );
    assert!(
        text.contains("\n    Shelf:\n") && !text.contains("ShelfGetDto\n"),
        "{text}"
    );

    let mut operation = before.clone();
    let all = operation.rename_schemas(&|_| "One".to_owned()).unwrap_err();
    assert_eq!(
        all,
        "`MultiParamShelfPostDto` and `ShelfPostDto` differ, and both would be called `One`"
    );
    assert_eq!(operation, before);
}

#[test]
fn codegen_takes_what_is_taken_over() {
    let scratch = Scratch::new();
    for operation in read("openapi/shelves-3.0.yaml") {
        scratch.write(
            &format!("openapi/captured/shelves/{}.yaml", operation.page),
            &yaml(&operation),
        );
    }
    let generated = scratch.generated();
    let (_, digest) = generated
        .digest
        .iter()
        .find(|(section, _)| section == "shelves")
        .unwrap();
    pin("documents", "digest", digest.clone());
}

#[test]
fn what_is_wrong_with_a_document_is_told() {
    let mut told = String::new();
    for case in input("openapi/broken.txt").split("=== ").skip(1) {
        let (name, text) = case.split_once('\n').unwrap();
        let faults = openapi::read("given.yaml", text).expect_err(name);
        told.push_str(&format!("=== {name}\n{faults}\n\n"));
    }
    pin("documents", "broken", told);
}

/// Generators of documents write an enum out wherever it stands.
#[test]
fn enums_that_are_the_same_are_one() {
    let result = "{type: string, enum: [SUCCESS, FAILURE]}";
    let kind = "{type: string, enum: [OPEN, CLOSED]}";
    let inner = format!("{{type: object, properties: {{result: {result}, kind: {kind}}}}}");
    let schema = format!(
        "{{type: object, properties: {{result: {result}, inner: {inner}, next: {result}}}}}"
    );
    let read = with_schema(&schema).unwrap();
    let schemas = &read.document["components"]["schemas"];
    let names: Vec<_> = schemas.as_object().unwrap().keys().collect();
    // What is called otherwise may be another, whose values are the same by chance.
    assert_eq!(
        names,
        [
            "Holder",
            "HolderValue",
            "HolderValueResult",
            "HolderValueInner",
            "HolderValueInnerKind",
            "HolderValueNext"
        ]
    );
}
