//! Errors of the program.

use std::{error::Error, fmt};

/// Why the program ends, where the cause alone does not say it.
#[derive(Debug)]
pub(super) struct Failure {
    message: String,
    source: Box<dyn Error>,
}

impl Failure {
    pub(super) fn of(message: impl Into<String>, source: impl Error + 'static) -> Self {
        Self {
            message: message.into(),
            source: Box::new(source),
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl Error for Failure {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(&*self.source)
    }
}
