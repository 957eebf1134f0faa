//! Fields of every shape that is not of one level: trees, maps, lists of lists; and fields that are sent and can be cleared.

#![allow(unreachable_pub, reason = "the macros make public types")]

use std::collections::BTreeMap;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::{Decimal, JsonValue, Number, UnknownFields, nullable, received};

#[derive(Clone, Debug, Default, PartialEq)]
struct Node {
    id: Option<String>,
    parent: Option<Box<Node>>,
    children: Vec<Node>,
    unknown_fields: UnknownFields,
}

received!(Node {
    "id" => id,
    "parent" => parent,
    "children" => children,
});

#[derive(Clone, Debug, Default, PartialEq)]
struct Nested {
    rates: BTreeMap<String, Decimal>,
    by_year: BTreeMap<String, Vec<Number>>,
    nodes: BTreeMap<String, Node>,
    matrix: Vec<Vec<Number>>,
    optional: Option<Vec<Number>>,
    rate: Option<Decimal>,
    unknown_fields: UnknownFields,
}

received!(Nested {
    "rates" => rates,
    "byYear" => by_year,
    "nodes" => nodes,
    "matrix" => matrix,
    "optional" => optional,
    "rate" => rate,
});

fn read<T: DeserializeOwned>(json: &str) -> T {
    serde_json::from_str(json).unwrap_or_else(|error| panic!("{json:.200}: {error}"))
}

fn written(value: &impl Serialize) -> String {
    serde_json::to_string(value).unwrap()
}

#[test]
fn what_fits_is_read_and_written_as_it_was() {
    for json in [
        r#"{"id":"a","parent":{"id":"b","parent":{"id":"c"}},"children":[{"id":"d","children":[{"x":1}]}]}"#,
        r#"{"parent":5,"children":{"a":1}}"#,
        "{}",
    ] {
        assert_eq!(written(&read::<Node>(json)), json);
    }
    for json in [
        r#"{"rates":{"a":"1.50","b":""},"byYear":{"2024":[1,2.50],"2025":[]},"nodes":{"n":{"id":"a"}}}"#,
        r#"{"matrix":[[1,2],[],[3]],"optional":[],"rate":"12.50"}"#,
        r#"{"rates":5,"byYear":[1],"matrix":{"a":1},"nodes":"x"}"#,
    ] {
        let nested: Nested = read(json);
        assert_eq!(written(&nested), json);
    }
}

