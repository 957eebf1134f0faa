//! Captures: from what a maintainer has at hand to captured pages.
#![allow(
    clippy::unwrap_used,
    reason = "a test fails by panicking, its helpers too"
)]

mod broken;
mod command;
mod documents;
#[path = "../hostile/mod.rs"]
mod hostile;
mod inputs;
#[path = "../invented/mod.rs"]
#[allow(dead_code, reason = "not every test needs all of it")]
mod invented;
mod mutilated;
mod nested;
mod pages;
mod records;
mod summary;
#[path = "../codegen/support.rs"]
#[allow(dead_code, reason = "not every test needs all of it")]
mod support;
mod texts;
mod twins;

use xtask::layout::Checkout;

/// An invented input.
fn input(name: &str) -> String {
    let file = format!("{}/capture/{name}", invented::INVENTED);
    Checkout::own().read(&file).unwrap()
}

/// Pins a text as `snapshots/<folder>/<name>.snap`.
fn pin(folder: &str, name: &str, text: String) {
    insta::with_settings!({
        snapshot_path => format!("snapshots/{folder}"),
        prepend_module_to_snapshot => false,
        omit_expression => true,
    }, {
        insta::assert_snapshot!(name, text);
    });
}
