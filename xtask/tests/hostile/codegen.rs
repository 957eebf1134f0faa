//! Any texts as a captured page and an overlay: code, or errors.

use std::path::Path;

use tempfile::TempDir;
use xtask::commands::generate;
use xtask::diagnostic::Faults;
use xtask::document::Document;
use xtask::layout::{Checkout, EFFECTIVE};

/// What stands between a page and the overlay of its section.
pub(crate) const OVERLAY: char = '\u{1e}';

/// The smallest invented API.
const BASE: &str = "xtask/tests/invented/base";
const PAGE: &str = "openapi/captured/things/thing.yaml";
const ACTIONS: &str = "openapi/overlay/things.yaml";

/// A checkout of an invented specification, to which texts are added.
pub(crate) struct Stage {
    folder: TempDir,
}

impl Stage {
    /// The smallest invented API.
    pub(crate) fn new() -> Self {
        let mut folders = Path::new(env!("CARGO_MANIFEST_DIR")).ancestors();
        let own = folders.find(|folder| folder.join(BASE).is_dir());
        let own = Checkout::at(own.unwrap());
        let memory = Path::new("/dev/shm");
        let folder = match memory.is_dir() {
            true => tempfile::tempdir_in(memory),
            false => tempfile::tempdir(),
        };
        let stage = Self {
            folder: folder.unwrap(),
        };
        for file in own.list(BASE, &[]).unwrap() {
            stage.write(
                &file.replacen(BASE, "openapi", 1),
                &own.read(&file).unwrap(),
            );
        }
        stage
    }

    pub(crate) fn checkout(&self) -> Checkout {
        Checkout::at(self.folder.path())
    }

    fn write(&self, file: &str, text: &str) {
        let path = self.folder.path().join(file);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }

    /// Generates from a page, and the overlay that may follow it. Returns whether there is code.
    pub(crate) fn check(&self, text: &str) -> bool {
        let (page, overlay) = text.split_once(OVERLAY).unwrap_or((text, ""));
        self.write(PAGE, page);
        let _ = std::fs::remove_file(self.folder.path().join(ACTIONS));
        if !overlay.is_empty() {
            self.write(ACTIONS, overlay);
        }
        match generate(&self.checkout()) {
            Err(faults) => {
                let told = faults.to_string();
                assert!(
                    !told.is_empty() && !told.contains("a mistake in codegen"),
                    "{told}\n{text}"
                );
                false
            }
            Ok(generated) => {
                let effective = generated.files.iter().find(|file| file.path == EFFECTIVE);
                let faults = Faults::new();
                let read = Document::parse(EFFECTIVE, &effective.unwrap().text, &faults);
                assert!(read.is_some() && faults.is_empty(), "{faults}\n{text}");
                true
            }
        }
    }
}
