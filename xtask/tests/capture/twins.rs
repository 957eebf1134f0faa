//! Markdown twins of pages.

use xtask::capture::input::openapi;
use xtask::capture::input::twin;

use crate::{input, pin};

#[test]
fn a_twin_says_what_the_whole_document_does() {
    let twin = twin::read("query-shelves.md", &input("twin/query-shelves.md"));
    let twin = twin.unwrap_or_else(|faults| panic!("{faults}"));
    let whole = openapi::read("shelves-3.0.yaml", &input("openapi/shelves-3.0.yaml")).unwrap();
    let whole = whole
        .iter()
        .find(|operation| operation.title == "Query shelves")
        .unwrap();
    assert_eq!(twin.document, whole.document);
    assert_eq!((&twin.section, &twin.page), (&whole.section, &whole.page));
    assert_eq!(twin.address, None);
}

#[test]
fn a_twin_may_say_where_its_page_stands_and_what_it_is_called() {
    let source = "# source: https://docs.tight.com/api-reference/shelves/find-shelves.md\n";
    let text = source.to_owned()
        + &input("twin/query-shelves.md").replace("# Query shelves", "# Find  shelves");
    let twin = twin::read("find-shelves.md", &text).unwrap_or_else(|faults| panic!("{faults}"));
    let address = "https://docs.tight.com/api-reference/shelves/find-shelves";
    assert_eq!(twin.address.as_deref(), Some(address));
    assert_eq!(
        (twin.page.as_str(), twin.title.as_str()),
        ("find-shelves", "Find shelves")
    );
    let operation = &twin.document["paths"]["/v6/shelves/query"]["post"];
    assert_eq!(operation["summary"], "Find shelves");
    assert_eq!(operation["externalDocs"]["url"], address);
}

/// Ways to break a twin, and what is told of each.
#[test]
fn what_is_wrong_with_a_twin_is_told() {
    let whole = input("twin/query-shelves.md");
    let twice = whole.replace("Built with", &whole);
    let broken = [
        (
            "cut off within the document",
            whole
                .split_at(whole.find("components:").unwrap())
                .0
                .to_owned(),
        ),
        (
            "without its document",
            whole.replace("openapi: 3.0.1\n", ""),
        ),
        ("with two documents", twice),
        (
            "of another operation",
            whole.replace("post /v6/shelves/query\n", "get /v6/shelves\n"),
        ),
        (
            "without its schemas",
            whole.replace("  schemas:\n", "  examples:\n"),
        ),
        (
            "with a broken line",
            whole.replace(
                "      operationId: queryShelves",
                "     operationId: queryShelves",
            ),
        ),
    ];
    let mut told = String::new();
    for (how, text) in broken {
        assert_ne!(text, whole, "{how}");
        let faults = twin::read("query-shelves.md", &text).expect_err(how);
        told.push_str(&format!("=== {how}\n{faults}\n\n"));
    }
    pin("twins", "broken", told);
}
