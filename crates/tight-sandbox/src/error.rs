//! Why a sandbox could not be started.

use std::{error::Error, fmt, io};

/// Why a [`Sandbox`](crate::Sandbox) could not be started.
#[derive(Debug)]
#[non_exhaustive]
pub enum StartError {
    /// What was to be served is no OpenAPI document. What is wrong with one of its operations is no such error:
    /// that operation is not served then ([`Sandbox::unserved`](crate::Sandbox::unserved)).
    Document {
        /// What is wrong with it.
        reason: String,
    },
    /// No port could be opened on the loopback interface.
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
            Self::Document { reason } => write!(f, "the OpenAPI document cannot be read: {reason}"),
            Self::Bind(_) => f.write_str("no port could be opened on the loopback interface"),
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
