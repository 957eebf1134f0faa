//! Generated files and the disk: written all or none, or compared with what stands there.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;

use similar::TextDiff;
use tempfile::NamedTempFile;

use crate::diagnostic::{Diagnostic, Result};
use crate::generate::File;
use crate::layout::{Checkout, SANDBOX, SDK, SDK_TESTS};

/// Folders in which nothing stands that codegen did not write.
const OWNED: &[&str] = &[SDK, SDK_TESTS, SANDBOX];

/// How the disk differs from what was generated.
#[derive(Debug)]
pub struct Plan<'a> {
    checkout: &'a Checkout,
    changes: Vec<Change<'a>>,
    unchanged: usize,
}

#[derive(Debug)]
struct Change<'a> {
    path: &'a str,
    before: Option<String>,
    after: Option<&'a str>,
}

/// What was done to the disk.
#[derive(Debug)]
pub struct Written {
    /// The files written, by path.
    pub written: Vec<String>,
    /// The files removed, by path.
    pub removed: Vec<String>,
    /// How many files were as they should be.
    pub unchanged: usize,
}

impl<'a> Plan<'a> {
    /// Compares the generated files, and the leftovers of earlier runs, with the disk.
    pub fn new(checkout: &'a Checkout, files: &'a [File], leftovers: &'a [String]) -> Result<Self> {
        let mut plan = Self {
            checkout,
            changes: Vec::new(),
            unchanged: 0,
        };
        for file in files {
            let before = if checkout.resolve(&file.path).exists() {
                Some(checkout.read(&file.path)?)
            } else {
                None
            };
            if before.as_deref() == Some(&file.text) {
                plan.unchanged += 1;
            } else {
                plan.changes.push(Change {
                    path: &file.path,
                    before,
                    after: Some(&file.text),
                });
            }
        }
        for path in leftovers {
            plan.changes.push(Change {
                path,
                before: checkout.read(path).ok(),
                after: None,
            });
        }
        Ok(plan)
    }

    /// Whether the disk is as generated.
    pub fn is_empty(&self) -> bool {
        self.changes.is_empty()
    }

    /// How many files differ.
    pub fn len(&self) -> usize {
        self.changes.len()
    }

    /// The difference as a unified diff, from the disk to what was generated.
    pub fn diff(&self) -> String {
        let mut text = String::new();
        for change in &self.changes {
            let (before, after) = (
                change.before.as_deref().unwrap_or_default(),
                change.after.unwrap_or_default(),
            );
            let name = |side: char, exists: bool| {
                if exists {
                    format!("{side}/{}", change.path)
                } else {
                    "/dev/null".into()
                }
            };
            let diff = TextDiff::from_lines(before, after);
            let (from, to) = (
                name('a', change.before.is_some()),
                name('b', change.after.is_some()),
            );
            let _ = write!(
                text,
                "{}",
                diff.unified_diff().context_radius(3).header(&from, &to)
            );
        }
        text
    }

    /// Makes the disk as generated. Every new text is on disk beside its place before the first file is replaced, so a full
    /// disk or a missing permission leaves all files as they were.
    pub fn write(self) -> Result<Written> {
        let mut staged = Vec::new();
        for change in &self.changes {
            if let Some(text) = change.after {
                staged.push((
                    change.path,
                    stage(&self.checkout.resolve(change.path), change.path, text)?,
                ));
            }
        }
        let mut written = Written {
            written: Vec::new(),
            removed: Vec::new(),
            unchanged: self.unchanged,
        };
        for (path, file) in staged {
            file.persist(self.checkout.resolve(path))
                .map_err(|error| cannot("be replaced", path, &error.error))?;
            written.written.push(path.to_owned());
        }
        for change in self.changes.iter().filter(|change| change.after.is_none()) {
            std::fs::remove_file(self.checkout.resolve(change.path))
                .map_err(|error| cannot("be removed", change.path, &error))?;
            written.removed.push(change.path.to_owned());
        }
        Ok(written)
    }
}

/// Files in the owned folders that are not generated any more.
pub fn leftovers(checkout: &Checkout, files: &[File]) -> Result<Vec<String>> {
    let generated: BTreeSet<&str> = files.iter().map(|file| file.path.as_str()).collect();
    let mut found = Vec::new();
    for folder in OWNED {
        found.extend(checkout.list(folder, &[])?);
    }
    found.retain(|path| !generated.contains(path.as_str()));
    Ok(found)
}

fn stage(target: &Path, path: &str, text: &str) -> Result<NamedTempFile> {
    let folder = target.parent().unwrap_or(target);
    let staged = || -> std::io::Result<NamedTempFile> {
        std::fs::create_dir_all(folder)?;
        let mut builder = tempfile::Builder::new();
        builder.prefix(".codegen-");
        // As any file of a checkout, less what the user's umask takes away; temporary files are private otherwise.
        #[cfg(unix)]
        builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
        let mut file = builder.tempfile_in(folder)?;
        file.write_all(text.as_bytes())?;
        Ok(file)
    };
    staged().map_err(|error| cannot("be written", path, &error))
}

fn cannot(what: &str, path: &str, error: &std::io::Error) -> Diagnostic {
    Diagnostic::new(path, format!("the file cannot {what}: {error}"))
        .help("nothing else was changed; mend this and run again")
}
