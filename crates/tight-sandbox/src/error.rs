//! Errors of starting a sandbox.

use std::{error::Error, fmt, io, net::SocketAddr};

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
    /// The sandbox cannot listen on the address of [`Builder::address`](crate::Builder::address) and
    /// [`Builder::port`](crate::Builder::port): the port is in use, for example.
    Bind {
        /// The address and port. Port 0 means any free one.
        address: SocketAddr,
        /// Why the operating system refused.
        source: io::Error,
    },
    /// The operating system refused a thread or what its runtime needs, for
    /// [`Builder::start_blocking`](crate::Builder::start_blocking).
    Thread(io::Error),
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
            Self::Bind { address, source } => match source.kind() {
                io::ErrorKind::AddrInUse => write!(
                    f,
                    "the sandbox cannot listen on {address}, because the port is in use: stop the program that uses it \
                     (another sandbox, perhaps), or choose another port; port 0 is any free one"
                ),
                io::ErrorKind::PermissionDenied => write!(
                    f,
                    "the sandbox cannot listen on {address}, because this process is not allowed to: choose a port above \
                     1023; port 0 is any free one"
                ),
                io::ErrorKind::AddrNotAvailable => write!(
                    f,
                    "the sandbox cannot listen on {address}, because this machine does not have that address: choose \
                     127.0.0.1, or 0.0.0.0 for all addresses"
                ),
                _ => write!(
                    f,
                    "the sandbox cannot listen on {address}: choose another address or port"
                ),
            },
            Self::Thread(_) => f.write_str(
                "the sandbox cannot have a thread of its own: drop sandboxes that are no longer needed, or share one",
            ),
        }
    }
}

impl Error for StartError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Bind { source, .. } | Self::Thread(source) => Some(source),
            Self::Document { .. } => None,
        }
    }
}
