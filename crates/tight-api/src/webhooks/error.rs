//! Why a webhook is not accepted, or cannot be read.

use std::fmt;
use std::time::SystemTime;

use crate::text::{self, LINE};

/// The result of reading a webhook.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why a webhook is not accepted, or cannot be read. It never contains the secret or the token.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Error {
    /// The secret is empty, so anybody could sign with it. Set the `webhook_secret` that Tight gave you.
    EmptySecret,
    /// The request has no header `Tight-Verification`.
    NoToken,
    /// The header holds no JSON Web Token that this crate can read.
    InvalidToken {
        /// What is wrong with it.
        reason: &'static str,
    },
    /// The token names an algorithm other than HS256, the documented one.
    WrongAlgorithm,
    /// The token was not signed with this secret: somebody else sent it, or it is of another environment.
    WrongSignature,
    /// The token expired more than a minute ago.
    Expired {
        /// When it expired.
        at: SystemTime,
    },
    /// The token becomes valid in more than a minute.
    NotYetValid {
        /// When it becomes valid.
        at: SystemTime,
    },
    /// The body cannot be read as JSON.
    Unreadable {
        /// Where it stops being readable, such as `data.lines[2].amount`; empty for the top.
        path: String,
        /// What is wrong there, with line and column.
        message: String,
    },
}

impl Error {
    /// Returns whether the sender is not proven to be Tight. Answer 401 then, and 400 to a body that cannot be read.
    pub fn is_unverified(&self) -> bool {
        !matches!(self, Self::Unreadable { .. })
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::EmptySecret => {
                f.write_str("the webhook secret is empty; set the `webhook_secret` from Tight")
            }
            Self::NoToken => f.write_str("the webhook has no header Tight-Verification"),
            Self::InvalidToken { reason } => {
                write!(f, "the token of the webhook cannot be read: {reason}")
            }
            Self::WrongAlgorithm => {
                f.write_str("the token of the webhook is not signed with HS256")
            }
            Self::WrongSignature => f.write_str(
                "the token of the webhook is not signed with this secret; check that it is the one of this environment",
            ),
            Self::Expired { .. } => {
                f.write_str("the token of the webhook has expired; check the clock of this machine")
            }
            Self::NotYetValid { .. } => f.write_str(
                "the token of the webhook is not valid yet; check the clock of this machine",
            ),
            Self::Unreadable { path, message } => text::line(f, LINE, |out| {
                out.write_str("the body of the webhook cannot be read as JSON")?;
                if !path.is_empty() {
                    write!(out, " at {path}")?;
                }
                write!(out, ": {message}")
            }),
        }
    }
}

impl std::error::Error for Error {}
