//! One edit, proven: captured documents of resources that do not exist, and nothing else, give an SDK and a sandbox that have
//! them; and whatever codegen accepts compiles without a word.
#![allow(
    clippy::unwrap_used,
    reason = "a test fails by panicking, its helpers too"
)]

mod accepted;
#[path = "../invented/mod.rs"]
mod invented;
mod workspace;

use workspace::Workspace;
use xtask::layout::Checkout;

/// What the program that is made here depends on, besides the two crates.
const MANIFEST: &str = r#"[package]
name = "drive"
version = "0.0.0"
edition = "2024"

[dependencies]
futures-util.workspace = true
tight-api.workspace = true
tight-sandbox.workspace = true
tokio = { workspace = true, features = ["macros", "rt"] }
"#;

fn invented_page(name: &str) -> String {
    let page = format!("{}/{name}.yaml", invented::INVENTED);
    Checkout::own().read(&page).unwrap()
}

#[test]
fn a_captured_document_is_all_that_a_resource_needs() {
    let workspace = Workspace::new(
        "one-edit",
        [
            (
                "openapi/captured/reminders/reminders.yaml".to_owned(),
                invented_page("reminders"),
            ),
            (
                "openapi/captured/gadgets/gadgets.yaml".to_owned(),
                invented_page("gadgets"),
            ),
            (
                "openapi/overlay/gadgets.yaml".to_owned(),
                invented_page("gadgets.overlay"),
            ),
            ("drive/Cargo.toml".to_owned(), MANIFEST.to_owned()),
            (
                "drive/src/main.rs".to_owned(),
                include_str!("drive.rs").to_owned(),
            ),
            (
                "drive/src/gadgets.rs".to_owned(),
                include_str!("gadgets.rs").to_owned(),
            ),
        ],
    );
    let output = workspace.cargo(&["run", "--quiet", "--offline", "--package", "drive"]);
    assert_eq!(output.trim(), "the invented resources work");
}

#[test]
fn whatever_codegen_accepts_compiles_without_a_word() {
    let mut files = accepted::files();
    let page = "openapi/captured/oddities/oddities.yaml".to_owned();
    files.push((page, invented_page("oddities")));
    let workspace = Workspace::new("accepted", files);
    let check = ["check", "--quiet", "--offline", "--package", "tight-api"];
    assert_eq!(workspace.cargo(&check), "");
    assert_eq!(
        workspace.cargo(&[&check[..], &["--features", "schemars,webhooks"]].concat()),
        ""
    );
}
