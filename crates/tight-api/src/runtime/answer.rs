//! Whatever came back, whole and unread, or why nothing did.

use std::future::poll_fn;
use std::sync::{Arc, OnceLock};

use bytes::{Bytes, BytesMut};
use http::{HeaderMap, StatusCode};
use progenitor_client::{ByteStream, Error as StockError};
use serde_json::value::RawValue;

use super::call::Sent;
use super::operation::{Auth, Effect, Operation};
use super::secrets::Secrets;
use crate::error::{BODY_CAP, Error, ErrorKind};
use crate::response::ResponseHead;

/// The largest answer that is read. A batch of a hundred messages is far below it.
const ANSWER_CAP: usize = 64 * 1024 * 1024;

/// How much of an answer that is no success is read. More would not be kept.
const FAILURE_CAP: usize = 1024 * 1024;

/// An answer with any status.
pub(crate) struct Answer {
    operation: Operation,
    pub(crate) head: ResponseHead,
    pub(crate) body: Bytes,
    /// Why the body is not whole, if it is not. Only an answer that is no success can be without a part of its body.
    cut: Option<Cut>,
    /// Whether an earlier attempt of the same call may have taken effect.
    in_doubt: bool,
    /// What the request was sent with.
    secrets: Secrets,
    /// What errors keep of the body, made once for all of them.
    excerpt: OnceLock<Bytes>,
}

impl Answer {
    /// Receives the whole answer to a request that was sent with these secrets.
    pub(crate) async fn receive(
        operation: Operation,
        sent: Sent,
        secrets: Secrets,
    ) -> Result<Self, Error> {
        let (head, body) = match sent {
            Ok(response) => {
                let head = ResponseHead {
                    status: response.status(),
                    headers: response.headers().clone(),
                };
                (head, Body::Success(response.into_inner()))
            }
            Err(StockError::UnexpectedResponse(response)) => {
                let head = ResponseHead {
                    status: response.status(),
                    headers: response.headers().clone(),
                };
                (head, Body::Other(response))
            }
            Err(error) => return Err(not_answered(operation, error)),
        };
        let is_success = head.status.is_success();
        let cap = if is_success { ANSWER_CAP } else { FAILURE_CAP };
        let (body, cut) = body.collect(announced(&head.headers), cap).await;
        let answer = Self {
            operation,
            head,
            body,
            cut,
            in_doubt: false,
            secrets,
            excerpt: OnceLock::new(),
        };
        match &answer.cut {
            Some(cut) if is_success => {
                let (kind, message) = cut.describe(answer.head.status);
                Err(answer.error(kind, message))
            }
            _ => Ok(answer),
        }
    }

    /// The answer, after attempts that may have taken effect or did not.
    pub(crate) fn in_doubt(self, in_doubt: bool) -> Self {
        Self { in_doubt, ..self }
    }

    /// Whether an earlier attempt of the same call may have taken effect.
    pub(crate) fn is_in_doubt(&self) -> bool {
        self.in_doubt
    }

    /// An error that this answer is, or has. The call may have taken effect, if it is one that has any.
    pub(crate) fn error(&self, kind: ErrorKind, message: impl Into<String>) -> Error {
        // The successes of an operation that is sent with the client's secret are secrets themselves.
        let is_secret =
            self.operation.auth == Auth::ClientCredentials && self.head.status.is_success();
        let body = if is_secret {
            Bytes::new()
        } else {
            self.excerpt()
        };
        let is_truncated = self.cut.is_some() || self.body.len() > BODY_CAP;
        let error = Error::new(kind, message)
            .in_operation(self.operation.id)
            .with_effect(self.operation.effect == Effect::Writes)
            .with_answer(
                self.head.status,
                self.head.headers.clone(),
                body,
                is_truncated,
            );
        match &self.cut {
            Some(Cut::Lost(cause)) => error.caused_by(Arc::clone(cause)),
            _ => error,
        }
    }

    /// What an error keeps of the body.
    fn excerpt(&self) -> Bytes {
        let is_whole = self.cut.is_none();
        self.excerpt
            .get_or_init(|| self.secrets.excerpt(&self.body, is_whole, BODY_CAP))
            .clone()
    }

