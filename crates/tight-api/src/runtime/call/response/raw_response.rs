//! The response before it is decoded, complete or cut off.

use std::borrow::Cow;
use std::sync::{Arc, OnceLock};

use bytes::{Bytes, BytesMut};
use http::HeaderMap;

use super::secrets::Secrets;
use crate::runtime::call::operation::{Auth, Effect, Operation};
use crate::runtime::call::telemetry::span::ResponseSpan;
use crate::runtime::error::{BODY_CAP, Error, ErrorKind};
use crate::runtime::response::{RawBody, ResponseHead};
use crate::runtime::transport::body_lost;

/// The largest body that is read, after decompression. A batch of a hundred messages is far smaller.
const RESPONSE_CAP: usize = 64 * 1024 * 1024;

/// The most that is read of the body of an unsuccessful response.
const FAILURE_CAP: usize = 1024 * 1024;

/// A response with any status. It is passed on in a box, since it is large.
pub(crate) struct RawResponse {
    operation: Operation,
    pub(crate) head: ResponseHead,
    body: Bytes,
    /// Why the body is incomplete, if it is. Only unsuccessful responses can have an incomplete body.
    cut: Option<Cut>,
    /// Whether an earlier attempt of the same call may have taken effect.
    in_doubt: bool,
    /// The secrets of the request.
    secrets: Secrets,
    /// The body that errors keep, computed once.
    excerpt: OnceLock<Bytes>,
    /// The span of the call, for its last response.
    span: Option<ResponseSpan>,
}

/// A response that is being received. Outlives an attempt that times out.
#[derive(Default)]
pub(in crate::runtime::call) struct IncomingResponse {
    head: Option<ResponseHead>,
    first: Bytes,
    rest: BytesMut,
    cut: Option<Cut>,
}

impl IncomingResponse {
    /// Receives a response, as far as possible.
    pub(in crate::runtime::call) async fn receive(
        &mut self,
        mut response: reqwest::Response,
        is_batch: bool,
    ) {
        let head = self.head.insert(ResponseHead {
            status: response.status(),
            headers: std::mem::take(response.headers_mut()),
            body: None,
        });
        // Results of items count whatever the status.
        let cap = if head.status.is_success() || is_batch {
            RESPONSE_CAP
        } else {
            FAILURE_CAP
        };
        let announced = announced(&head.headers);
        self.cut = loop {
            match response.chunk().await {
                // A single chunk is not copied.
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

    /// Marks the response as cut off by the timeout.
    pub(in crate::runtime::call) fn out_of_time(&mut self) {
        self.cut = Some(Cut::TimedOut);
    }

    /// The response, if its head was received. A successful response must be complete.
    pub(in crate::runtime::call) fn response(
        self,
        operation: Operation,
        secrets: Secrets,
    ) -> Option<Result<Box<RawResponse>, Error>> {
        let mut head = self.head?;
        secrets.clean_headers(&mut head.headers);
        let response = RawResponse {
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
        let status = response.head.status;
        Some(match &response.cut {
            Some(cut) if status.is_success() => {
                let (kind, what) = cut.describe();
                Err(response.error(kind, format!("the response ({status}) {what}")))
            }
            _ => Ok(Box::new(response)),
        })
    }
}

impl RawResponse {
    /// Sets whether an earlier attempt may have taken effect.
    pub(in crate::runtime::call) fn in_doubt(mut self: Box<Self>, in_doubt: bool) -> Box<Self> {
        self.in_doubt = in_doubt;
        self
    }

    /// Sets the span of the call that the response ends.
    pub(in crate::runtime::call) fn in_span(mut self: Box<Self>, span: ResponseSpan) -> Box<Self> {
        self.span = Some(span);
        self
    }

    /// Keeps up to `cap` bytes of the body with the head.
    pub(in crate::runtime::call) fn keep_body(&mut self, cap: usize) {
        let kept = self.body.slice(..self.body.len().min(cap));
        let is_truncated = kept.len() < self.body.len() || self.cut.is_some();
        self.head.body = Some(RawBody { kept, is_truncated });
    }

    /// Records the result of the call in its span.
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

    /// Whether the body is empty.
    pub(crate) fn is_empty(&self) -> bool {
        self.body.iter().all(u8::is_ascii_whitespace)
    }

    /// Whether it is an empty success of a deletion.
    pub(crate) fn is_silent(&self) -> bool {
        self.operation.effect == Effect::Deletes && self.head.status.is_success() && self.is_empty()
    }

    /// The head and the raw body.
    pub(crate) fn into_parts(self) -> (ResponseHead, Bytes) {
        (self.head, self.body)
    }

    /// The body as text, without a byte order mark, with replacement characters for invalid UTF-8.
    pub(crate) fn text(&self) -> Cow<'_, str> {
        let body = self.body.strip_prefix(b"\xef\xbb\xbf");
        let body = body.unwrap_or(&self.body);
        // Checking first is faster than replacing.
        match std::str::from_utf8(body) {
            Ok(text) => Cow::Borrowed(text),
            Err(_) => String::from_utf8_lossy(body),
        }
    }

    /// Creates an error with this response. A call that writes may have taken effect.
    pub(crate) fn error(&self, kind: ErrorKind, message: impl Into<String>) -> Error {
        // Successful responses of the token endpoint are secret.
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
            .with_response(
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

    /// Creates an error for a response that reports that the request took no effect.
    pub(crate) fn refusal(&self, kind: ErrorKind, message: impl Into<String>) -> Error {
        self.error(kind, message).with_effect(self.in_doubt)
    }

    /// The body that an error keeps.
    fn excerpt(&self) -> Bytes {
        let is_whole = self.cut.is_none();
        self.excerpt
            .get_or_init(|| self.secrets.excerpt(&self.body, is_whole, BODY_CAP))
            .clone()
    }

    /// The part of the body that an error keeps.
    pub(crate) fn excerpt_of(&self, part: &str) -> (Bytes, bool) {
        let part = Bytes::copy_from_slice(part.as_bytes());
        let excerpt = self.secrets.excerpt(&part, true, BODY_CAP);
        (excerpt, part.len() > BODY_CAP)
    }

    /// The secrets of the request.
    pub(crate) fn secrets(&self) -> &Secrets {
        &self.secrets
    }
}

/// Why a body is incomplete.
enum Cut {
    TooLarge,
    TimedOut,
    Lost(Arc<reqwest::Error>),
}

impl Cut {
    fn describe(&self) -> (ErrorKind, String) {
        match self {
            Self::TooLarge => {
                let cap = RESPONSE_CAP / 1024 / 1024;
                (ErrorKind::Decode, format!("is larger than {cap} MiB"))
            }
            Self::TimedOut => (ErrorKind::Timeout, "was not complete in time".to_owned()),
            Self::Lost(cause) => {
                let (kind, what) = body_lost(cause);
                (kind, what.to_owned())
            }
        }
    }
}

/// The `Content-Length`, limited, since memory is reserved for it.
fn announced(headers: &HeaderMap) -> usize {
    let length = headers
        .get(http::header::CONTENT_LENGTH)
        .and_then(|value| value.to_str().ok()?.parse().ok());
    length.unwrap_or(0).min(1024 * 1024)
}
