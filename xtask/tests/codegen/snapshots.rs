//! What follows from the specification, in small files for a reviewer: `cargo insta review` shows a change of it.
//!
//! These are of the generated text in memory; that the committed files are the same is what `codegen --check` is for.

use xtask::digest::digest;
use xtask::generate::{Generated, generate};
use xtask::layout::{Checkout, EFFECTIVE, SDK};

fn generated() -> Generated {
    generate(&Checkout::own()).unwrap_or_else(|diagnostic| panic!("{diagnostic}"))
}

/// Pins every generated file below `folder` in a snapshot of its own.
fn pin(folder: &str) {
    let generated = generated();
    let prefix = format!("{SDK}/{folder}/");
    let mut pinned = 0;
    for file in &generated.files {
        if let Some(name) = file.path.strip_prefix(&prefix) {
            let name = name.trim_end_matches(".rs").replace('/', "__");
            insta::with_settings!({ snapshot_path => format!("snapshots/{folder}"), prepend_module_to_snapshot => false, omit_expression => true }, {
                insta::assert_snapshot!(name, file.text);
            });
            pinned += 1;
        }
    }
    assert!(pinned > 0, "nothing is generated below {folder}");
}

#[test]
fn api_digest() {
    insta::with_settings!({ prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!("api_digest", digest(&generated().contract));
    });
}

#[test]
fn effective_document() {
    let generated = generated();
    let file = generated
        .files
        .iter()
        .find(|file| file.path == EFFECTIVE)
        .unwrap();
    insta::with_settings!({ prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!("effective_document", file.text);
    });
}

/// By a validator that shares nothing with the generators, and on the text as it is committed.
#[test]
fn the_effective_document_is_valid_openapi() {
    use roas::validation::{Options, Validate};
    let text = Checkout::own().read(EFFECTIVE).unwrap();
    let document: roas::v3_0::spec::Spec = yaml_serde::from_str(&text).unwrap();
    // It does not see references beside an `anyOf`. That every schema is used is checked where they are read.
    let options = Options::IgnoreMissingTags | Options::IgnoreUnusedSchemas;
    if let Err(faults) = document.validate(options, None) {
        panic!("{faults}");
    }
}

#[test]
fn types() {
    pin("types");
}

#[test]
fn operations() {
    pin("operations");
}

#[test]
fn resources() {
    pin("resources");
}
