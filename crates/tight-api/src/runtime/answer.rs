//! Whatever came back, whole and unread, or why nothing did.

use std::future::poll_fn;

use bytes::{Bytes, BytesMut};
use http::{HeaderMap, StatusCode};
use progenitor_client::{ByteStream, Error as StockError, ResponseValue};

use super::operation::{Effect, Operation};
use crate::error::{Error, ErrorKind, Possible};

/// What the generated client returns: a success as bytes, any other status as an unread response.
pub(crate) type Sent = Result<ResponseValue<ByteStream>, StockError<()>>;

/// The largest answer that is read. A batch of a hundred messages is far below it.
const ANSWER_CAP: usize = 64 * 1024 * 1024;

/// An answer with any status.
#[derive(Debug)]
pub(crate) struct Answer {
    operation: Operation,
    pub(crate) status: StatusCode,
    headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Answer {
    /// Receives the whole answer.
    pub(crate) async fn receive(operation: Operation, sent: Sent) -> Result<Self, Error> {
        let (status, headers, body) = match sent {
            Ok(response) => {
                let (status, headers) = (response.status(), response.headers().clone());
                (status, headers, Body::Success(response.into_inner()))
            }
            Err(StockError::UnexpectedResponse(response)) => {
                let (status, headers) = (response.status(), response.headers().clone());
                (status, headers, Body::Other(response))
            }
            Err(error) => return Err(not_answered(operation, error)),
        };
        let (body, cut) = body.collect(&headers).await;
        let answer = Self {
            operation,
            status,
            headers,
            body,
        };
        match cut {
            None => Ok(answer),
            Some(Cut::TooLarge) => Err(answer.error(
                ErrorKind::Decode,
                format!(
                    "the answer ({status}) is larger than {} MiB",
                    ANSWER_CAP / 1024 / 1024
                ),
            )),
            // A failure says what it has to say with its status; the rest of its body is not missed.
            Some(Cut::Lost(_)) if !status.is_success() => Ok(answer),
            Some(Cut::Lost(cause)) if cause.is_timeout() => Err(answer
                .error(
                    ErrorKind::Timeout,
                    format!("the answer ({status}) did not end in time"),
                )
                .caused_by(cause)),
            Some(Cut::Lost(cause)) => Err(answer
                .error(
                    ErrorKind::Connection,
                    format!("the connection was lost within the answer ({status})"),
                )
                .caused_by(cause)),
        }
    }

    /// An error that this answer is, or has.
    pub(crate) fn error(&self, kind: ErrorKind, message: impl Into<String>) -> Error {
        Error::new(kind, message)
            .in_operation(self.operation.id)
            .with_effect(possible(self.operation))
            .with_answer(self.status, self.headers.clone(), self.body.clone())
    }
}

/// What a call may have done, once it was sent.
fn possible(operation: Operation) -> Possible {
    match operation.effect {
        Effect::Reads => Possible::Nothing,
        Effect::Writes => Possible::Effect,
    }
}

/// Why a body did not come whole.
enum Cut {
    TooLarge,
    Lost(reqwest::Error),
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

    /// All of it, or what came of it. A body of one chunk is not copied.
    async fn collect(mut self, headers: &HeaderMap) -> (Bytes, Option<Cut>) {
        let mut first = Bytes::new();
        let mut all = BytesMut::new();
        let cut = loop {
            match self.chunk().await {
                Ok(Some(chunk)) if first.is_empty() => first = chunk,
                Ok(Some(chunk)) => {
                    if all.is_empty() {
                        all.reserve(announced(headers).max(first.len() + chunk.len()));
                        all.extend_from_slice(&first);
                    }
                    all.extend_from_slice(&chunk);
                }
                Ok(None) => break None,
                Err(error) => break Some(Cut::Lost(error.without_url())),
            }
            if first.len().max(all.len()) > ANSWER_CAP {
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
            let (kind, message, effect) =
                if cause.is_builder() || cause.is_request() && cause.is_body() {
                    (
                        ErrorKind::Refused,
                        "the request could not be made",
                        Possible::Nothing,
                    )
                } else if cause.is_connect() {
                    (
                        ErrorKind::Connect,
                        "the connection could not be made",
                        Possible::Nothing,
                    )
                } else if cause.is_timeout() {
                    (
                        ErrorKind::Timeout,
                        "there was no answer in time",
                        possible(operation),
                    )
                } else {
                    (
                        ErrorKind::Connection,
                        "the connection was lost before an answer came",
                        possible(operation),
                    )
                };
            Error::new(kind, message)
                .with_effect(effect)
                .caused_by(cause)
        }
        StockError::InvalidRequest(reason) | StockError::Custom(reason) => {
            Error::new(ErrorKind::Refused, reason)
        }
        // What is left are errors of a body that progenitor read, and it reads none.
        other => {
            let message = "the answer was read by other hands";
            Error::new(ErrorKind::Decode, message)
                .with_effect(possible(operation))
                .caused_by(other.to_string())
        }
    };
    error.in_operation(operation.id)
}
