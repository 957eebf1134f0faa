//! The errors of webhooks.

use std::fmt;
use std::time::SystemTime;

use crate::text::{self, LINE};

/// A result with a webhook [`Error`].
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// The error of verifying or decoding a webhook. Never contains the secret or the token.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Error {
    /// The secret is empty. Set the `webhook_secret` that Tight issued to you.
    EmptySecret,
    /// The request has no header `Tight-Verification`.
    NoToken,
    /// The header is not a valid JSON Web Token.
    InvalidToken {
        /// The reason.
        reason: &'static str,
    },
    /// The token names an algorithm other than HS256, the documented one.
    WrongAlgorithm,
    /// The token was not signed with this secret: it was not sent by Tight, or comes from another environment.
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
    /// The body cannot be decoded as JSON.
    Unreadable {
        /// The JSON path of the error, such as `data.lines[2].amount`; empty for the top level.
        path: String,
        /// The reason, with line and column.
        message: String,
    },
}

impl Error {
    /// Returns whether the sender could not be verified. Respond with 401 then, and with 400 otherwise.
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
                write!(f, "the token of the webhook is invalid: {reason}")
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
                out.write_str("the body of the webhook is not valid JSON")?;
                if !path.is_empty() {
                    write!(out, " at {path}")?;
                }
                write!(out, ": {message}")
            }),
        }
    }
}

impl std::error::Error for Error {}
