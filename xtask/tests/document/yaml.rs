//! What is written reads the same to everybody.

use proptest::prelude::*;
use serde_json::{Value, json};
use xtask::diagnostic::Faults;
use xtask::document::{Document, Sources};

use super::{EVERYWHERE, document_of};

/// A document that holds a value.
fn holding(value: &Value) -> Document {
    let mut document = document_of("openapi: 3.0.3\npaths: {}\n", "").unwrap();
    document.set("/x-domain", value).unwrap();
    document
}

/// What our own reader makes of a document.
fn read(yaml: &str) -> Value {
    let faults = Faults::new();
    let page = yaml.replacen("servers:\n", "x-servers:\n", 1);
    let sources = Sources::from_texts(
        [("page.yaml".to_owned(), page)],
        [("everywhere.yaml".to_owned(), EVERYWHERE.to_owned())],
        &faults,
    );
    faults
        .finish()
        .unwrap_or_else(|faults| panic!("{yaml}\n{faults}"));
    sources.pages()[0].document.to_value()["x-kind"].clone()
}

#[test]
fn what_versions_of_yaml_read_differently_is_quoted() {
    let words = "y n Y N yes no on off Yes NO On OFF true False null ~ NULL 0123 010 0o7 0x1F 0b1 1:30 190:20:30.15 12_000 \
                 1e3 1.5e3 +1 .5 5. .inf -.INF .NaN 2024-01-15 2001-12-14t21:59:43.10-05:00 << = 12 1.10 - ? : --- ... |x >x %x \
                 @x `x 'x \"x #x &x *x !x [x {x ,x x: -";
    for word in words
        .split_whitespace()
        .chain(["", " x", "x ", "a: b", "a #b", "x:", "---x"])
    {
        let yaml = holding(&json!({ word: word })).to_yaml();
        let quoted = format!("  '{}': '{0}'\n", word.replace('\'', "''"));
        assert!(yaml.contains(&quoted), "{word}: {yaml}");
    }
}

#[test]
fn what_is_plain_is_not_quoted() {
    for text in [
        "a",
        "a b",
        "-x",
        "a:b",
        "https://a.example/b?c=d&e",
        "#/a".trim_start_matches('#'),
        "1.2.3",
        "24 KB",
        "{id}".trim_start_matches('{'),
        "it's",
        "$ref",
        "é",
        "v6",
        "e5",
        "2024-01",
        "a, b",
        "x-open",
        "100%",
    ] {
        let yaml = holding(&json!({ text: text })).to_yaml();
        assert!(
            yaml.contains(&format!("  {text}: {text}\n")),
            "{text}: {yaml}"
        );
    }
}

#[test]
fn texts_of_several_lines_are_blocks() {
    let yaml = holding(&json!({
        "a": "one\ntwo",
        "b": ["one\n\n  two\n", "\none", "one \ntwo", "one\n\n"],
        "c": {},
        "d": [],
        "e": [[1, 1.5e300], {"f": [true, null]}],
        "g": "tab\there, bell\u{7}, next line\u{85}, separator\u{2028}, mark\u{feff}",
    }))
    .to_yaml();
    let start = yaml.find("x-domain").unwrap();
    insta::assert_snapshot!(&yaml[start..]);
}

#[test]
fn values_too_deep_are_refused() {
    for (open, close, depth) in [
        ("[", "]", 220),
        ("{a: ", "}", 220),
        ("[", "]", 50_000),
        ("- ", "", 50_000),
    ] {
        let page = format!(
            "openapi: 3.0.3\npaths: {{}}\nx-domain:\n  {}1{}\n",
            open.repeat(depth),
            close.repeat(depth)
        );
        let faults = document_of(&page, "").unwrap_err().to_string();
        assert!(faults.contains("page.yaml:4"), "{faults}");
    }
}

fn any_text() -> impl Strategy<Value = String> {
    prop_oneof![
        "[ -~]{0,12}",
        "[-+.:0-9eExo_TZ ]{1,10}",
        "[ \\n\\ta-z#:'\"-]{0,20}",
        "\\PC{0,8}",
        any::<String>(),
    ]
}

fn any_value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>()
            .prop_filter("JSON has finite numbers", |number| number.is_finite())
            .prop_map(Value::from),
        any_text().prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 40, 5, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::vec((any_text(), inner), 0..5).prop_map(|members| members
                .into_iter()
                .collect::<serde_json::Map<_, _>>()
                .into()),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_written_is_read_again(value in any_value()) {
        let yaml = holding(&json!({ "a": value })).to_yaml();
        let other: Value = yaml_serde::from_str(&yaml).unwrap();
        prop_assert_eq!(&other["x-domain"]["a"], &value, "{}", yaml);
    }

    #[test]
    fn every_text_comes_back_from_our_own_reader(text in "[ -~]{0,16}|[-+.:0-9eExo_TZ]{1,10}|[a-z \\n]{0,24}") {
        let yaml = holding(&json!([text])).to_yaml();
        let yaml = yaml.replacen("x-domain:", "x-kind:", 1);
        prop_assert_eq!(read(&yaml), json!([text]), "{}", yaml);
    }
}
