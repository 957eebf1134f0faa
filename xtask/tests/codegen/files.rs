//! The files of a checkout: what codegen reads, what it writes, and what it finds stale.

use std::collections::BTreeMap;

use xtask::document::EVERYWHERE;
use xtask::files::{Plan, leftovers};
use xtask::layout::{Checkout, EFFECTIVE, SANDBOX, SDK, SDK_TESTS};

use crate::support::{PAGE, Scratch};

fn faults(scratch: &Scratch) -> String {
    match scratch.generate() {
        Ok(_) => panic!("the fault was not noticed"),
        Err(faults) => faults.to_string(),
    }
}

#[test]
fn two_runs_write_the_same() {
    let (one, other) = (Scratch::new(), Scratch::new());
    one.codegen();
    other.codegen();
    assert_eq!(one.files(), other.files());
    assert_eq!(one.stale(), "");
}

#[test]
fn a_new_field_changes_the_models_and_the_documents_and_nothing_else() {
    let scratch = Scratch::new();
    scratch.codegen();
    let before: BTreeMap<_, _> = scratch.files().into_iter().collect();
    let text = "        text:\n          type: string\n";
    scratch.edit(
        PAGE,
        text,
        &format!("{text}        pinned:\n          type: boolean\n"),
    );
    scratch.codegen();
    let after = scratch.files().into_iter();
    let changed = after.filter(|(path, text)| before.get(path) != Some(text));
    let changed: Vec<_> = changed.map(|(path, _)| path).collect();
    let models = format!("{SDK}/notes/models.rs");
    let (schemas, sandbox) = (
        format!("{SDK_TESTS}/type_schemas.rs"),
        format!("{SANDBOX}/tight-v6.json"),
    );
    assert_eq!(changed, [&models, &schemas, &sandbox, PAGE, EFFECTIVE]);
}

#[test]
fn a_file_that_was_touched_by_hand_is_stale() {
    let scratch = Scratch::new();
    let written = scratch.codegen().written;
    assert!(written.len() > 5, "{written:?}");
    for path in written {
        let text = scratch.read(&path);
        scratch.write(&path, &(text.clone() + "// by hand\n"));
        let diff = scratch.stale();
        assert!(
            diff.contains(&format!("--- a/{path}\n")) && diff.contains("-// by hand\n"),
            "{diff}"
        );
        scratch.write(&path, &text);
    }
}

#[test]
fn a_file_that_is_missing_or_left_over_is_stale() {
    let scratch = Scratch::new();
    scratch.codegen();
    let missing = format!("{SDK}/notes/models.rs");
    let left_over = format!("{SDK}/memos/models.rs");
    scratch.write(&left_over, "// from an earlier specification\n");
    scratch.remove(&missing);
    let diff = scratch.stale();
    assert!(
        diff.contains(&format!("--- /dev/null\n+++ b/{missing}\n")),
        "{diff}"
    );
    assert!(
        diff.contains(&format!("--- a/{left_over}\n+++ /dev/null\n")),
        "{diff}"
    );

    let written = scratch.codegen();
    assert_eq!(
        (written.written, written.removed),
        (vec![missing], vec![left_over])
    );
    assert_eq!(scratch.stale(), "");
}

#[test]
fn the_committed_files_are_up_to_date() {
    let checkout = Checkout::own();
    let generated =
        xtask::commands::generate(&checkout).unwrap_or_else(|faults| panic!("{faults}"));
    let leftovers = leftovers(&checkout, &generated.files).unwrap();
    let plan = Plan::new(&checkout, &generated.files, &leftovers).unwrap();
    assert!(plan.is_empty(), "{}", plan.diff());
}