    /// What an error keeps of a part of the body.
    pub(super) fn excerpt_of(&self, part: &RawValue) -> (Bytes, bool) {
        let part = Bytes::copy_from_slice(part.get().as_bytes());
        let excerpt = self.secrets.excerpt(&part, true, BODY_CAP);
        (excerpt, part.len() > BODY_CAP)
    }

    /// What the request was sent with, and must not come back out.
    pub(super) fn secrets(&self) -> &Secrets {
        &self.secrets
    }

    /// As [`error`](Self::error), for an answer that says that nothing was done.
    pub(crate) fn refusal(&self, kind: ErrorKind, message: impl Into<String>) -> Error {
        self.error(kind, message).with_effect(self.in_doubt)
    }
}

/// Why a body did not come whole.
#[derive(Debug)]
enum Cut {
    TooLarge,
    Lost(Arc<reqwest::Error>),
}

impl Cut {
    fn describe(&self, status: StatusCode) -> (ErrorKind, String) {
        match self {
            Self::TooLarge => {
                let cap = ANSWER_CAP / 1024 / 1024;
                (
                    ErrorKind::Decode,
                    format!("the answer ({status}) is larger than {cap} MiB"),
                )
            }
            Self::Lost(cause) if cause.is_timeout() => (
                ErrorKind::Timeout,
                format!("the answer ({status}) did not end in time"),
            ),
            Self::Lost(_) => (
                ErrorKind::Connection,
                format!("the connection was lost within the answer ({status})"),
            ),
        }
    }
}

/// A body on its way, in the two forms in which the generated client hands it over.
enum Body {
    Success(ByteStream),
    Other(reqwest::Response),
}

impl Body {
    async fn chunk(&mut self) -> reqwest::Result<Option<Bytes>> {
        match self {
            Self::Success(stream) => poll_fn(|context| stream.as_mut().poll_next(context))
                .await
                .transpose(),
            Self::Other(response) => response.chunk().await,
        }
    }

    /// All of it, or what came of it up to `cap`. A body of one chunk is not copied.
    async fn collect(mut self, announced: usize, cap: usize) -> (Bytes, Option<Cut>) {
        let mut first = Bytes::new();
        let mut all = BytesMut::new();
        let cut = loop {
            match self.chunk().await {
                Ok(Some(chunk)) if first.is_empty() => first = chunk,
                Ok(Some(chunk)) => {
                    if all.is_empty() {
                        all.reserve(announced.max(first.len() + chunk.len()));
                        all.extend_from_slice(&first);
                    }
                    all.extend_from_slice(&chunk);
                }
                Ok(None) => break None,
                Err(error) => break Some(Cut::Lost(Arc::new(error.without_url()))),
            }
            if first.len().max(all.len()) > cap {
                break Some(Cut::TooLarge);
            }
        };
        (if all.is_empty() { first } else { all.freeze() }, cut)
    }
}

/// The announced length of a body, as far as it is to be trusted with memory.
fn announced(headers: &HeaderMap) -> usize {
    let length = headers
        .get(http::header::CONTENT_LENGTH)
        .and_then(|value| value.to_str().ok()?.parse().ok());
    length.unwrap_or(0).min(1024 * 1024)
}

/// The error for a request that nothing answered.
fn not_answered(operation: Operation, error: StockError<()>) -> Error {
    let error = match error {
        StockError::CommunicationError(cause) => {
            let cause = cause.without_url();
            let writes = operation.effect == Effect::Writes;
            let (kind, message, may_have_taken_effect) = if cause.is_builder() {
                (
                    ErrorKind::InvalidRequest,
                    "the request could not be made",
                    false,
                )
            } else if cause.is_connect() {
                (
                    ErrorKind::Connect,
                    "the connection could not be made",
                    false,
                )
            } else if cause.is_timeout() {
                (ErrorKind::Timeout, "there was no answer in time", writes)
            } else {
                (
                    ErrorKind::Connection,
                    "the connection was lost before an answer came",
                    writes,
                )
            };
            Error::new(kind, message)
                .with_effect(may_have_taken_effect)
                .caused_by(cause)
        }
        StockError::InvalidRequest(reason) | StockError::Custom(reason) => {
            Error::new(ErrorKind::InvalidRequest, reason)
        }
        // What is left are faults of reading a body, and the generated client reads none.
        other => Error::new(
            ErrorKind::Decode,
            format!("the generated client failed: {other}"),
        )
        .with_effect(true),
    };
    error.in_operation(operation.id)
}
