//! `cargo xtask capture` as a user runs it.

use std::io::Write;
use std::process::{Command, Output, Stdio};

use crate::support::Scratch;
use crate::{input, pin};

fn capture(scratch: &Scratch, arguments: &[&str]) -> Output {
    capture_from(scratch, arguments, "")
}

fn capture_from(scratch: &Scratch, arguments: &[&str], standard_input: &str) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_xtask"))
        .arg("capture")
        .args(arguments)
        .args(["--root", "."])
        .current_dir(scratch.path("."))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child
        .stdin
        .take()
        .unwrap()
        .write_all(standard_input.as_bytes())
        .unwrap();
    child.wait_with_output().unwrap()
}

fn said(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

fn told(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

fn given(scratch: &Scratch, inputs: &[(&str, &str)]) {
    for (name, invented) in inputs {
        scratch.write(name, &input(invented));
    }
}

const PAGE: &str = "openapi/captured/stock--shelves/query-shelves.yaml";

#[test]
fn it_writes_pages_and_says_what_became_of_them() {
    let scratch = Scratch::new();
    given(
        &scratch,
        &[
            ("given.md", "twin/query-shelves.md"),
            ("given.txt", "text/save-things.txt"),
        ],
    );
    let address = "https://docs.tight.com/api-reference/things/save-things";
    let first = capture(&scratch, &["given.txt", "--page", address]);
    assert!(first.status.success(), "{}", told(&first));
    assert!(
        scratch
            .read("openapi/captured/things/save-things.yaml")
            .starts_with(&format!("# {address}\n#\n"))
    );

    let first = capture(&scratch, &["given.md"]);
    assert!(first.status.success(), "{}", told(&first));
    assert!(
        said(&first).starts_with(&format!("new       {PAGE}\n")),
        "{}",
        said(&first)
    );
    assert!(
        said(&first).ends_with("\n1 written, 0 removed, 0 unchanged\n"),
        "{}",
        said(&first)
    );

    let again = capture(&scratch, &["given.md"]);
    assert!(
        said(&again).starts_with(&format!("unchanged {PAGE}\n")),
        "{}",
        said(&again)
    );
    let checked = capture(&scratch, &["given.md", "--check"]);
    assert!(checked.status.success());

    // What a person wrote stays, and what the input says differs.
    let ours = "      summary: Query shelves\n      description: Finds shelves.\n";
    scratch.edit(PAGE, "      summary: Query shelves\n", ours);
    scratch.edit("given.md", "maximum: 250", "maximum: 100");
    let before = scratch.files();
    let checked = capture(&scratch, &["given.md", "--check"]);
    assert_eq!(checked.status.code(), Some(1));
    pin("command", "changed", said(&checked));
    assert_eq!(scratch.files(), before, "--check wrote something");
    let changed = capture(&scratch, &["given.md"]);
    assert!(changed.status.success());
    let page = scratch.read(PAGE);
    assert!(
        page.contains("maximum: 100") && page.contains(ours),
        "{page}"
    );
}

#[test]
fn it_reads_standard_input() {
    let scratch = Scratch::new();
    let output = capture_from(&scratch, &["-"], &input("openapi/shelves-3.1.json"));
    assert!(output.status.success(), "{}", told(&output));
    assert!(
        said(&output).ends_with("\n6 written, 0 removed, 0 unchanged\n"),
        "{}",
        said(&output)
    );
    let generated = scratch.generated();
    assert_eq!(generated.operations, 7);
}

#[test]
fn it_tells_the_faults_of_all_inputs_and_writes_nothing() {
    let scratch = Scratch::new();
    given(
        &scratch,
        &[
            ("whole.md", "twin/query-shelves.md"),
            ("cut.md", "twin/query-shelves.md"),
        ],
    );
    scratch.edit("cut.md", "  schemas:\n", "  parameters:\n");
    scratch.write("letter.txt", "Dear maintainer\n");
    let before = scratch.files();
    let output = capture(&scratch, &["whole.md", "cut.md", "letter.txt"]);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(said(&output), "");
    pin("command", "faults", told(&output));
    assert_eq!(scratch.files(), before, "something was written");

    let output = capture(&scratch, &["whole.md", "whole.md", "missing.md"]);
    assert!(
        told(&output).contains("this is given twice") && told(&output).contains("missing.md"),
        "{}",
        told(&output)
    );
    assert_eq!(scratch.files(), before, "something was written");
}

#[test]
fn one_page_is_captured_from_one_input() {
    let scratch = Scratch::new();
    given(
        &scratch,
        &[
            ("a.yaml", "openapi/shelves-3.0.yaml"),
            ("b.md", "twin/query-shelves.md"),
        ],
    );
    let before = scratch.files();
    let address = "https://docs.tight.com/api-reference/shelves/query-shelves";
    for (arguments, fault) in [
        (
            &["a.yaml", "b.md"][..],
            "two of the inputs are of this page",
        ),
        (
            &["a.yaml", "--page", address],
            "one address is given, and what is captured are 6 pages",
        ),
        (
            &["b.md", "--page", "query-shelves"],
            "`query-shelves` is not the address of a page",
        ),
    ] {
        let output = capture(&scratch, arguments);
        assert_eq!(output.status.code(), Some(1));
        assert!(told(&output).starts_with(fault), "{}", told(&output));
    }
    assert_eq!(scratch.files(), before, "something was written");
}

/// A page was captured from its samples, and named by a person; now its document is at hand.
#[test]
fn a_page_keeps_its_names_when_its_document_comes_to_hand() {
    let scratch = Scratch::new();
    given(&scratch, &[("given.md", "twin/query-shelves.md")]);
    let output = capture(&scratch, &["given.md"]);
    assert!(output.status.success(), "{}", told(&output));
    for (exact, chosen) in [
        ("PaginatedResponseShelfGetDto", "ShelfPage"),
        ("QueryShelfDtoSortDirection", "SortDirection"),
        ("ShelfGetDto", "Shelf"),
        ("queryShelves", "findShelves"),
    ] {
        let page = scratch.read(PAGE).replace(exact, chosen);
        scratch.write(PAGE, &page);
    }
    scratch.write(
        "openapi/names.yaml",
        "schemas:\n  QueryShelfDto: ShelfQuery\n",
    );
    let page = scratch.read(PAGE);
    let output = capture(&scratch, &["given.md"]);
    assert!(output.status.success(), "{}", told(&output));
    // Only the name that stands in names.yaml is new.
    assert_eq!(
        scratch.read(PAGE),
        page.replace("schemas/QueryShelfDto'", "schemas/ShelfQuery'")
            .replace("    QueryShelfDto:", "    ShelfQuery:")
    );
}

/// The document does not say where its page stands, and the page that has the operation does.
#[test]
fn an_operation_stays_on_its_page() {
    let scratch = Scratch::new();
    given(&scratch, &[("given.md", "twin/query-shelves.md")]);
    assert!(capture(&scratch, &["given.md"]).status.success());
    let derived = "https://docs.tight.com/api-reference/stock--shelves/query-shelves";
    let address = "https://docs.tight.com/api-reference/shelves/find";
    let page = scratch.read(PAGE).replace(derived, address);
    let place = "openapi/captured/shelves/find.yaml";
    scratch.write(place, &page);
    scratch.remove(PAGE);
    let output = capture(&scratch, &["given.md"]);
    assert!(
        said(&output).starts_with(&format!("unchanged {place}\n")),
        "{}{}",
        said(&output),
        told(&output)
    );
}

#[test]
fn two_pages_do_not_write_one_sample() {
    let scratch = Scratch::new();
    given(
        &scratch,
        &[
            ("save.txt", "text/save-things.txt"),
            ("put.txt", "text/save-things.txt"),
        ],
    );
    for (file, title) in [("save.txt", "Save things"), ("put.txt", "Save things!")] {
        let source = format!(
            "https://docs.tight.com/api-reference/things/{}\n",
            file.trim_end_matches(".txt")
        );
        scratch.edit(file, "Save things", title);
        let text = source + &scratch.read(file);
        scratch.write(file, &text);
    }
    let before = scratch.files();
    let output = capture(&scratch, &["save.txt", "put.txt"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(
        told(&output).contains("two of the pages would have this sample"),
        "{}",
        told(&output)
    );
    assert_eq!(scratch.files(), before);
}
