//! Why a sandbox could not be started: the one error that its users meet, and what it is made from.

use std::{error::Error, fmt, io};

/// Why a [`Sandbox`](crate::Sandbox) could not be started.
#[derive(Debug)]
#[non_exhaustive]
pub enum StartError {
    /// The OpenAPI document cannot be read.
    Document {
        /// What is wrong with it.
        reason: String,
    },
    /// The document has an operation of a kind that the sandbox has not been taught.
    Unsupported {
        /// The operation, by its method, path and id.
        operation: String,
        /// What the sandbox does not know about it.
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

    pub(crate) fn unsupported(operation: impl Into<String>, reason: impl fmt::Display) -> Self {
        Self::Unsupported {
            operation: operation.into(),
            reason: reason.to_string(),
        }
    }
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Document { reason } => write!(f, "the OpenAPI document cannot be read: {reason}"),
            Self::Unsupported { operation, reason } => {
                write!(
                    f,
                    "the sandbox does not know how to answer {operation} yet: {reason}"
                )
            }
            Self::Bind(_) => f.write_str("no port could be opened on the loopback interface"),
        }
    }
}

impl Error for StartError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Bind(source) => Some(source),
            Self::Document { .. } | Self::Unsupported { .. } => None,
        }
    }
}

/// Why one operation cannot be made ready to answer.
#[derive(Debug)]
pub(crate) enum Obstacle {
    /// The document is not in order there.
    Document(String),
    /// It asks for more than the sandbox knows.
    Unsupported(String),
}

impl Obstacle {
    pub(crate) fn unsupported(reason: impl Into<String>) -> Self {
        Self::Unsupported(reason.into())
    }

    /// The error for the person who starts the sandbox, where this is in the way of `operation`.
    pub(crate) fn of(self, operation: &str) -> StartError {
        match self {
            Self::Document(reason) => StartError::document(format!("{operation}: {reason}")),
            Self::Unsupported(reason) => StartError::unsupported(operation, reason),
        }
    }
}

impl From<String> for Obstacle {
    fn from(reason: String) -> Self {
        Self::Document(reason)
    }
}
