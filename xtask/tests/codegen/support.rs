//! A checkout to break things in.

use std::path::{Path, PathBuf};

use tempfile::TempDir;
use xtask::commands::{Generated, generate};
use xtask::diagnostic::Faults;
use xtask::document::EVERYWHERE;
use xtask::files::{Plan, WriteSummary, leftovers};
use xtask::layout::Checkout;

use crate::invented::{Case, INVENTED};

/// The page of the smallest invented API.
pub(crate) const PAGE: &str = "openapi/captured/notes/get-note.yaml";

/// A checkout with an invented specification, and nothing generated yet.
pub(crate) struct Scratch {
    folder: TempDir,
}

impl Scratch {
    /// Of the smallest invented API.
    pub(crate) fn new() -> Self {
        let scratch = Self {
            folder: tempfile::tempdir().unwrap(),
        };
        let base = format!("{INVENTED}/base");
        let own = Checkout::own();
        for file in own.list(&base, &[]).unwrap() {
            let path = file.replacen(&base, "openapi", 1);
            scratch.write(&path, &own.read(&file).unwrap());
        }
        scratch
    }

    /// Of the smallest invented API, and a case.
    pub(crate) fn of(case: &Case) -> Self {
        let scratch = Self::new();
        for (path, text) in &case.pages {
            scratch.write(&format!("openapi/captured/{path}"), text);
        }
        if let Some(overlay) = &case.overlay {
            scratch.write("openapi/overlay/things.yaml", overlay);
        }
        if let Some(everywhere) = &case.everywhere {
            let text = scratch.read(EVERYWHERE);
            scratch.write(EVERYWHERE, &(text + everywhere));
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

    pub(crate) fn remove(&self, file: &str) {
        std::fs::remove_file(self.path(file)).unwrap();
    }

    /// Replaces the first `from` in a file.
    pub(crate) fn edit(&self, file: &str, from: &str, to: &str) -> &Self {
        let text = self.read(file);
        assert!(text.contains(from), "{file} does not contain {from:?}");
        self.write(file, &text.replacen(from, to, 1));
        self
    }

    /// What follows from the specification.
    pub(crate) fn generate(&self) -> Result<Generated, Faults> {
        generate(&self.checkout())
    }

    /// What follows from the specification, which is known to be right.
    pub(crate) fn generated(&self) -> Generated {
        self.generate().unwrap_or_else(|faults| panic!("{faults}"))
    }

    /// Writes what follows from the specification.
    pub(crate) fn codegen(&self) -> WriteSummary {
        let (checkout, generated) = (self.checkout(), self.generated());
        let leftovers = leftovers(&checkout, &generated.files).unwrap();
        let plan = Plan::new(&checkout, &generated.files, &leftovers).unwrap();
        plan.write().unwrap()
    }

    /// How the files differ from what follows from the specification.
    pub(crate) fn stale(&self) -> String {
        let (checkout, generated) = (self.checkout(), self.generated());
        let leftovers = leftovers(&checkout, &generated.files).unwrap();
        Plan::new(&checkout, &generated.files, &leftovers)
            .unwrap()
            .diff()
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
