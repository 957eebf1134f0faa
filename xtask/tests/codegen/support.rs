//! A checkout to break things in.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use tempfile::TempDir;
use xtask::layout::Checkout;

/// The captured page that the tests change.
pub(crate) const PAGE: &str = "openapi/captured/save-notes.yaml";

/// A checkout with an invented specification, and nothing generated yet.
pub(crate) struct Scratch {
    folder: TempDir,
}

impl Scratch {
    pub(crate) fn new() -> Self {
        let scratch = Self {
            folder: tempfile::tempdir().unwrap(),
        };
        let fixture = "xtask/tests/codegen/fixture";
        let own = Checkout::own();
        for file in own.list(fixture, &[]).unwrap() {
            let path = file.replacen(fixture, "openapi", 1);
            scratch.write(&path, &own.read(&file).unwrap());
        }
        scratch
    }

    pub(crate) fn checkout(&self) -> Checkout {
        Checkout::at(self.folder.path())
    }

    pub(crate) fn path(&self, file: impl AsRef<Path>) -> PathBuf {
        self.folder.path().join(file)
    }

    pub(crate) fn read(&self, file: &str) -> String {
        std::fs::read_to_string(self.path(file)).unwrap()
    }

    pub(crate) fn write(&self, file: &str, text: &str) {
        std::fs::create_dir_all(self.path(file).parent().unwrap()).unwrap();
        std::fs::write(self.path(file), text).unwrap();
    }

    /// Replaces the first `from` in a file.
    pub(crate) fn edit(&self, file: &str, from: &str, to: &str) -> &Self {
        let text = self.read(file);
        assert!(text.contains(from), "{file} does not contain {from:?}");
        self.write(file, &text.replacen(from, to, 1));
        self
    }

    /// Runs `cargo xtask` with these arguments on the scratch checkout.
    pub(crate) fn xtask(&self, arguments: &[&str]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_xtask"))
            .args(arguments)
            .arg("--root")
            .arg(self.folder.path())
            .output()
            .unwrap()
    }

    /// Every file and its text, by path.
    pub(crate) fn files(&self) -> Vec<(String, String)> {
        let files = self.checkout().list(".", &[]).unwrap().into_iter();
        files
            .map(|file| file.trim_start_matches("./").to_owned())
            .map(|file| (file.clone(), self.read(&file)))
            .collect()
    }
}
