//! `cargo xtask codegen` as a user runs it: on a checkout, through the command line.

use std::collections::BTreeMap;

use crate::support::{PAGE, Scratch};
use xtask::layout::{EFFECTIVE, SANDBOX, SDK};

const NOTE: &str = "crates/tight-api/src/generated/types/note.rs";

fn codegen(scratch: &Scratch) -> String {
    let output = scratch.xtask(&["codegen"]);
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).unwrap()
}

/// The diff that `--check` prints and what it says about it, or nothing if all is well.
fn check(scratch: &Scratch) -> Result<(), (String, String)> {
    let before = scratch.files();
    let output = scratch.xtask(&["codegen", "--check"]);
    assert_eq!(scratch.files(), before, "--check wrote something");
    let text = |bytes| String::from_utf8(bytes).unwrap();
    if output.status.success() {
        Ok(())
    } else {
        Err((text(output.stdout), text(output.stderr)))
    }
}

#[test]
fn two_runs_write_the_same() {
    let (one, other) = (Scratch::new(), Scratch::new());
    codegen(&one);
    codegen(&other);
    assert_eq!(one.files(), other.files());
}

#[test]
fn it_says_what_it_did() {
    let scratch = Scratch::new();
    let first = codegen(&scratch);
    assert!(first.contains("1 operation, 10 types"), "{first}");
    assert!(first.contains(&format!("  wrote   {NOTE}\n")), "{first}");
    let second = codegen(&scratch);
    assert!(
        second.ends_with("0 written, 0 removed, 22 unchanged\n"),
        "{second}"
    );
}

#[test]
fn a_new_field_changes_the_models_and_the_documents_and_nothing_else() {
    let scratch = Scratch::new();
    codegen(&scratch);
    let before: BTreeMap<_, _> = scratch.files().into_iter().collect();

    let id = "        id:\n          type: string\n          example: not_1\n";
    scratch.edit(
        PAGE,
        id,
        &format!("{id}        pinned:\n          type: boolean\n"),
    );
    let (diff, advice) = check(&scratch).unwrap_err();
    insta::assert_snapshot!("a_new_field_as_a_diff", diff);
    insta::assert_snapshot!(advice, @"
    error: 3 generated file(s) are not as openapi/ says (- on disk, + as generated)
      help: run `cargo xtask codegen` and commit what it writes; never edit generated files by hand
    ");
    codegen(&scratch);

    let changed = scratch
        .files()
        .into_iter()
        .filter(|(path, text)| before.get(path) != Some(text));
    let changed: Vec<_> = changed.map(|(path, _)| path).collect();
    assert_eq!(
        changed,
        [NOTE, &format!("{SANDBOX}/tight-v6.json"), PAGE, EFFECTIVE]
    );
    assert_eq!(check(&scratch), Ok(()));
}

#[test]
fn a_file_that_was_touched_by_hand_is_stale() {
    let scratch = Scratch::new();
    codegen(&scratch);
    assert_eq!(check(&scratch), Ok(()));
    for (path, text) in scratch
        .files()
        .into_iter()
        .filter(|(path, _)| !path.contains("/captured/"))
    {
        if path.contains("/samples/") || path.ends_with("overlay.yaml") {
            continue;
        }
        scratch.write(&path, &(text.clone() + "// by hand\n"));
        let (diff, _) = check(&scratch).expect_err(&path);
        assert!(diff.contains("-// by hand\n"), "{diff}");
        scratch.write(&path, &text);
    }
}

#[test]
fn a_file_that_is_missing_or_left_over_is_stale() {
    let scratch = Scratch::new();
    codegen(&scratch);
    let left_over = format!("{SDK}/types/memo.rs");
    scratch.write(&left_over, "// from an earlier specification\n");
    std::fs::remove_file(scratch.path(NOTE)).unwrap();
    let (diff, _) = check(&scratch).unwrap_err();
    assert!(
        diff.contains(&format!("--- /dev/null\n+++ b/{NOTE}\n")),
        "{diff}"
    );
    assert!(
        diff.contains(&format!("--- a/{left_over}\n+++ /dev/null\n")),
        "{diff}"
    );

    let said = codegen(&scratch);
    assert!(said.contains(&format!("  removed {left_over}\n")), "{said}");
    assert_eq!(check(&scratch), Ok(()));
}

#[test]
fn what_is_written_is_rust_that_reads_well() {
    let scratch = Scratch::new();
    codegen(&scratch);
    for name in ["new_note", "note", "note_status"] {
        let text = scratch.read(&format!("{SDK}/types/{name}.rs"));
        insta::assert_snapshot!(name, text);
    }
}

#[test]
fn the_committed_files_are_up_to_date() {
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_xtask"))
        .args(["codegen", "--check"])
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stdout)
    );
}
