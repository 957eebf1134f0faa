//! Reads the files of documents.

use std::collections::VecDeque;
use std::fs;
use std::io::ErrorKind;

use crate::diagnostic::{Diagnostic, Faults};
use crate::layout::Checkout;

/// Our amendments: a file for each section, and one for what holds everywhere.
pub const OVERLAY: &str = "openapi/overlay";
/// The file of the overlay that is applied last.
pub const EVERYWHERE: &str = "openapi/overlay/everywhere.yaml";

/// The YAML files below a folder, in the order of their names, with what they hold. Whatever else lies there is a fault: it
/// was meant to be read, or it does not belong there.
pub(super) fn read(checkout: &Checkout, folder: &str, faults: &Faults) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut folders = VecDeque::from([folder.to_owned()]);
    while let Some(folder) = folders.pop_front() {
        let entries = match fs::read_dir(checkout.resolve(&folder)) {
            Ok(entries) => entries,
            Err(error) if error.kind() == ErrorKind::NotFound => continue,
            Err(error) => {
                faults.add(Diagnostic::new(
                    &folder,
                    format!("the folder cannot be read: {error}"),
                ));
                continue;
            }
        };
        for entry in entries {
            let kind = entry.and_then(|entry| Ok((entry.file_type()?, entry)));
            let (kind, entry) = match kind {
                Ok(kind) => kind,
                Err(error) => {
                    faults.add(Diagnostic::new(
                        &folder,
                        format!("the folder cannot be read: {error}"),
                    ));
                    continue;
                }
            };
            let path = format!("{folder}/{}", entry.file_name().to_string_lossy());
            let fault = |message: String| Diagnostic::new(&path, message);
            if kind.is_symlink() {
                // A link to a folder may lead back, and one to a file has a page read twice.
                faults.add(
                    fault("this is a link, and no file of its own".to_owned())
                        .help("put the file itself here, or remove the link"),
                );
            } else if kind.is_dir() {
                folders.push_back(path);
            } else if let Some(fault) = misnamed(&path) {
                faults.add(fault);
            } else {
                match fs::read(entry.path()).map(String::from_utf8) {
                    Ok(Ok(text)) => found.push((path, text)),
                    Ok(Err(_)) => faults
                        .add(fault("the file is not UTF-8".to_owned()).help("save it as UTF-8")),
                    Err(error) => faults.add(fault(format!("the file cannot be read: {error}"))),
                }
            }
        }
    }
    found.sort();
    found
}

/// A file whose name does not say that it is to be read.
fn misnamed(path: &str) -> Option<Diagnostic> {
    let name = path.rsplit('/').next().unwrap_or(path);
    let is_hidden = name.starts_with(['.', '#', '~']);
    if name.ends_with(".yaml") && !is_hidden {
        return None;
    }
    let is_yaml = ["yaml", "yml", "json"].iter().any(|ending| {
        name.rsplit_once('.')
            .is_some_and(|(_, ending_of)| ending_of.eq_ignore_ascii_case(ending))
    });
    let help = if is_yaml && !is_hidden {
        "write it as YAML into a file that ends in `.yaml`"
    } else {
        "remove it, or rename it to end in `.yaml`"
    };
    Some(Diagnostic::new(path, "only files that end in `.yaml` are read here").help(help))
}
