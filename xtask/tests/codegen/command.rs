//! `cargo xtask codegen` as a user runs it. What it does is tested through its functions, beside this.

use std::process::{Command, Output};

use crate::support::{PAGE, Scratch};

fn xtask(scratch: &Scratch, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_xtask"))
        .args(arguments)
        .arg("--root")
        .arg(scratch.path("."))
        .output()
        .unwrap()
}

fn text(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap()
}

#[test]
fn it_writes_and_says_what_it_did() {
    let scratch = Scratch::new();
    let first = xtask(&scratch, &["codegen"]);
    assert!(first.status.success(), "{}", text(first.stderr));
    let said = text(first.stdout);
    assert!(
        said.starts_with("1 captured page + 4 amendments: 1 operation, 5 types\n"),
        "{said}"
    );
    assert!(
        said.contains("\n  wrote   crates/tight-api/src/generated/notes/models.rs\n"),
        "{said}"
    );
    assert_eq!(scratch.stale(), "");
    let second = text(xtask(&scratch, &["codegen"]).stdout);
    assert!(second.contains("\n0 written, 0 removed, "), "{second}");
}

#[test]
fn it_checks_and_shows_what_differs() {
    let scratch = Scratch::new();
    scratch.codegen();
    let before = scratch.files();
    assert!(xtask(&scratch, &["codegen", "--check"]).status.success());

    let text_of_note = "        text:\n          type: string\n";
    let pinned = format!("{text_of_note}        pinned:\n          type: boolean\n");
    scratch.edit(PAGE, text_of_note, &pinned);
    let output = xtask(&scratch, &["codegen", "--check"]);
    assert_eq!(output.status.code(), Some(1));
    insta::with_settings!({ prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!("a_new_field_as_a_diff", text(output.stdout));
    });
    insta::assert_snapshot!(text(output.stderr), @r#"
    error: 4 generated file(s) are stale (- on disk, + as generated)
      help: run `cargo xtask codegen` and commit what it writes; never edit generated files by hand
    "#);
    scratch.edit(PAGE, &pinned, text_of_note);
    assert_eq!(scratch.files(), before, "--check wrote something");
}

#[test]
fn it_tells_all_faults_and_writes_nothing() {
    let scratch = Scratch::new();
    scratch.edit(PAGE, "      operationId: getNote\n", "");
    scratch.edit(PAGE, "          type: string\n", "          type: strin\n");
    let before = scratch.files();
    let output = xtask(&scratch, &["codegen"]);
    assert_eq!(output.status.code(), Some(1));
    assert_eq!(text(output.stdout), "");
    insta::assert_snapshot!(text(output.stderr), @r#"
    the operation has no `operationId`
      file: openapi/captured/notes/get-note.yaml:12
      at:   /paths/~1v6~1notes~1{id}/get
      help: give it one, a verb and a noun such as `saveMessages`: it names the method

    `strin` is not a type that OpenAPI 3.0 has
      file: openapi/captured/notes/get-note.yaml:22
      at:   /paths/~1v6~1notes~1{id}/get/parameters/0/schema
      help: the types are string, integer, number, boolean, array and object
    "#);
    assert_eq!(scratch.files(), before, "something was written");
}
