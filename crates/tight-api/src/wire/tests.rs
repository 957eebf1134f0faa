//! Objects that answers carry, with everything that a server may make of them.

#![allow(unreachable_pub, reason = "the macros make public types")]

use proptest::prelude::*;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::{JsonObject, Number, Secret, Timestamp, UnknownFields, open_enum, received};
use crate::types::{AccessToken, ApiError, Author, File, Message};

open_enum! {
    /// A colour.
    pub enum Colour {
        /// `red`
        Red = "red",
    }
}

/// All that a field can hold.
#[derive(Clone, Debug, Default, PartialEq)]
struct Everything {
    text: Option<String>,
    flag: Option<bool>,
    number: Option<Number>,
    time: Option<Timestamp>,
    secret: Option<Secret>,
    colour: Option<Colour>,
    free: Option<JsonObject>,
    author: Option<Author>,
    texts: Vec<String>,
    authors: Vec<Author>,
    unknown_fields: UnknownFields,
}

received!(Everything {
    "text" => text,
    "flag" => flag,
    "number" => number,
    "time" => time,
    "secret" => secret,
    "colour" => colour,
    "free" => free,
    "author" => author,
    "texts" => texts,
    "authors" => authors,
});

fn read<T: DeserializeOwned>(json: &str) -> T {
    serde_json::from_str(json).unwrap_or_else(|error| panic!("{json}: {error}"))
}

fn written<T: DeserializeOwned + serde::Serialize>(json: &str) -> String {
    serde_json::to_string(&read::<T>(json)).unwrap()
}

fn error<T: DeserializeOwned>(json: &str) -> String {
    serde_json::from_str::<T>(json).err().unwrap().to_string()
}

