//! The tracing span of a call, which records how the call ended, also if its future was dropped.

use std::sync::OnceLock;

use http::StatusCode;
use tracing::field::Empty;
use tracing::{Span, info_span};

use super::observed::PendingEnd;
use crate::runtime::call::operation::Operation;
use crate::runtime::error::{Error, ErrorKind};

/// The span of a call.
pub(in crate::runtime::call) fn of(operation: Operation, items: Option<usize>) -> Span {
    info_span!(
        "tight_api.call",
        operation = operation.id,
        items,
        attempts = Empty,
        status = Empty,
        elapsed_ms = Empty,
        error.kind = Empty,
        otel.kind = "client",
        otel.status_code = Empty,
    )
}

/// How the attempts of a call ended.
pub(in crate::runtime::call) enum End<'a> {
    Responded(StatusCode),
    Failed(&'a Error),
    Dropped,
}

impl End<'_> {
    /// Records the end of the attempts. With a response, the result of the call depends on its body, and is recorded later.
    pub(in crate::runtime::call) fn record(&self, span: &Span, attempts: u32, elapsed_ms: u64) {
        span.record("attempts", attempts);
        span.record("elapsed_ms", elapsed_ms);
        let (status, kind) = match self {
            Self::Responded(status) => (Some(*status), None),
            Self::Failed(error) => (error.status(), Some(error.kind().name())),
            Self::Dropped => (None, Some("dropped")),
        };
        if let Some(status) = status {
            span.record("status", status.as_u16());
        }
        if let Some(kind) = kind {
            failed(span, kind);
        }
    }
}

fn failed(span: &Span, kind: &'static str) {
    span.record("error.kind", kind)
        .record("otel.status_code", "ERROR");
}

/// The span of a call with a response. The call ends when it is dropped.
pub(in crate::runtime::call) struct ResponseSpan {
    span: Span,
    kind: OnceLock<ErrorKind>,
    /// Dropped after the span has its result.
    end: PendingEnd,
}

impl ResponseSpan {
    pub(in crate::runtime::call) fn new(span: Span, status: StatusCode, end: PendingEnd) -> Self {
        let kind = OnceLock::new();
        if !status.is_success() {
            kind.get_or_init(|| ErrorKind::Status);
        }
        Self { span, kind, end }
    }

    /// Records that the call failed because of the body.
    pub(in crate::runtime::call) fn fail(&self, kind: ErrorKind) {
        self.kind.get_or_init(|| kind);
    }
}

impl Drop for ResponseSpan {
    fn drop(&mut self) {
        match self.kind.get() {
            Some(kind) => {
                self.end.fail(*kind);
                failed(&self.span, kind.name());
            }
            None => drop(self.span.record("otel.status_code", "OK")),
        }
    }
}
