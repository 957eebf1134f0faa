//! Waits for the rate limit of the token, and reports responses to it.

use std::sync::Arc;
use std::time::Duration;

use http::StatusCode;

use super::operation::{Auth, Operation};
use super::response::raw_response::RawResponse;
use super::session::Session;
use super::telemetry::observed::ObservedCall;
use crate::runtime::error::{Error, ErrorKind, Result};
use crate::runtime::observer::WaitReason;
use crate::runtime::pace::{MaxWait, Permit, QueuePosition, WaitTooLong};
use crate::runtime::retry::retry_after;

/// The queue of the token of a call, if it has one.
pub(super) struct TokenQueue<'a> {
    session: &'a Session,
    position: Option<QueuePosition>,
}

impl<'a> TokenQueue<'a> {
    pub(super) fn new(session: &'a Session, operation: Operation) -> Self {
        let tokens = match operation.auth {
            Auth::Token => session.identity.tokens().ok(),
            Auth::ClientCredentials | Auth::None => None,
        };
        Self {
            session,
            position: tokens.map(|tokens| QueuePosition::new(Arc::clone(tokens.gate()))),
        }
    }

    /// Whether other calls share the queue.
    pub(super) fn is_shared(&self) -> bool {
        self.position.is_some()
    }

    /// Waits until the call may be sent.
    pub(super) async fn wait(
        &mut self,
        left: impl Fn() -> Duration,
        observed: &ObservedCall<'_>,
    ) -> Result<Option<Permit>> {
        let Some(position) = &mut self.position else {
            return Ok(None);
        };
        let max_wait = || MaxWait {
            rate_limit: self.session.options.retry.longest_wait(),
            total: left(),
        };
        let waits = |(reason, time)| observed.waits(reason, time);
        match position.acquire(max_wait, waits).await {
            Ok(permit) => Ok(Some(permit)),
            Err(too_long) => Err(rate_limited(&too_long)),
        }
    }

    /// Reports the result to the other calls of the token. If the server does not say how long to wait, they wait as long as this call.
    pub(super) fn report(
        &self,
        permit: Option<Permit>,
        result: &Result<Box<RawResponse>>,
        delay: Option<Duration>,
    ) {
        let Some(permit) = permit else {
            return;
        };
        let (status, headers) = match result {
            Ok(response) => (Some(response.head.status), Some(&response.head.headers)),
            Err(error) => (error.status(), error.headers()),
        };
        match status {
            Some(StatusCode::TOO_MANY_REQUESTS) => {
                let retry = &self.session.options.retry;
                let now = self.session.transport.clock.system_time();
                let asked = headers.and_then(|headers| retry_after(headers, now));
                let wait = asked.or(delay).unwrap_or_else(|| retry.shortest_wait());
                permit.limited(wait.min(retry.longest_wait()));
            }
            Some(_) => permit.served(),
            None => {}
        }
    }
}

fn rate_limited(too_long: &WaitTooLong) -> Error {
    let wait = too_long.wait.as_secs_f64();
    let message = match too_long.reason {
        WaitReason::Pace => {
            format!(
                "the client's pace would delay the request by {wait:.1} s, longer than it may wait"
            )
        }
        _ => format!(
            "the rate limit of the token would delay the request by {wait:.1} s, longer than it may wait"
        ),
    };
    Error::new(ErrorKind::RateLimited, message).with_wait(too_long.wait)
}
