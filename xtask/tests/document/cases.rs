//! Each folder of `cases/` holds pages, and an overlay; its snapshot is the document that they make, or what is wrong.

use std::fmt::Write;
use std::fs;
use std::path::Path;

use xtask::diagnostic::Faults;
use xtask::document::Sources;

use super::{EVERYWHERE, effective};

#[test]
fn what_pages_and_an_overlay_make() {
    let cases = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/document/cases");
    let mut folders: Vec<_> = fs::read_dir(cases)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_dir())
        .collect();
    folders.sort();
    // All that differ are told, and not the first alone. (`insta::glob!` would also count what differs in other tests.)
    let differ: Vec<_> = folders
        .iter()
        .map(|folder| (folder.file_name().unwrap().to_str().unwrap(), told(folder)))
        .filter(|(name, told)| {
            std::panic::catch_unwind(|| insta::assert_snapshot!(*name, told)).is_err()
        })
        .map(|(name, _)| name)
        .collect();
    assert!(differ.is_empty(), "{differ:?}");
}

/// What is told of a case: notes, then faults or else the document, without what all cases have.
fn told(folder: &Path) -> String {
    let mut names: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    let mut pages = Vec::new();
    let mut everywhere = EVERYWHERE.to_owned();
    let mut overlay = Vec::new();
    for name in names {
        let text = fs::read_to_string(folder.join(&name)).unwrap();
        match name.as_str() {
            "everywhere.yaml" => everywhere = text,
            "overlay.yaml" => overlay.push(("overlay/things.yaml".to_owned(), text)),
            _ => pages.push((format!("captured/{name}"), text)),
        }
    }
    overlay.push(("overlay/everywhere.yaml".to_owned(), everywhere));
    let faults = Faults::new();
    let sources = Sources::from_texts(pages, overlay, &faults);
    let document = effective(&sources, &faults);
    let mut told = String::new();
    for note in document.notes() {
        writeln!(told, "note: {note}").unwrap();
    }
    match faults.finish() {
        Err(faults) => write!(told, "{faults}").unwrap(),
        Ok(()) => {
            let root = document.root();
            for key in ["servers", "security", "paths", "components"] {
                let Some(part) = root.get(key) else { continue };
                if (part.is_object() && part.entries().len() > 0)
                    || (part.is_list() && !matches!(key, "servers" | "security"))
                {
                    writeln!(told, "{key}:").unwrap();
                    for line in part.to_yaml().lines() {
                        writeln!(told, "  {line}").unwrap();
                    }
                }
            }
        }
    }
    told
}
