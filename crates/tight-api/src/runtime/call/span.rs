//! What is traced of a call: one span, which says how the call ended even if its future was dropped.

use std::sync::OnceLock;

use http::StatusCode;
use tracing::field::Empty;
use tracing::{Span, info_span};

use super::operation::Operation;
use crate::runtime::error::{Error, ErrorKind};

/// The span of a call.
pub(super) fn of(operation: Operation, items: Option<usize>) -> Span {
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
pub(super) enum End<'a> {
    Answered(StatusCode),
    Failed(&'a Error),
    Dropped,
}

impl End<'_> {
    /// Records the end of attempts, so many of them, that took so many milliseconds. If there is an answer, it is not the end of
    /// the call yet: that depends on what it says.
    pub(super) fn record(&self, span: &Span, attempts: u32, elapsed_ms: u64) {
        span.record("attempts", attempts);
        span.record("elapsed_ms", elapsed_ms);
        let (status, kind) = match self {
            Self::Answered(status) => (Some(*status), None),
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

/// The span of a call that is answered. When it is dropped, the call has ended.
pub(super) struct Answered {
    span: Span,
    kind: OnceLock<ErrorKind>,
}

impl Answered {
    pub(super) fn new(span: Span, status: StatusCode) -> Self {
        let kind = OnceLock::new();
        if !status.is_success() {
            kind.get_or_init(|| ErrorKind::Status);
        }
        Self { span, kind }
    }

    /// Takes note that the call failed for what its answer says.
    pub(super) fn fail(&self, kind: ErrorKind) {
        self.kind.get_or_init(|| kind);
    }
}

impl Drop for Answered {
    fn drop(&mut self) {
        match self.kind.get() {
            Some(kind) => failed(&self.span, kind.name()),
            None => drop(self.span.record("otel.status_code", "OK")),
        }
    }
}