#[test]
fn no_page_at_all() {
    let scratch = Scratch::new();
    scratch.remove(PAGE);
    insta::assert_snapshot!(faults(&scratch), @r#"
    there is no captured page
      file: openapi/captured
      help: write one OpenAPI 3.0 document for each documentation page into this folder, as a .yaml file

    the target `$.components.schemas.ApiErrorType` matches nothing
      file: openapi/overlay/everywhere.yaml:21
      at:   /actions/2/target
      help: the captured pages have changed: fix the target, or drop the action

    the target `$.components.schemas.Note` matches nothing
      file: openapi/overlay/notes.yaml:6
      at:   /actions/0/target
      help: the captured pages have changed: fix the target, or drop the action
    "#);
}

#[test]
fn no_overlay() {
    let scratch = Scratch::new();
    scratch.remove(EVERYWHERE);
    scratch.remove("openapi/overlay/notes.yaml");
    insta::assert_snapshot!(faults(&scratch), @r#"
    nothing declares what the API's own list of servers is
      file: openapi/captured/notes/get-note.yaml:6
      at:   /servers
      help: declare it in openapi/overlay/everywhere.yaml; what a page states itself applies to its own operations only
      an action that fixes it:
        - target: $
          description: "inferred: …"
          update:
            servers:
            - url: https://sandbox.tight.com

    nothing declares what the API's own security is
      file: openapi/captured/notes/get-note.yaml:8
      at:   /security
      help: declare it in openapi/overlay/everywhere.yaml; what a page states itself applies to its own operations only
      an action that fixes it:
        - target: $
          description: "inferred: …"
          update:
            security:
            - bearerToken: []

    the SDK does not support the operation's security
      file: openapi/captured/notes/get-note.yaml:12
      at:   /paths/~1v6~1notes~1{id}/get
      help: demand one scheme, of type `http` with the scheme `bearer` or `basic`, or none with `security: []`

    `ApiError` does not have the form that the SDK's runtime expects
      file: openapi/captured/notes/get-note.yaml:58
      at:   /components/schemas/ApiError
      help: it needs an enum `ResultStatus` with SUCCESS and FAILURE, and an object `ApiError` with an enum `type` and the strings `message` and `param`; if the API has changed, crates/tight-api/src/runtime has to

    `ApiErrorType` is a named string without known values
      file: openapi/captured/notes/get-note.yaml:68
      at:   /components/schemas/ApiErrorType
      help: list the values it is known to have as its `enum` (in the overlay, if the page does not)

    the effective document has no title
      file: openapi/overlay/everywhere.yaml
      at:   /info
      help: those of the pages do not count for the API: add it to the overlay
      an action that fixes it:
        - target: $.info
          description: "inferred: …"
          update:
            title: The name of the API

    the effective document has no version
      file: openapi/overlay/everywhere.yaml
      at:   /info
      help: those of the pages do not count for the API: add it to the overlay
      an action that fixes it:
        - target: $.info
          description: "inferred: …"
          update:
            version: 1.0.0
    "#);
}

#[test]
fn an_overlay_that_is_none() {
    let scratch = Scratch::new();
    scratch.edit("openapi/overlay/notes.yaml", "actions:", "measures:");
    insta::assert_snapshot!(faults(&scratch), @r#"
    the overlay has no list of actions
      file: openapi/overlay/notes.yaml:1
      at:   the document's root
      help: write them under `actions`

    an overlay has no `measures`
      file: openapi/overlay/notes.yaml:5
      at:   /measures
      help: an overlay has `overlay`, `info` and `actions`
    "#);
}

#[test]
fn files_that_are_not_read() {
    let scratch = Scratch::new();
    for name in [
        "page.YAML",
        "page.yml",
        "page.json",
        "page.yaml~",
        ".page.yaml",
        "notes.txt",
        "page",
    ] {
        scratch.write(
            &format!("openapi/captured/things/{name}"),
            "openapi: 3.0.3\n",
        );
    }
    scratch.write("openapi/overlay/things.YML", "overlay: 1.0.0\n");
    insta::assert_snapshot!(faults(&scratch), @r#"
    only files that end in `.yaml` are read here
      file: openapi/captured/things/.page.yaml
      help: remove it, or rename it to end in `.yaml`

    only files that end in `.yaml` are read here
      file: openapi/captured/things/notes.txt
      help: remove it, or rename it to end in `.yaml`

    only files that end in `.yaml` are read here
      file: openapi/captured/things/page
      help: remove it, or rename it to end in `.yaml`

    only files that end in `.yaml` are read here
      file: openapi/captured/things/page.YAML
      help: write it as YAML into a file that ends in `.yaml`

    only files that end in `.yaml` are read here
      file: openapi/captured/things/page.json
      help: write it as YAML into a file that ends in `.yaml`

    only files that end in `.yaml` are read here
      file: openapi/captured/things/page.yaml~
      help: remove it, or rename it to end in `.yaml`

    only files that end in `.yaml` are read here
      file: openapi/captured/things/page.yml
      help: write it as YAML into a file that ends in `.yaml`

    only files that end in `.yaml` are read here
      file: openapi/overlay/things.YML
      help: write it as YAML into a file that ends in `.yaml`
    "#);
}

#[test]
fn a_page_in_a_folder_of_a_folder_is_read() {
    let scratch = Scratch::new();
    let page = scratch.read(PAGE);
    scratch.remove(PAGE);
    scratch.write("openapi/captured/a/b/get-note.yaml", &page);
    assert_eq!(scratch.generated().operations, 1);
}

#[test]
fn a_page_with_the_line_endings_of_another_system() {
    let scratch = Scratch::new();
    let before = scratch.generated().files;
    scratch.write(PAGE, &scratch.read(PAGE).replace('\n', "\r\n"));
    assert_eq!(scratch.generated().files, before);
}

#[test]
fn a_page_that_is_not_utf_8() {
    let scratch = Scratch::new();
    let mut bytes = scratch.read(PAGE).into_bytes();
    bytes.extend(b"# caf\xe9\n");
    std::fs::write(scratch.path(PAGE), bytes).unwrap();
    insta::assert_snapshot!(faults(&scratch), @r#"
    the file is not UTF-8
      file: openapi/captured/notes/get-note.yaml
      help: save it as UTF-8

    the target `$.components.schemas.ApiErrorType` matches nothing
      file: openapi/overlay/everywhere.yaml:21
      at:   /actions/2/target
      help: the captured pages have changed: fix the target, or drop the action

    the target `$.components.schemas.Note` matches nothing
      file: openapi/overlay/notes.yaml:6
      at:   /actions/0/target
      help: the captured pages have changed: fix the target, or drop the action
    "#);
}

/// A link that leads back makes folders without an end, and two make so many that no walk through them ends.
#[cfg(unix)]
#[test]
fn links() {
    use std::os::unix::fs::symlink;
    let scratch = Scratch::new();
    let notes = scratch.path("openapi/captured/notes");
    symlink(".", notes.join("loop")).unwrap();
    symlink("..", notes.join("up")).unwrap();
    symlink("get-note.yaml", notes.join("again.yaml")).unwrap();
    symlink("nowhere", notes.join("nowhere")).unwrap();
    symlink(".", scratch.path("openapi/overlay/loop")).unwrap();
    insta::assert_snapshot!(faults(&scratch), @r#"
    this is a link, and no file of its own
      file: openapi/captured/notes/again.yaml
      help: put the file itself here, or remove the link

    this is a link, and no file of its own
      file: openapi/captured/notes/loop
      help: put the file itself here, or remove the link

    this is a link, and no file of its own
      file: openapi/captured/notes/nowhere
      help: put the file itself here, or remove the link

    this is a link, and no file of its own
      file: openapi/captured/notes/up
      help: put the file itself here, or remove the link

    this is a link, and no file of its own
      file: openapi/overlay/loop
      help: put the file itself here, or remove the link
    "#);
}

#[test]
fn samples_of_nothing() {
    let scratch = Scratch::new();
    for name in [
        "notes/memos.get.response.json",
        "notes/notes.get.request.json",
        "notes/notes.get.response.truncatd.json",
        "notes/notes.get.json",
        "notes/notes.save.response.json",
        "notes.get.response.json",
        "memos/notes.get.response.json",
    ] {
        scratch.write(&format!("openapi/samples/{name}"), "{}");
    }
    insta::assert_snapshot!(faults(&scratch), @r#"
    this sample belongs to no operation
      file: openapi/samples/memos/notes.get.response.json
      help: put it into the folder of its section, as captured pages are

    this sample belongs to no operation
      file: openapi/samples/notes/memos.get.response.json
      help: name it for the operation and side that it shows; the names in use here are notes.get.response.json

    this sample belongs to no operation
      file: openapi/samples/notes/notes.get.json
      help: name it for the operation and side that it shows; the names in use here are notes.get.response.json

    this sample belongs to no operation
      file: openapi/samples/notes/notes.get.request.json
      help: name it for the operation and side that it shows; the names in use here are notes.get.response.json

    this sample belongs to no operation
      file: openapi/samples/notes/notes.get.response.truncatd.json
      help: name it for the operation and side that it shows; the names in use here are notes.get.response.json

    this sample belongs to no operation
      file: openapi/samples/notes/notes.save.response.json
      help: name it for the operation and side that it shows; the names in use here are notes.get.response.json

    this sample belongs to no operation
      file: openapi/samples/notes.get.response.json
      help: put it into the folder of its section, as captured pages are
    "#);
}

#[test]
fn an_envelope_that_the_runtime_does_not_know() {
    let scratch = Scratch::new();
    scratch.edit(PAGE, "        - FAILURE\n", "        - FAILED\n");
    insta::assert_snapshot!(faults(&scratch), @r#"
    `ResultStatus` does not have the form that the SDK's runtime expects
      file: openapi/captured/notes/get-note.yaml:52
      at:   /components/schemas/ResultStatus
      help: it needs an enum `ResultStatus` with SUCCESS and FAILURE, and an object `ApiError` with an enum `type` and the strings `message` and `param`; if the API has changed, crates/tight-api/src/runtime has to
    "#);
}
