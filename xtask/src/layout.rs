//! The layout of the repository.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use crate::diagnostic::{Diagnostic, Result};

/// The captured documentation pages.
pub const CAPTURED: &str = "openapi/captured";
/// The names that a person chose for what pages do not name.
pub const NAMES: &str = "openapi/names.yaml";
/// The effective document.
pub const EFFECTIVE: &str = "openapi/tight-v6.yaml";
/// The documented payloads.
pub const SAMPLES: &str = "openapi/samples";
/// The generated part of the SDK. Codegen owns this folder: what it did not write is removed.
pub const SDK: &str = "crates/tight-api/src/generated";
/// The generated part of the SDK's tests.
pub const SDK_TESTS: &str = "crates/tight-api/tests/sdk/generated";
/// The generated part of the sandbox.
pub const SANDBOX: &str = "crates/tight-sandbox/src/generated";

/// A checkout of the repository. All other paths in xtask are relative to it, with `/` between their parts.
#[derive(Debug, Clone)]
pub struct Checkout {
    root: PathBuf,
}

impl Checkout {
    /// The checkout at `root`.
    pub fn at(root: impl Into<PathBuf>) -> Self {
        Self { root: root.into() }
    }

    /// The checkout that this program was built from.
    pub fn own() -> Self {
        let xtask = Path::new(env!("CARGO_MANIFEST_DIR"));
        Self::at(xtask.parent().unwrap_or(xtask))
    }

    /// The path on disk.
    pub fn resolve(&self, path: impl AsRef<Path>) -> PathBuf {
        self.root.join(path)
    }

    /// Reads a file as text.
    pub fn read(&self, path: &str) -> Result<String> {
        std::fs::read_to_string(self.resolve(path)).map_err(|error| match error.kind() {
            ErrorKind::NotFound => Diagnostic::new(path, "there is no such file")
                .help("run this in a complete checkout, or name one with --root"),
            _ => Diagnostic::new(path, format!("the file cannot be read: {error}")),
        })
    }

    /// The files below `folder` with one of the extensions (any, if there are none), in the order of their names.
    /// A folder that does not exist has no files.
    pub fn list(&self, folder: &str, extensions: &[&str]) -> Result<Vec<String>> {
        let mut found = Vec::new();
        let entries = match std::fs::read_dir(self.resolve(folder)) {
            Ok(entries) => entries,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(found),
            Err(error) => {
                return Err(Diagnostic::new(
                    folder,
                    format!("the folder cannot be read: {error}"),
                ));
            }
        };
        for entry in entries {
            let entry = entry.map_err(|error| {
                Diagnostic::new(folder, format!("the folder cannot be read: {error}"))
            })?;
            let name = entry.file_name();
            let path = format!("{folder}/{}", name.to_string_lossy());
            if entry.path().is_dir() {
                found.extend(self.list(&path, extensions)?);
            } else if extensions.is_empty()
                || Path::new(&name)
                    .extension()
                    .is_some_and(|ext| extensions.iter().any(|wanted| ext == *wanted))
            {
                found.push(path);
            }
        }
        found.sort();
        Ok(found)
    }
}
