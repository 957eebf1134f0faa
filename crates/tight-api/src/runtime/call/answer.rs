//! Whatever came back, whole and unread, or why it did not come whole.

use std::borrow::Cow;
use std::sync::{Arc, OnceLock};

use bytes::{Bytes, BytesMut};
use http::HeaderMap;

use super::operation::{Auth, Effect, Operation};
use super::secrets::Secrets;
use super::span::Answered;
use crate::runtime::error::{BODY_CAP, Error, ErrorKind};
use crate::runtime::response::{RawBody, ResponseHead};
use crate::runtime::transport::body_lost;

/// The largest answer that is read, after decompression. A batch of a hundred messages is far below it.
const ANSWER_CAP: usize = 64 * 1024 * 1024;

/// How much of an answer that is no success is read. More would not be kept.
const FAILURE_CAP: usize = 1024 * 1024;

/// An answer with any status.
pub(crate) struct Answer {
    operation: Operation,
    pub(crate) head: ResponseHead,
    body: Bytes,
    /// Why the body is not whole, if it is not. Only an answer that is no success can be without a part of its body.
    cut: Option<Cut>,
    /// Whether an earlier attempt of the same call may have taken effect.
    in_doubt: bool,
    /// What the request was sent with.
    secrets: Secrets,
    /// What errors keep of the body, made once for all of them.
    excerpt: OnceLock<Bytes>,
    /// What is traced of the call, once the answer is its last.
    span: Option<Answered>,
}

/// An answer on its way. It outlives an attempt that runs out of time.
#[derive(Default)]
pub(super) struct Arriving {
    head: Option<ResponseHead>,
    first: Bytes,
    rest: BytesMut,
    cut: Option<Cut>,
}

impl Arriving {
    /// Receives an answer, as far as it comes.
    pub(super) async fn receive(&mut self, mut response: reqwest::Response, is_account: bool) {
        let head = self.head.insert(ResponseHead {
            status: response.status(),
            headers: std::mem::take(response.headers_mut()),
            body: None,
        });
        // An account counts whatever its status.
        let cap = if head.status.is_success() || is_account {
            ANSWER_CAP
        } else {
            FAILURE_CAP
        };
        let announced = announced(&head.headers);
        self.cut = loop {
            match response.chunk().await {
                // A body of one chunk is not copied.
                Ok(Some(chunk)) if self.first.is_empty() => self.first = chunk,
                Ok(Some(chunk)) => {
                    if self.rest.is_empty() {
                        self.rest
                            .reserve(announced.max(self.first.len() + chunk.len()));
                        self.rest.extend_from_slice(&self.first);
                    }
                    self.rest.extend_from_slice(&chunk);
                }
                Ok(None) => break None,
                Err(error) => break Some(Cut::Lost(Arc::new(error.without_url()))),
            }
            if self.first.len().max(self.rest.len()) > cap {
                break Some(Cut::TooLarge);
            }
        };
    }

    /// What has come when the time was up.
    pub(super) fn out_of_time(&mut self) {
        self.cut = Some(Cut::TimedOut);
    }

    /// The answer, if its head came. Of a success, all must have come.
    pub(super) fn answer(
        self,
        operation: Operation,
        secrets: Secrets,
    ) -> Option<Result<Answer, Error>> {
        let mut head = self.head?;
        secrets.clean_headers(&mut head.headers);
        let answer = Answer {
            operation,
            head,
            body: if self.rest.is_empty() {
                self.first
            } else {
                self.rest.freeze()
            },
            cut: self.cut,
            in_doubt: false,
            secrets,
            excerpt: OnceLock::new(),
            span: None,
        };
        let status = answer.head.status;
        Some(match &answer.cut {
            Some(cut) if status.is_success() => {
                let (kind, what) = cut.describe();
                Err(answer.error(kind, format!("the answer ({status}) {what}")))
            }
            _ => Ok(answer),
        })
    }
}

impl Answer {
    /// The answer, after attempts that may have taken effect or did not.
    pub(super) fn in_doubt(self, in_doubt: bool) -> Self {
        Self { in_doubt, ..self }
    }

