//! What must not know what: no handwritten Rust an endpoint, no model a client.

use std::process::Command;

use xtask::api::Api;
use xtask::commands::generate;
use xtask::diagnostic::Faults;
use xtask::layout::{Checkout, SDK};

#[test]
fn no_handwritten_rust_names_an_endpoint() {
    let checkout = Checkout::own();
    let generated = generate(&checkout).unwrap();
    let api = Api::read(&generated.document, &Faults::new());
    assert!(api.operations.len() > 10);
    let mut read = 0;
    for folder in [
        "crates/tight-api/src",
        "crates/tight-sandbox/src",
        "xtask/src",
    ] {
        for file in checkout.list(folder, &["rs", "md"]).unwrap() {
            if file.starts_with(SDK) {
                continue;
            }
            let text = checkout.read(&file).unwrap();
            // The sandbox's documentation has examples of requests.
            let is_code = |line: &&str| {
                !(file.starts_with("crates/tight-sandbox") && line.trim_start().starts_with("//"))
            };
            let text: Vec<&str> = text.lines().filter(is_code).collect();
            let text = text.join("\n");
            read += 1;
            for operation in &api.operations {
                assert!(
                    !text.contains(operation.path),
                    "{file} names {}",
                    operation.path
                );
            }
            assert!(!text.contains("/v6/"), "{file} names a path of the API");
        }
    }
    assert!(read > 50, "only {read} files were read");
}

/// The crates that a build of `tight-api` with these features depends on, by name.
fn dependencies(features: &[&str]) -> Vec<String> {
    let output = Command::new(env!("CARGO"))
        .args(["tree", "--package", "tight-api", "--edges", "normal"])
        .args(["--prefix", "none", "--format", "{p}", "--offline"])
        .args(features)
        .current_dir(Checkout::own().resolve("."))
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let tree = String::from_utf8(output.stdout).unwrap();
    let names = tree.lines().filter_map(|line| line.split(' ').next());
    let mut names: Vec<String> = names.map(str::to_owned).collect();
    names.sort();
    names.dedup();
    names
}

#[test]
fn the_models_alone_depend_on_no_http_tls_or_runtime() {
    insta::assert_snapshot!(dependencies(&["--no-default-features"]).join(" "), @"itoa jiff jiff-core memchr proc-macro2 quote secrecy serde serde_core serde_derive serde_json syn tight-api unicode-ident zeroize zmij");
    let client = dependencies(&[]);
    for expected in ["reqwest", "rustls", "tokio"] {
        assert!(client.iter().any(|name| name == expected), "{expected}");
    }
}

#[test]
fn webhooks_depend_on_no_client_and_no_native_code() {
    let webhooks = dependencies(&["--no-default-features", "--features", "webhooks"]);
    assert!(webhooks.iter().any(|name| name == "jwt-compact"));
    for unexpected in [
        "reqwest",
        "http",
        "tokio",
        "rustls",
        "aws-lc-rs",
        "ring",
        "cc",
    ] {
        assert!(
            !webhooks.iter().any(|name| name == unexpected),
            "{unexpected}"
        );
    }
}
