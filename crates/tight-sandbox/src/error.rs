//! Errors of starting a sandbox.

use std::{error::Error, fmt, io};

/// A [`Sandbox`](crate::Sandbox) could not be started.
#[derive(Debug)]
#[non_exhaustive]
pub enum StartError {
    /// The document given to [`Builder::document`](crate::Builder::document) is not an OpenAPI document. An error in
    /// one operation is no start error: see [`Sandbox::unserved`](crate::Sandbox::unserved).
    Document {
        /// What is wrong with the document.
        reason: String,
    },
    /// No port can be opened on the loopback interface.
    Bind(io::Error),
}

impl StartError {
    pub(crate) fn document(reason: impl fmt::Display) -> Self {
        Self::Document {
            reason: reason.to_string(),
        }
    }
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Document { reason } => write!(
                f,
                "the OpenAPI document cannot be read: {reason}; give `Builder::document` an OpenAPI 3.0 document as JSON"
            ),
            Self::Bind(_) => {
                f.write_str("no port can be opened on the loopback interface (127.0.0.1)")
            }
        }
    }
}

impl Error for StartError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Bind(source) => Some(source),
            Self::Document { .. } => None,
        }
    }
}