    /// The answer, which ends a call.
    pub(super) fn in_span(self, span: Answered) -> Self {
        let span = Some(span);
        Self { span, ..self }
    }

    /// Keeps the body with the head, up to so many bytes.
    pub(super) fn keep_body(&mut self, cap: usize) {
        let kept = self.body.slice(..self.body.len().min(cap));
        let is_truncated = kept.len() < self.body.len() || self.cut.is_some();
        self.head.body = Some(RawBody { kept, is_truncated });
    }

    /// Takes note of what the call came to, for its trace.
    pub(crate) fn conclude<T>(&self, result: Result<T, Error>) -> Result<T, Error> {
        if let (Some(span), Err(error)) = (&self.span, &result) {
            span.fail(error.kind());
        }
        result
    }

    /// Whether an earlier attempt of the same call may have taken effect.
    pub(crate) fn is_in_doubt(&self) -> bool {
        self.in_doubt
    }

    /// Whether nothing came but the head.
    pub(crate) fn is_empty(&self) -> bool {
        self.body.iter().all(u8::is_ascii_whitespace)
    }

    /// Whether it is all that a call that deletes has to be answered: that it succeeded.
    pub(crate) fn is_silent(&self) -> bool {
        self.operation.effect == Effect::Deletes && self.head.status.is_success() && self.is_empty()
    }

    /// The head, and the body as it came.
    pub(crate) fn into_parts(self) -> (ResponseHead, Bytes) {
        (self.head, self.body)
    }

    /// The body as text: without a byte order mark, and with replacement characters for what is not UTF-8.
    pub(crate) fn text(&self) -> Cow<'_, str> {
        let body = self.body.strip_prefix(b"\xef\xbb\xbf");
        let body = body.unwrap_or(&self.body);
        // What replaces characters goes byte by byte; what finds out whether it has to does not.
        match std::str::from_utf8(body) {
            Ok(text) => Cow::Borrowed(text),
            Err(_) => String::from_utf8_lossy(body),
        }
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
            .with_effect(self.operation.effect.writes())
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

    /// As [`error`](Self::error), for an answer that says that nothing was done.
    pub(crate) fn refusal(&self, kind: ErrorKind, message: impl Into<String>) -> Error {
        self.error(kind, message).with_effect(self.in_doubt)
    }

    /// What an error keeps of the body.
    fn excerpt(&self) -> Bytes {
        let is_whole = self.cut.is_none();
        self.excerpt
            .get_or_init(|| self.secrets.excerpt(&self.body, is_whole, BODY_CAP))
            .clone()
    }

    /// What an error keeps of a part of the body.
    pub(crate) fn excerpt_of(&self, part: &str) -> (Bytes, bool) {
        let part = Bytes::copy_from_slice(part.as_bytes());
        let excerpt = self.secrets.excerpt(&part, true, BODY_CAP);
        (excerpt, part.len() > BODY_CAP)
    }

    /// What the request was sent with, and must not come back out.
    pub(crate) fn secrets(&self) -> &Secrets {
        &self.secrets
    }
}

/// Why a body did not come whole.
enum Cut {
    TooLarge,
    TimedOut,
    Lost(Arc<reqwest::Error>),
}

impl Cut {
    fn describe(&self) -> (ErrorKind, String) {
        match self {
            Self::TooLarge => {
                let cap = ANSWER_CAP / 1024 / 1024;
                (ErrorKind::Decode, format!("is larger than {cap} MiB"))
            }
            Self::TimedOut => (ErrorKind::Timeout, "did not end in time".to_owned()),
            Self::Lost(cause) => {
                let (kind, what) = body_lost(cause);
                (kind, what.to_owned())
            }
        }
    }
}

/// The announced length of a body, as far as it is to be trusted with memory.
fn announced(headers: &HeaderMap) -> usize {
    let length = headers
        .get(http::header::CONTENT_LENGTH)
        .and_then(|value| value.to_str().ok()?.parse().ok());
    length.unwrap_or(0).min(1024 * 1024)
}