#[test]
fn a_value_of_a_map_that_does_not_fit_costs_no_other_and_is_kept() {
    let json = r#"{"rates":{"a":"1","b":[2],"c":"3"}}"#;
    let mut nested: Nested = read(json);
    let names: Vec<_> = nested.rates.keys().collect();
    assert_eq!(names, ["a", "c"]);
    assert_eq!(
        nested.unknown_fields.get("rates"),
        Some(r#"{"a":"1","b":[2],"c":"3"}"#)
    );
    assert_eq!(written(&nested), json);
    // What is set since is written in its place.
    nested.rates.remove("a");
    assert_eq!(written(&nested), r#"{"rates":{"c":"3"}}"#);
}

#[test]
fn what_does_not_fit_within_what_stands_in_a_list_or_a_map_costs_that_alone() {
    for (json, read_as) in [
        (r#"{"matrix":[[1,[]],[2],5,[{},3]]}"#, "[[1],[2],[3]]"),
        (r#"{"matrix":[[1],null,[[]]]}"#, "[[1],[]]"),
    ] {
        let nested: Nested = read(json);
        assert_eq!(written(&nested.matrix), read_as, "{json}");
        assert_eq!(written(&nested), json.replace("null,", ""));
    }
    let json = r#"{"byYear":{"a":[1,{}],"b":5,"c":[2]},"optional":[1,[]]}"#;
    let nested: Nested = read(json);
    assert_eq!(written(&nested.by_year), r#"{"a":[1],"c":[2]}"#);
    assert_eq!(written(&nested.optional), "[1]");
    assert_eq!(written(&nested), json);
}

#[test]
fn of_a_map_null_is_no_value_and_the_last_value_counts() {
    let nested: Nested =
        read(r#"{"rates":{"a":null,"b":"1","b":"2","c":"3","c":null},"byYear":null}"#);
    assert_eq!(written(&nested), r#"{"rates":{"b":"2"}}"#);
    let nested: Nested = read(r#"{"rates":{"a":"1","a":[1],"b":"2"}}"#);
    assert_eq!(written(&nested.rates), r#"{"b":"2"}"#);
}

#[test]
fn a_reader_and_a_value_are_read_alike() {
    let json = r#"{"rates":{"a":"1","b":[2],"c":1.50},"byYear":{"a":[1]},"matrix":[[1],[2,[]]],"optional":150.50}"#;
    let nested: Nested = read(json);
    assert_eq!(
        serde_json::from_reader::<_, Nested>(json.as_bytes()).unwrap(),
        nested
    );
    let value: JsonValue = read(json);
    let from_value: Nested = serde_json::from_value(value).unwrap();
    assert_eq!(
        serde_json::to_value(from_value).unwrap(),
        serde_json::to_value(nested).unwrap()
    );
}

#[test]
fn decimals_are_what_they_were() {
    for (json, text, is_number) in [
        (r#""12.50""#, "12.50", true),
        (r#""-0""#, "-0", true),
        (r#""much""#, "much", false),
        (r#""""#, "", false),
        ("12.50", "12.50", true),
        ("121359713184867336192", "121359713184867336192", true),
        ("1e4", "1e4", false),
    ] {
        let decimal: Decimal = read(json);
        assert_eq!((decimal.as_str(), decimal.is_number()), (text, is_number));
        assert_eq!(
            written(&decimal),
            format!("{text:?}"),
            "it travels as a text"
        );
    }
    assert!(serde_json::from_str::<Decimal>("true").is_err());
    for text in ["0", "+5", "-12.50", "00.10"] {
        assert_eq!(text.parse::<Decimal>().unwrap().to_string(), text);
    }
    for text in ["", "-", "5.", ".5", "1,5", "1e4", " 5", "1_000", "NaN"] {
        assert!(text.parse::<Decimal>().is_err(), "{text}");
    }
    assert_eq!(Decimal::from(5_u8), "5".parse().unwrap());
    assert_ne!(Decimal::from("12.50"), Decimal::from("12.5"));
    assert_eq!(Decimal::from(read::<Number>("150.50")).as_str(), "150.50");
}

#[cfg(feature = "rust_decimal")]
#[test]
fn numbers_and_decimals_are_decimals_if_they_are_exactly() {
    for (json, decimal) in [
        ("150.50", Some("150.50")),
        ("-0.1", Some("-0.1")),
        (r#"" 15000 ""#, Some("15000")),
        ("1.5e4", Some("15000")),
        ("-1.5E-3", Some("-0.0015")),
        ("15e-3", Some("0.015")),
        ("0.0e99", None),
        (
            "79228162514264337593543950335",
            Some("79228162514264337593543950335"),
        ),
        ("79228162514264337593543950336", None),
        ("0.12345678901234567890123456789", None),
        ("1e400", None),
        (r#""1_000""#, None),
        (r#""much""#, None),
        (r#""""#, None),
    ] {
        let number = read::<Number>(json).to_decimal();
        assert_eq!(
            number.map(|decimal| decimal.to_string()).as_deref(),
            decimal,
            "{json}"
        );
        let of_text = read::<Decimal>(json).to_decimal();
        assert_eq!(of_text, number, "{json}");
    }
    let decimal: rust_decimal::Decimal = "-150.50".parse().unwrap();
    assert_eq!(written(&Number::from(decimal)), "-150.50");
    assert_eq!(written(&Decimal::from(decimal)), r#""-150.50""#);
    assert_eq!(Number::from(decimal).to_decimal(), Some(decimal));
}

fn tree(depth: usize) -> String {
    let mut json = String::new();
    for _ in 0..depth {
        json.push_str(r#"{"id":"a","children":["#);
    }
    json.push_str(r#"{"id":"leaf"}"#);
    json.push_str(&"]}".repeat(depth));
    json
}

fn chain(depth: usize) -> String {
    format!(
        "{}{{}}{}",
        r#"{"id":"a","parent":"#.repeat(depth),
        "}".repeat(depth)
    )
}

fn depth(node: &Node) -> usize {
    let below = node.children.iter().chain(node.parent.as_deref());
    below.map(depth).max().map_or(0, |below| below + 1)
}

#[test]
fn a_tree_is_read_as_deep_as_there_is_room_and_kept_below() {
    let small = std::thread::Builder::new().stack_size(512 * 1024);
    let test = || {
        for (json, read_to) in [
            (tree(10), 10),
            (tree(49), 49),
            (tree(10_000), 49),
            (chain(90), 90),
            (chain(10_000), 99),
        ] {
            let node: Node = read(&json);
            assert_eq!(depth(&node), read_to);
            assert!(written(&node) == json);
        }
        // One that is deep costs no other.
        let json = format!(r#"{{"children":[{},{{"id":"b"}}]}}"#, tree(10_000));
        let node: Node = read(&json);
        assert_eq!(node.children[1].id.as_deref(), Some("b"));
        assert!(written(&node) == json);
        // Nor does one that came before.
        assert_eq!(depth(&read(&tree(49))), 49);
        // Broken JSON leaves nothing behind either.
        assert!(serde_json::from_str::<Node>(&"{\"children\":[".repeat(60)).is_err());
        assert_eq!(depth(&read(&tree(49))), 49);
    };
    small.spawn(test).unwrap().join().unwrap();
}

/// As codegen writes it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schemars", derive(schemars::JsonSchema))]
#[non_exhaustive]
pub struct Upsert {
    /// A note; `null` clears it.
    #[serde(
        default,
        deserialize_with = "nullable::deserialize",
        skip_serializing_if = "Option::is_none"
    )]
    pub memo: Option<Option<String>>,
}

impl Upsert {
    #[must_use]
    pub fn memo(mut self, memo: impl Into<String>) -> Self {
        self.memo = Some(Some(memo.into()));
        self
    }

    #[must_use]
    pub fn clear_memo(mut self) -> Self {
        self.memo = Some(None);
        self
    }
}

#[test]
fn a_field_can_be_left_out_cleared_and_set() {
    for (upsert, json) in [
        (Upsert::default(), "{}"),
        (Upsert::default().clear_memo(), r#"{"memo":null}"#),
        (Upsert::default().memo("a"), r#"{"memo":"a"}"#),
    ] {
        assert_eq!(written(&upsert), json);
        assert_eq!(read::<Upsert>(json), upsert);
    }
    assert!(serde_json::from_str::<Upsert>(r#"{"memo":5}"#).is_err());
}

#[cfg(feature = "schemars")]
#[test]
fn a_field_that_can_be_cleared_has_the_schema_of_one_that_can_be_null() {
    let schema = schemars::schema_for!(Upsert).to_value();
    assert_eq!(
        schema["properties"]["memo"]["type"],
        serde_json::json!(["string", "null"])
    );
    assert_eq!(schema["required"], JsonValue::Null);
}
