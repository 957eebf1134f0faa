//! What is wrong with the specification, told to the person who has to mend it: which file, where in it, and what to do.

use std::fmt;
use std::path::{Path, PathBuf};

/// The result of every step of code generation.
pub type Result<T> = std::result::Result<T, Diagnostic>;

/// One fault of the specification, or of the files around it.
#[derive(Debug)]
pub struct Diagnostic {
    message: String,
    file: PathBuf,
    pointer: Option<String>,
    help: Option<String>,
}

impl Diagnostic {
    /// A fault in `file`, which is named relative to the repository.
    pub fn new(file: impl AsRef<Path>, message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            file: file.as_ref().to_owned(),
            pointer: None,
            help: None,
        }
    }

    /// Where in the file it is: a JSON pointer.
    #[must_use]
    pub fn at(mut self, pointer: impl Into<String>) -> Self {
        self.pointer = Some(pointer.into());
        self
    }

    /// What to do about it.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}\n  file: {}", self.message, self.file.display())?;
        if let Some(pointer) = &self.pointer {
            write!(
                f,
                "\n  at:   {}",
                if pointer.is_empty() {
                    "the document's root"
                } else {
                    pointer
                }
            )?;
        }
        if let Some(help) = &self.help {
            write!(f, "\n  help: {help}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Diagnostic {}
