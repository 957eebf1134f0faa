//! Each folder of `cases/` holds pages, and an overlay; its snapshot is the document that they make, or what is wrong.

use std::fmt::Write;
use std::fs;
use std::path::Path;

use xtask::diagnostic::Faults;
use xtask::document::Sources;

use super::{EVERYWHERE, effective};

#[test]
fn what_pages_and_an_overlay_make() {
    insta::glob!("cases/*/page.yaml", |page| {
        insta::assert_snapshot!(told(page.parent().unwrap()));
    });
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
                let part = root.get(key).unwrap();
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