/// A value that fits each field.
const FITTING: &[(&str, &str)] = &[
    ("text", r#""a\"b""#),
    ("flag", "true"),
    ("number", "150.50"),
    ("time", r#""2023-11-07T05:31:56Z""#),
    ("secret", r#""s""#),
    ("colour", r#""red""#),
    ("free", r#"{"a":[1,null]}"#),
    ("author", r#"{"userId":"u","x":{"y":1.0}}"#),
    ("texts", r#"["a","b"]"#),
    ("authors", r#"[{"email":"e"}]"#),
];

/// One value of each form, exactly as it should come back. `free` alone keeps its numbers as `serde_json` does.
const FORMS: &[&str] = &[
    "5",
    "-0",
    "150.50",
    "1e400",
    "121359713184867336192",
    "true",
    r#""text""#,
    r#""\ud800""#,
    "[]",
    r#"[{"a":150.50},null,1e400]"#,
    "{}",
    r#"{"b":150.50,"a":[1,[2.0]],"b c":"\u0061"}"#,
];

/// In place of a list or an object, a number is read as a float before it is known not to be one.
const NOT_EXACT_FOR_COMPOUNDS: &[&str] = &[
    "-0",
    "150.50",
    "1e400",
    "121359713184867336192",
    r#""\ud800""#,
];

#[test]
fn what_fits_is_read_and_written_as_it_was() {
    let fields: Vec<_> = FITTING
        .iter()
        .map(|(name, json)| format!("{name:?}:{json}"))
        .collect();
    let json = format!("{{{}}}", fields.join(","));
    let everything: Everything = read(&json);
    assert!(everything.unknown_fields.is_empty());
    assert_eq!(everything.text.as_deref(), Some("a\"b"));
    assert_eq!(serde_json::to_string(&everything).unwrap(), json);
}

#[test]
fn a_value_that_does_not_fit_costs_nothing_and_is_kept_as_it_was() {
    for (name, _) in FITTING {
        for form in FORMS {
            let takes_compounds = ["author", "texts", "authors"].contains(name);
            if takes_compounds && NOT_EXACT_FOR_COMPOUNDS.contains(form) {
                continue;
            }
            // Items that do not fit a list are tested below.
            if ["texts", "authors"].contains(name) && form.starts_with("[{") {
                continue;
            }
            let json = format!(r#"{{"{name}":{form},"new":1.50,"flag":false}}"#);
            let everything: Everything = read(&json);
            assert_eq!(everything.unknown_fields.get("new"), Some("1.50"));
            assert_eq!(everything.flag, Some(false), "{json}");
            if *name == "flag" {
                assert_eq!(
                    everything.unknown_fields.get("flag"),
                    None,
                    "the last one counts"
                );
                continue;
            }
            let written = serde_json::to_string(&everything).unwrap();
            match everything.unknown_fields.get(name) {
                Some(kept) => {
                    assert_eq!(kept, *form, "{name}");
                    let expected = format!(r#"{{"flag":false,"{name}":{form},"new":1.50}}"#);
                    assert_eq!(written, expected);
                }
                // It fits after all, or is an empty list.
                None => {
                    let is_as_it_was =
                        |form: &str| written.contains(&format!(r#""{name}":{form}"#));
                    let is_of_serde_json = *name == "free" || *form == "[]";
                    let is_text_now = *name == "time" && is_as_it_was(&format!("{form:?}"));
                    let is_whole_now = form.contains("ud800") && is_as_it_was("\"\u{fffd}\"");
                    assert!(
                        is_of_serde_json || is_text_now || is_whole_now || is_as_it_was(form),
                        "{json} became {written}"
                    );
                }
            }
        }
    }
}

#[test]
fn a_number_in_place_of_a_list_or_an_object_costs_nothing() {
    for json in [
        r#"{"id":"m","author":150.5}"#,
        r#"{"id":"m","reactions":150.5}"#,
    ] {
        assert_eq!(written::<Message>(json), json);
    }
    let big = read::<Message>(r#"{"author":121359713184867336192}"#);
    let kept: f64 = big.unknown_fields.read("author").unwrap().unwrap();
    assert_eq!(kept, 121_359_713_184_867_336_192.0);
}

#[test]
fn the_documented_types_keep_what_they_cannot_hold() {
    for json in [
        r#"{"id":{"of":1}}"#,
        r#"{"text":5}"#,
        r#"{"author":"Anna"}"#,
        r#"{"status":5}"#,
        r#"{"reactions":"x"}"#,
        r#"{"reactions":{"a":1}}"#,
        r#"{"createdDateTime":{"seconds":1}}"#,
    ] {
        let message: Message = read(json);
        assert_eq!(message.unknown_fields.len(), 1, "{json}");
        assert_eq!(
            Message {
                unknown_fields: UnknownFields::default(),
                ..message.clone()
            },
            Message::default()
        );
        assert_eq!(serde_json::to_string(&message).unwrap(), json);
    }
    assert_eq!(
        written::<ApiError>(r#"{"param":["text"]}"#),
        r#"{"param":["text"]}"#
    );
    assert_eq!(
        written::<File>(r#"{"amount":[1],"date":[2024]}"#),
        r#"{"amount":[1],"date":[2024]}"#
    );
}

#[test]
fn a_secret_that_is_none_shows_by_its_name_alone() {
    let token: AccessToken = read(
        r#"{"access_token":"hidden","refresh_token":7654321,"scope":["hidden"],"other":"hidden"}"#,
    );
    let shown = format!("{token:?}");
    assert!(
        !shown.contains("hidden") && !shown.contains("7654321"),
        "{shown}"
    );
    assert!(
        shown.contains(r#"{"refresh_token", "scope", "other"}"#),
        "{shown}"
    );
    assert_eq!(token.unknown_fields.get("refresh_token"), Some("7654321"));
}

#[test]
fn unknown_fields_come_back_byte_for_byte_and_in_order() {
    let json = r#"{"id":"m","x":121359713184867336192,"y":150.50,"a\nb":{"z":[ 1e-7 , "\u0061" ]},"b":null}"#;
    assert_eq!(written::<Message>(json), json);
    let message: Message = read(json);
    assert_eq!(message.unknown_fields.len(), 4);
    assert_eq!(
        message.unknown_fields.get("a\nb"),
        Some(r#"{"z":[ 1e-7 , "\u0061" ]}"#)
    );
    assert_eq!(
        message.unknown_fields.read::<f64>("y").unwrap().unwrap(),
        150.5
    );
    assert!(message.unknown_fields.read::<bool>("y").unwrap().is_err());
    assert!(message.unknown_fields.read::<bool>("z").is_none());
    assert_eq!(size_of::<UnknownFields>(), size_of::<usize>());
}

#[test]
fn of_several_values_the_last_one_counts() {
    for (json, expected) in [
        (r#"{"text":"a","text":"b"}"#, r#"{"text":"b"}"#),
        (r#"{"text":"a","text":5}"#, r#"{"text":5}"#),
        (r#"{"text":5,"text":"a"}"#, r#"{"text":"a"}"#),
        (r#"{"text":5,"text":6}"#, r#"{"text":6}"#),
        (r#"{"text":5,"text":null}"#, "{}"),
        (r#"{"x":1,"y":2,"x":3}"#, r#"{"y":2,"x":3}"#),
        (r#"{"reactions":[{"x":1}],"reactions":[]}"#, "{}"),
    ] {
        assert_eq!(written::<Message>(json), expected, "{json}");
    }
}

#[test]
fn a_field_that_is_set_is_written_in_place_of_what_did_not_fit_it() {
    let mut message: Message = read(r#"{"text":5,"x":1}"#);
    message.text = Some("five".to_owned());
    assert_eq!(
        serde_json::to_string(&message).unwrap(),
        r#"{"text":"five","x":1}"#
    );
}

#[test]
fn null_is_absence() {
    let json = r#"{"id":null,"author":null,"reactions":null,"attachments":[null,{"id":"a"},null],"createdDateTime":null}"#;
    assert_eq!(written::<Message>(json), r#"{"attachments":[{"id":"a"}]}"#);
    assert!(read::<Option<Message>>("null").is_none());
}

#[test]
fn an_item_of_a_list_that_does_not_fit_costs_no_other_and_is_kept() {
    let json = r#"{"texts":["a",150.50,null,"b",{"c":1}],"new":1}"#;
    let mut everything: Everything = read(json);
    assert_eq!(everything.texts, ["a", "b"]);
    assert_eq!(
        everything.unknown_fields.get("texts"),
        Some(r#"["a",150.50,null,"b",{"c":1}]"#)
    );
    assert_eq!(written::<Everything>(json), json);
    // What is set since is written in its place.
    everything.texts.push("d".to_owned());
    assert_eq!(
        serde_json::to_string(&everything).unwrap(),
        r#"{"texts":["a","b","d"],"new":1}"#
    );
    for json in [
        r#"{"authors":[5]}"#,
        r#"{"authors":[[],{"email":"a"}]}"#,
        r#"{"texts":[{}]}"#,
        r#"{"texts":[true,"a"]}"#,
    ] {
        assert_eq!(written::<Everything>(json), json);
    }
}

#[test]
fn what_is_no_object_is_none() {
    for (json, expected) in [
        ("[]", "invalid type: sequence, expected an object"),
        (
            r#"["msg_1","con_1"]"#,
            "invalid type: sequence, expected an object",
        ),
        (r#""x""#, r#"invalid type: string "x", expected an object"#),
        (
            "1.5",
            "invalid type: floating point `1.5`, expected an object",
        ),
        ("null", "invalid type: null, expected an object"),
        (r#"{"id":"a""#, "EOF while parsing an object"),
        (r#"{"id":tru}"#, "expected"),
    ] {
        let error = error::<Message>(json);
        assert!(error.starts_with(expected), "{error}");
    }
}

const SURPRISES: &str = r#"{
    "text": 5, "flag": "no", "number": "15000", "time": 16, "secret": 7, "colour": "green", "free": {"a": 1.5},
    "author": ["Anna"], "texts": ["a", null], "authors": [{"userId": 1.5, "email": "e"}], "new": {"b": [1.5, null]}
}"#;

#[test]
fn a_reader_and_a_value_are_read_alike() {
    let everything: Everything = read(SURPRISES);
    assert_eq!(everything.texts, ["a"]);
    assert_eq!(
        everything.authors[0].unknown_fields.get("userId"),
        Some("1.5")
    );
    let from_reader: Everything = serde_json::from_reader(SURPRISES.as_bytes()).unwrap();
    assert_eq!(from_reader, everything);
    let value: Value = read(SURPRISES);
    for from_value in [
        serde_json::from_value::<Everything>(value.clone()).unwrap(),
        Everything::deserialize(&value).unwrap(),
    ] {
        // Of JSON, there are only the values left, so whitespace is not.
        assert_eq!(
            serde_json::to_value(&from_value).unwrap(),
            serde_json::to_value(&everything).unwrap()
        );
        assert_eq!(
            from_value.unknown_fields.get("new"),
            Some(r#"{"b":[1.5,null]}"#)
        );
    }
}

/// serde buffers what it has to read twice, and shows it with a deserializer of its own.
#[test]
fn what_serde_has_buffered_is_read_alike() {
    #[derive(Deserialize)]
    struct Outer {
        #[serde(flatten)]
        everything: Everything,
    }
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Either {
        Everything(Box<Everything>),
    }
    let everything = serde_json::to_value(read::<Everything>(SURPRISES)).unwrap();
    let outer: Outer = read(SURPRISES);
    let Either::Everything(either) = read(SURPRISES);
    assert_eq!(serde_json::to_value(&outer.everything).unwrap(), everything);
    assert_eq!(serde_json::to_value(&either).unwrap(), everything);
}

#[test]
fn any_depth_is_kept() {
    let deep = format!("{}{}", "[".repeat(500), "]".repeat(500));
    let json = format!(r#"{{"new":{deep},"text":{deep}}}"#);
    assert_eq!(written::<Message>(&json), json);
}

/// Any JSON.
fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        (-1e9..1e9).prop_map(Value::from),
        ".{0,6}".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            any_object(inner),
        ]
    })
}

/// An object with names that are documented and others.
fn any_object(value: impl Strategy<Value = Value>) -> impl Strategy<Value = Value> {
    const NAMES: &[&str] = &[
        "id",
        "author",
        "text",
        "status",
        "createdDateTime",
        "reactions",
        "attachments",
        "emojiCode",
        "authorInfo",
        "email",
        "fileSize",
        "new",
        "",
        "a.b",
    ];
    prop::collection::vec((prop::sample::select(NAMES), value), 0..6).prop_map(|fields| {
        fields
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value))
            .collect()
    })
}

/// What an object has to say: without `null` and empty lists in documented fields, and without items that are `null`.
fn said(value: &Value, documented: &[(&str, Fields)]) -> Value {
    let fields = value.as_object().into_iter().flatten();
    let said = fields.filter_map(|(name, value)| {
        let known = documented.iter().find(|(known, _)| known == name);
        let value = match known {
            Some((_, Fields::List(inner))) if value.is_array() => {
                let items = value
                    .as_array()
                    .into_iter()
                    .flatten()
                    .filter(|item| !item.is_null());
                let items: Vec<_> = items.map(|item| said(item, inner)).collect();
                return Some(items)
                    .filter(|items| !items.is_empty())
                    .map(|items| (name.clone(), items.into()));
            }
            Some((_, Fields::Object(inner))) if value.is_object() => said(value, inner),
            Some((_, Fields::Time)) if value.is_number() => value.to_string().into(),
            Some(_) if value.is_null() => return None,
            _ => value.clone(),
        };
        Some((name.clone(), value))
    });
    said.collect()
}

enum Fields {
    Scalar,
    Time,
    Object(&'static [(&'static str, Fields)]),
    List(&'static [(&'static str, Fields)]),
}

const AUTHOR: &[(&str, Fields)] = &[("userId", Fields::Scalar), ("email", Fields::Scalar)];
const REACTION: &[(&str, Fields)] = &[
    ("emojiCode", Fields::Scalar),
    ("authorInfo", Fields::List(AUTHOR)),
];
const ATTACHMENT: &[(&str, Fields)] = &[
    ("id", Fields::Scalar),
    ("url", Fields::Scalar),
    ("fileName", Fields::Scalar),
    ("fileSize", Fields::Scalar),
    ("createdDateTime", Fields::Time),
    ("iconUrl", Fields::Scalar),
];
const MESSAGE: &[(&str, Fields)] = &[
    ("id", Fields::Scalar),
    ("conversationId", Fields::Scalar),
    ("author", Fields::Object(AUTHOR)),
    ("text", Fields::Scalar),
    ("status", Fields::Scalar),
    ("createdDateTime", Fields::Time),
    ("lastUpdatedDateTime", Fields::Time),
    ("reactions", Fields::List(REACTION)),
    ("attachments", Fields::List(ATTACHMENT)),
];

/// Whether a list of objects in a documented place holds something else.
fn has_unfit_item(value: &Value, documented: &[(&str, Fields)]) -> bool {
    documented
        .iter()
        .any(|(name, fields)| match (fields, &value[*name]) {
            (Fields::List(inner), Value::Array(items)) => items
                .iter()
                .any(|item| !item.is_null() && (!item.is_object() || has_unfit_item(item, inner))),
            (Fields::Object(inner), object) => has_unfit_item(object, inner),
            _ => false,
        })
}

proptest! {
    // A test that fails leaves nothing behind.
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn nothing_of_any_object_is_lost(value in any_object(any_json())) {
        let message: Message = serde_json::from_str(&value.to_string()).unwrap();
        let written = serde_json::to_string(&message).unwrap();
        // Of a list that does not fit as a whole, what comes after the first that does not is kept as it came.
        let again: Message = serde_json::from_str(&written).unwrap();
        prop_assert_eq!(&serde_json::to_string(&again).unwrap(), &written);
        if !has_unfit_item(&value, MESSAGE) {
            let written: Value = serde_json::from_str(&written).unwrap();
            prop_assert_eq!(&written, &said(&value, MESSAGE));
            let from_value: Message = serde_json::from_value(value.clone()).unwrap();
            prop_assert_eq!(serde_json::to_value(&from_value).unwrap(), said(&value, MESSAGE));
        }
    }
}

#[test]
fn numbers_are_what_they_were() {
    for (json, whole, shown) in [
        ("15000", Some(15_000), "15000"),
        ("-1", Some(-1), "-1"),
        ("0", Some(0), "0"),
        ("-0", Some(0), "-0"),
        ("15000.0", Some(15_000), "15000.0"),
        ("1.5e4", Some(15_000), "1.5e4"),
        ("150E-1", Some(15), "150E-1"),
        ("0.0e99", Some(0), "0.0e99"),
        ("9223372036854775807", Some(i64::MAX), "9223372036854775807"),
        (
            "9223372036854775807.0",
            Some(i64::MAX),
            "9223372036854775807.0",
        ),
        (
            "-9223372036854775808",
            Some(i64::MIN),
            "-9223372036854775808",
        ),
        ("9223372036854775808", None, "9223372036854775808"),
        ("121359713184867336192", None, "121359713184867336192"),
        ("1e20", None, "1e20"),
        ("1e99999999999", None, "1e99999999999"),
        ("1e-99999999999", None, "1e-99999999999"),
        ("150.50", None, "150.50"),
        ("9007199254740993.5", None, "9007199254740993.5"),
        (r#""15000""#, Some(15_000), "15000"),
        (r#"" 15000 ""#, Some(15_000), " 15000 "),
        (r#""15000.00""#, Some(15_000), "15000.00"),
        (r#""\u0031""#, Some(1), "1"),
        (r#""1,500""#, None, "1,500"),
        (r#""much""#, None, "much"),
        (r#"".""#, None, "."),
        (r#""-""#, None, "-"),
        (r#""""#, None, ""),
    ] {
        let number: Number = read(json);
        assert_eq!(number.as_i64(), whole, "{json}");
        assert_eq!(number.to_string(), shown);
        assert_eq!(serde_json::to_string(&number).unwrap(), json);
        assert_eq!(read::<Number>(json), number);
    }
    for json in ["true", "[1]", "{}", "null"] {
        assert!(serde_json::from_str::<Number>(json).is_err(), "{json}");
    }
}

#[test]
fn numbers_are_made_of_whole_ones_and_of_texts() {
    assert_eq!(Number::from(5), 5);
    assert_eq!(Number::from(5_u64), Number::from(5_i64));
    assert_eq!(Number::from(u64::MAX).to_string(), u64::MAX.to_string());
    assert_eq!("5".parse::<Number>().unwrap(), Number::from(5));
    assert_eq!(
        "150.50".parse::<Number>().unwrap(),
        read::<Number>("150.50")
    );
    for text in ["", " 5", "5 ", "+5", "05", "1.", "NaN", "\"5\"", "[5]"] {
        assert!(text.parse::<Number>().is_err(), "{text}");
    }
    assert_eq!(read::<Number>("150.50").parse(), Some(150.5_f64));
    assert_eq!(read::<Number>(r#""150""#).parse(), Some(150_u8));
    assert_eq!(read::<Number>(r#""much""#).parse::<f64>(), None);
}

#[test]
fn a_number_is_read_from_a_value_too() {
    assert_eq!(
        serde_json::from_value::<Number>(json!(15_000)).unwrap(),
        15_000
    );
    assert_eq!(
        serde_json::from_value::<Number>(json!(150.5))
            .unwrap()
            .to_string(),
        "150.5"
    );
    assert_eq!(
        serde_json::to_value(read::<Number>("150.5")).unwrap(),
        json!(150.5)
    );
}
