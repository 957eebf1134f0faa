//! Records of pages.

use insta::assert_snapshot;
use xtask::capture::input::record;

use crate::input;
use crate::summary::{Listed, summarised};

/// In which words a record is refused.
fn refused(text: &str) -> String {
    record::read("things.yaml", text).unwrap_err().to_string()
}

/// The record of a query, with a part of it replaced.
fn with(from: &str, to: &str) -> String {
    let text = input("record/query-things.yaml");
    assert!(text.contains(from), "{from}");
    text.replace(from, to)
}

#[test]
fn a_record_says_what_its_page_shows() {
    let reading = record::read("query-things.yaml", &input("record/query-things.yaml")).unwrap();
    assert_snapshot!(summarised(&reading));
}

#[test]
fn a_record_of_a_text_that_is_cut_says_where() {
    let reading = record::read("save-shelves.yaml", &input("record/save-shelves.yaml")).unwrap();
    assert_snapshot!(summarised(&reading));
}

/// What a record says of how far the text reaches, as it is understood.
fn reach(words: &str) -> String {
    let text = with(
        "text reaches: sections (cut at filter of Body)",
        &format!("text reaches: {words}"),
    );
    format!("{:?}", record::read("things.yaml", &text).unwrap().end)
}

#[test]
fn records_say_how_far_the_text_reaches() {
    let mut all = Listed::default();
    for words in [
        "sections (whole)",
        "sections (whole, without type words)",
        "sections (cut at FAILURE of the options)",
        "sections (cut at Response)",
        "response sample whole; cut before the sections",
        "response sample whole; cut in the first section",
        "response sample (cut in cursor)",
        "response sample ends before the cursor object",
    ] {
        all.add(words, &reach(words));
    }
    assert_snapshot!(all.0);
}

#[test]
fn a_record_without_a_sample_says_nothing_to_capture() {
    let text = input("record/query-things.yaml");
    let (head, rest) = text.split_once("request sample:").unwrap();
    let (_, facts) = rest.split_once("facts:").unwrap();
    let mut all = Listed::default();
    all.add("with facts", &refused(&format!("{head}facts:{facts}")));
    all.add("without", &refused(head));
    assert_snapshot!(all.0);
}

#[test]
fn a_record_that_is_none_is_refused_with_its_line() {
    let mut all = Listed::default();
    for text in [
        "topic: pages\n",
        "- a\n- b\n",
        "operation: POST /v6/things\n\ttitle: Things\n",
        "",
    ] {
        all.add(text, &refused(text));
    }
    let price = "      price: integer = -2750\n";
    let headers = "  headers:\n    House-Version: string, default 6.0.0, deprecated\n";
    for (from, to) in [
        ("POST /v6/things/query", "things/query"),
        ("group: Things - Of the House\n", ""),
        ("notes:", "remarks:"),
        ("madeOn: date (filler)", "madeOn: day"),
        ("number = 12.5", "number = 12"),
        ("integer = -2750", "integer = -27.5"),
        ("after: string", "after: 5"),
        (price, "      label: string\n"),
        (
            "limit: integer (filler 123)",
            "limit: … (the text stops here)",
        ),
        ("  sort: {}", "  …: string"),
        ("sections (cut at filter of Body)", "as far as can be"),
        (
            "sections (cut at filter of Body)",
            "request sample (cut in filter)",
        ),
        ("bearer token, partner level (stated)", "a word at the door"),
        (headers, "  headers: one\n"),
        ("  headers:", "  doors:"),
        (
            "limit: integer<int32>, at least 1, at most 250",
            "limit: 250",
        ),
        (
            "odd shapes:\n  - sort is empty",
            "odd shapes: sort is empty",
        ),
        ("    - ACTIVE\n    - LOST\n", "    ACTIVE\n"),
    ] {
        all.add(&format!("{from} → {to}"), &refused(&with(from, to)));
    }
    assert_snapshot!(all.0);
}
