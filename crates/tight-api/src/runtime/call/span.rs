//! What is traced of a call: one span, which says how the call ended even if its future was dropped.

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

/// How a call ended.
pub(super) enum End<'a> {
    Answered(StatusCode),
    Failed(&'a Error),
    Dropped,
}

impl End<'_> {
    /// Records the end of a call that took so many attempts and milliseconds.
    pub(super) fn record(&self, span: &Span, attempts: u32, elapsed_ms: u64) {
        span.record("attempts", attempts);
        span.record("elapsed_ms", elapsed_ms);
        let status = match self {
            Self::Answered(status) => Some(*status),
            Self::Failed(error) => error.status(),
            Self::Dropped => None,
        };
        if let Some(status) = status {
            span.record("status", status.as_u16());
        }
        let kind = match self {
            Self::Answered(status) if status.is_success() => None,
            Self::Answered(_) => Some(ErrorKind::Status.name()),
            Self::Failed(error) => Some(error.kind().name()),
            Self::Dropped => Some("dropped"),
        };
        match kind {
            None => span.record("otel.status_code", "OK"),
            Some(kind) => span
                .record("error.kind", kind)
                .record("otel.status_code", "ERROR"),
        };
    }
}
