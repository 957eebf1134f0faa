//! Which files are read.

use std::fs;
use std::path::Path;

use xtask::diagnostic::Faults;
use xtask::document::Sources;
use xtask::layout::Checkout;

use super::EVERYWHERE;

const PAGE: &str = "openapi: 3.0.3\npaths: {}\n";

/// What is told of a checkout with these files; those that end in `->` are links.
fn told(files: &[(&str, &str)]) -> String {
    let root = tempfile::tempdir().unwrap();
    let write = |path: &str, text: &str| {
        let path = root.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    };
    write("openapi/overlay/everywhere.yaml", EVERYWHERE);
    for (path, text) in files {
        match path.strip_suffix("->") {
            Some(path) => link(&root.path().join(path), text),
            None => write(path, text),
        }
    }
    let faults = Faults::new();
    let sources = Sources::read(&Checkout::at(root.path()), &faults);
    let pages = sources.pages().iter().map(|page| page.file.as_str());
    let pages = pages.collect::<Vec<_>>().join(" ");
    match faults.finish() {
        Ok(()) => pages,
        Err(faults) => faults.to_string(),
    }
}

#[cfg(unix)]
fn link(path: &Path, to: &str) {
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::os::unix::fs::symlink(to, path).unwrap();
}

#[test]
fn pages_are_read_in_the_order_of_their_names() {
    let pages = told(&[
        ("openapi/captured/b/one.yaml", PAGE),
        ("openapi/captured/a/two.yaml", PAGE),
        ("openapi/captured/a/one.yaml", PAGE),
    ]);
    assert_eq!(
        pages,
        "openapi/captured/a/one.yaml openapi/captured/a/two.yaml openapi/captured/b/one.yaml"
    );
}

#[test]
fn whatever_is_not_read_is_named() {
    insta::assert_snapshot!(told(&[
        ("openapi/captured/things/page.yaml", PAGE),
        ("openapi/captured/things/upper.YAML", PAGE),
        ("openapi/captured/things/short.yml", PAGE),
        ("openapi/captured/things/other.json", "{}"),
        ("openapi/captured/things/page.yaml~", PAGE),
        ("openapi/captured/things/.page.yaml.swp", PAGE),
        ("openapi/captured/things/.hidden.yaml", PAGE),
        ("openapi/captured/things/notes.md", PAGE),
        ("openapi/overlay/things.yml", PAGE),
    ]));
}

#[test]
fn there_must_be_a_page() {
    insta::assert_snapshot!(told(&[]));
}

#[cfg(unix)]
#[test]
fn links_are_refused_and_end_nowhere() {
    insta::assert_snapshot!(told(&[
        ("openapi/captured/things/page.yaml", PAGE),
        ("openapi/captured/things/a->", "."),
        ("openapi/captured/things/b->", ".."),
        ("openapi/captured/things/c->", "c"),
        ("openapi/captured/things/d.yaml->", "page.yaml"),
        ("openapi/captured/things/e.yaml->", "nowhere.yaml"),
    ]));
}
