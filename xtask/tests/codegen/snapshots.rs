//! What follows from the specification, for a reviewer: the digest of each section first, then its files. `cargo insta review`
//! shows a change of them.
//!
//! These are of the generated text in memory; that the committed files are the same is what `codegen --check` is for.

use xtask::commands::generate;
use xtask::layout::{Checkout, EFFECTIVE, SDK, SDK_TESTS};

/// Pins a text in a snapshot of its own.
fn pin(folder: &str, name: &str, text: &str) {
    insta::with_settings!({
        snapshot_path => format!("snapshots/{folder}"),
        prepend_module_to_snapshot => false,
        omit_expression => true,
    }, {
        insta::assert_snapshot!(name, text);
    });
}

#[test]
fn what_is_generated() {
    let generated = generate(&Checkout::own()).unwrap_or_else(|faults| panic!("{faults}"));
    for (section, digest) in &generated.digest {
        let folder = if section.is_empty() { "api" } else { section };
        pin(folder, "digest", digest);
    }
    let mut pinned = 0;
    for file in &generated.files {
        let (owner, path) = match file.path.strip_prefix(SDK) {
            Some(path) => ("api", path),
            None => match file.path.strip_prefix(SDK_TESTS) {
                Some(path) => ("tables", path),
                // The two documents: a change of them is read in the pages and the overlay that make it.
                None => continue,
            },
        };
        let path = path.trim_start_matches('/').trim_end_matches(".rs");
        let (folder, name) = path.rsplit_once('/').unwrap_or((owner, path));
        let folder = if owner == "api" { folder } else { owner };
        pin(folder, name, &file.text);
        pinned += 1;
    }
    assert!(
        pinned > generated.digest.len(),
        "only {pinned} files are generated"
    );
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
