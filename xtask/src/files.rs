//! Writes generated files, all or none, or compares them with those on disk.

use std::collections::BTreeSet;
use std::io::Write as _;
use std::path::Path;

use similar::TextDiff;
use tempfile::NamedTempFile;

use crate::diagnostic::{Diagnostic, Result};
use crate::emit::File;
use crate::layout::{Checkout, SANDBOX, SDK, SDK_TESTS};

/// Folders in which nothing stands that codegen did not write.
const OWNED: &[&str] = &[SDK, SDK_TESTS, SANDBOX];

/// The difference between the generated files and the disk.
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

/// The change of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// There was none.
    New,
    /// It has another text.
    Changed,
    /// It is as it should be.
    Unchanged,
    /// It goes.
    Removed,
}

impl Change<'_> {
    /// The difference as a unified diff.
    fn diff(&self) -> String {
        let name = |side: char, exists: bool| match exists {
            true => format!("{side}/{}", self.path),
            false => "/dev/null".to_owned(),
        };
        let diff = TextDiff::from_lines(
            self.before.as_deref().unwrap_or_default(),
            self.after.unwrap_or_default(),
        );
        let (from, to) = (
            name('a', self.before.is_some()),
            name('b', self.after.is_some()),
        );
        diff.unified_diff()
            .context_radius(3)
            .header(&from, &to)
            .to_string()
    }
}

/// What was written to disk.
#[derive(Debug)]
pub struct WriteSummary {
    /// The files written, by path.
    pub written: Vec<String>,
    /// The files removed, by path.
    pub removed: Vec<String>,
    /// The number of files that were up to date.
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

    /// The number of files that differ.
    pub fn len(&self) -> usize {
        self.changes.len()
    }

    /// The difference as a unified diff, from the disk to what was generated.
    pub fn diff(&self) -> String {
        self.changes.iter().map(Change::diff).collect()
    }

    /// The change of a file.
    pub fn state(&self, path: &str) -> State {
        let change = self.changes.iter().find(|change| change.path == path);
        match change.map(|change| (&change.before, change.after)) {
            None => State::Unchanged,
            Some((None, _)) => State::New,
            Some((Some(_), Some(_))) => State::Changed,
            Some((Some(_), None)) => State::Removed,
        }
    }

    /// The difference of one file; nothing, if there is none.
    pub fn diff_of(&self, path: &str) -> String {
        let mut changes = self.changes.iter();
        changes
            .find(|change| change.path == path)
            .map(Change::diff)
            .unwrap_or_default()
    }

    /// Makes the disk as generated. Every new text is on disk beside its place before the first file is replaced; and should
    /// a file then not be replaceable, those before it are put back. So it is all of the change or none of it.
    pub fn write(self) -> Result<WriteSummary> {
        let mut staged = Vec::new();
        for change in &self.changes {
            staged.push(match change.after {
                Some(text) => Some(stage(
                    &self.checkout.resolve(change.path),
                    change.path,
                    text,
                )?),
                None => None,
            });
        }
        let mut written = WriteSummary {
            written: Vec::new(),
            removed: Vec::new(),
            unchanged: self.unchanged,
        };
        for (index, (change, file)) in self.changes.iter().zip(staged).enumerate() {
            let target = self.checkout.resolve(change.path);
            let done = match file {
                Some(file) => file.persist(&target).map(drop).map_err(|error| error.error),
                None => std::fs::remove_file(&target),
            };
            if let Err(error) = done {
                self.put_back(index)?;
                return Err(cannot("be replaced", change.path, &error));
            }
            let list = if change.after.is_some() {
                &mut written.written
            } else {
                &mut written.removed
            };
            list.push(change.path.to_owned());
        }
        Ok(written)
    }

    /// Makes the first `count` changes undone.
    fn put_back(&self, count: usize) -> Result<()> {
        for change in &self.changes[..count] {
            let target = self.checkout.resolve(change.path);
            let done = match &change.before {
                Some(text) => std::fs::write(&target, text),
                None => std::fs::remove_file(&target),
            };
            done.map_err(|error| {
                Diagnostic::new(
                    change.path,
                    format!("the file was replaced, and cannot be put back: {error}"),
                )
                .help("run this again when the disk can be written, or `git checkout` the files")
            })?;
        }
        Ok(())
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
        .help("nothing else was changed; fix this and run again")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_cannot_be_replaced_leaves_all_as_they_were() {
        let folder = tempfile::tempdir().unwrap();
        let checkout = Checkout::at(folder.path());
        let file = |path: &str| File {
            path: path.to_owned(),
            text: "new".to_owned(),
        };
        let files = [file("changed"), file("created"), file("unwritable")];
        let old = "left over".to_owned();
        for (path, text) in [("changed", "old"), ("unwritable", "old"), (&old, "old")] {
            std::fs::write(checkout.resolve(path), text).unwrap();
        }
        let leftovers = [old];
        let plan = Plan::new(&checkout, &files, &leftovers).unwrap();
        // Between planning and writing, a folder comes to stand in the way of the last file.
        std::fs::remove_file(checkout.resolve("unwritable")).unwrap();
        std::fs::create_dir(checkout.resolve("unwritable")).unwrap();
        let error = plan.write().unwrap_err().to_string();
        assert!(
            error.contains("unwritable") && error.contains("nothing else was changed"),
            "{error}"
        );

        assert_eq!(checkout.read("changed").unwrap(), "old");
        assert_eq!(checkout.read("left over").unwrap(), "old");
        let found = checkout.list("", &[]).unwrap();
        assert_eq!(
            found,
            ["/changed", "/left over"],
            "temporary files are left"
        );
    }
}
