//! One edit, proven: captured documents of resources that do not exist, and nothing else, give an SDK and a sandbox that have
//! them; and whatever codegen accepts compiles without a word.
#![allow(
    clippy::unwrap_used,
    reason = "a test fails by panicking, its helpers too"
)]

mod accepted;
mod dependencies;
#[path = "../invented/mod.rs"]
mod invented;
mod workspace;

use workspace::Workspace;
use xtask::layout::Checkout;

/// The manifest of a crate that is made here.
fn manifest(rest: &str) -> String {
    format!(
        "[package]\nname = \"drive\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n{rest}\n\n[dependencies]\n\
         tight-api.workspace = true\ntight-sandbox.workspace = true\n{}",
        dependencies::of_all_crates()
    )
}

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
            ("drive/Cargo.toml".to_owned(), manifest("")),
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
    let more = "[features]\nmore = [\"tight-api/schemars\", \"tight-api/webhooks\"]";
    files.push(("drive/Cargo.toml".to_owned(), manifest(more)));
    files.push(("drive/src/lib.rs".to_owned(), String::new()));
    let workspace = Workspace::new("accepted", files);
    // What features add compiles as well, and what is there without them is compiled with the SDK itself.
    let check = [
        "check",
        "--quiet",
        "--offline",
        "--package",
        "drive",
        "--features",
        "more",
    ];
    assert_eq!(workspace.cargo(&check), "");
}
