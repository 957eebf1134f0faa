//! One edit, proven: a captured document for a resource that does not exist, and nothing else, gives an SDK and a sandbox
//! that have it.
#![allow(
    clippy::unwrap_used,
    reason = "a test fails by panicking, its helpers too"
)]

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use xtask::files::{Plan, leftovers};
use xtask::generate::generate;
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

/// A workspace beside this one's build: the same two crates and the same specification, and one page more. It is kept from run
/// to run, so that only what has changed is built again.
fn workspace(own: &Checkout, name: &str, page: &str) -> PathBuf {
    let root = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    let mut kept = vec![root.join("Cargo.toml"), root.join("Cargo.lock")];
    let mut write = |path: &str, text: &str| {
        let path = root.join(path);
        if std::fs::read_to_string(&path).ok().as_deref() != Some(text) {
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(&path, text).unwrap();
        }
        kept.push(path);
    };
    let manifest = own.read("Cargo.toml").unwrap();
    let manifest = manifest.replace("\"crates/tight-bench\", ", "");
    write("Cargo.toml", &manifest.replace("\"xtask\"", "\"drive\""));
    let folders = ["openapi", "crates/tight-api", "crates/tight-sandbox"];
    for folder in folders {
        for file in own.list(folder, &[]).unwrap() {
            let is_source = !file.contains("/tests/") && !file.contains("/examples/");
            let is_generated = file.contains("/src/generated/") || file == "openapi/tight-v6.yaml";
            if is_source && !is_generated {
                write(&file, &own.read(&file).unwrap());
            }
        }
    }
    write("openapi/captured/invented.yaml", page);
    write("drive/Cargo.toml", MANIFEST);
    write("drive/src/main.rs", include_str!("drive.rs"));
    if !root.join("Cargo.lock").exists() {
        std::fs::copy(own.resolve("Cargo.lock"), root.join("Cargo.lock")).unwrap();
    }

    // What an earlier run had and this one does not must not be built along.
    let scratch = Checkout::at(&root);
    for folder in [
        "openapi/captured",
        "openapi/samples",
        "crates/tight-api/src",
    ] {
        for file in scratch.list(folder, &[]).unwrap() {
            let path = root.join(&file);
            if !kept.contains(&path) && !file.contains("/src/generated/") {
                std::fs::remove_file(path).unwrap();
            }
        }
    }
    root
}

/// Generates a workspace, and runs cargo in it.
fn cargo(root: &Path, arguments: &[&str]) -> Output {
    let scratch = Checkout::at(root);
    let generated = generate(&scratch).unwrap_or_else(|diagnostic| panic!("{diagnostic}"));
    let leftovers = leftovers(&scratch, &generated.files).unwrap();
    let plan = Plan::new(&scratch, &generated.files, &leftovers).unwrap();
    plan.write().unwrap();
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap();
    Command::new(env!("CARGO"))
        .args(arguments)
        .current_dir(root)
        // What the workspaces depend on is built once.
        .env("CARGO_TARGET_DIR", target)
        .env_remove("RUSTFLAGS")
        .output()
        .unwrap()
}

#[test]
fn a_captured_document_is_all_that_a_resource_needs() {
    let root = workspace(&Checkout::own(), "one-edit", include_str!("reminders.yaml"));
    let run = ["run", "--quiet", "--offline", "--package", "drive"];
    let output = cargo(&root, &run);
    let (stdout, stderr) = (
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr),
    );
    assert!(output.status.success(), "{stdout}\n{stderr}");
    assert_eq!(stdout.trim(), "the invented resource works");
}

#[test]
fn all_that_the_generator_can_do_compiles_without_a_word() {
    let root = workspace(&Checkout::own(), "oddities", include_str!("oddities.yaml"));
    let build = ["build", "--quiet", "--offline", "--package", "tight-api"];
    let output = cargo(&root, &build);
    let stderr = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success() && stderr.is_empty(), "{stderr}");
}
