//! Notifies the observer of a call.

use std::sync::Arc;
use std::time::{Duration, Instant};

use http::StatusCode;

use crate::runtime::call::operation::Operation;
use crate::runtime::call::session::Session;
use crate::runtime::clock::Clock;
use crate::runtime::error::{Error, ErrorKind};
use crate::runtime::observer::{Attempt, AttemptEnd, Call, CallEnd, Observer, Wait, WaitReason};

/// The end of a call, of which the observer is notified when it is dropped.
pub(in crate::runtime::call) struct PendingEnd {
    observer: Option<Arc<dyn Observer>>,
    call: Call,
    end: CallEnd,
}

impl PendingEnd {
    pub(in crate::runtime::call) fn fail(&mut self, kind: ErrorKind) {
        self.end.error = Some(kind);
    }
}

impl Drop for PendingEnd {
    fn drop(&mut self) {
        if let Some(observer) = &self.observer {
            observer.call_ended(&self.call, &self.end);
        }
    }
}

/// A call with its observer, if there is one.
pub(in crate::runtime::call) struct ObservedCall<'a> {
    shared: &'a Option<Arc<dyn Observer>>,
    observer: Option<&'a dyn Observer>,
    clock: &'a dyn Clock,
    call: u64,
    operation: &'static str,
    items: Option<usize>,
}

impl<'a> ObservedCall<'a> {
    pub(in crate::runtime::call) fn new(
        session: &'a Session,
        operation: Operation,
        items: Option<usize>,
    ) -> Self {
        let observing = &session.options.observer;
        Self {
            shared: &observing.0,
            observer: observing.0.as_deref(),
            clock: &*session.transport.clock,
            call: observing.call(),
            operation: operation.id,
            items,
        }
    }

    /// Whether anybody is notified.
    pub(in crate::runtime::call) fn is_observed(&self) -> bool {
        self.observer.is_some()
    }

    /// Notifies of the start of the `number`th attempt.
    pub(in crate::runtime::call) fn attempt(&self, number: u32) -> Option<ObservedAttempt<'a>> {
        let observer = self.observer?;
        let attempt = Attempt {
            call: self.call,
            operation: self.operation,
            number,
            items: self.items,
        };
        observer.attempt_started(&attempt);
        Some(ObservedAttempt {
            observer,
            attempt,
            clock: self.clock,
            started: self.clock.now(),
            status: None,
            error: None,
        })
    }

    /// Notifies of the end of the call. With a response, it ends when that is decoded.
    pub(in crate::runtime::call) fn ends(&self, end: CallEnd) -> PendingEnd {
        PendingEnd {
            observer: self.shared.clone(),
            call: Call {
                call: self.call,
                operation: self.operation,
                items: self.items,
            },
            end,
        }
    }

    /// Notifies of a wait.
    pub(in crate::runtime::call) fn waits(&self, reason: WaitReason, time: Duration) {
        if let Some(observer) = self.observer {
            observer.waiting(&Wait {
                call: self.call,
                operation: self.operation,
                reason,
                time,
            });
        }
    }
}

/// An attempt whose start was reported.
pub(in crate::runtime::call) struct ObservedAttempt<'a> {
    observer: &'a dyn Observer,
    attempt: Attempt,
    clock: &'a dyn Clock,
    started: Instant,
    status: Option<StatusCode>,
    error: Option<ErrorKind>,
}

impl ObservedAttempt<'_> {
    /// Notes the status of the response, or the error.
    pub(in crate::runtime::call) fn end(mut self, result: Result<StatusCode, &Error>) {
        match result {
            Ok(status) => self.status = Some(status),
            Err(error) => (self.status, self.error) = (error.status(), Some(error.kind())),
        }
    }
}

/// Reports the end, also if the call is dropped.
impl Drop for ObservedAttempt<'_> {
    fn drop(&mut self) {
        let end = AttemptEnd {
            status: self.status,
            error: self.error,
            elapsed: self.clock.now().saturating_duration_since(self.started),
        };
        self.observer.attempt_ended(&self.attempt, &end);
    }
}
