//! Sends a request with retries.
//!
//! The loop covers the whole attempt, from the token to the last byte of the response. So it sees every failure, and each retry is
//! a new request in every respect.

use std::pin::{Pin, pin};
use std::time::{Duration, Instant};

use futures_util::FutureExt;
use http::header::{
    ACCEPT, ACCEPT_ENCODING, AUTHORIZATION, CONNECTION, CONTENT_LENGTH, CONTENT_TYPE, HOST,
    TRANSFER_ENCODING,
};
use http::{HeaderMap, HeaderName, HeaderValue};
use tokio::time::error::Elapsed;
use tracing::{Instrument, Span, debug};

use super::operation::{Auth, Operation};
use super::rate_limit::TokenQueue;
use super::request::{AnyRequest, Request};
use super::response::raw_response::{IncomingResponse, RawResponse};
use super::response::secrets::Secrets;
use super::session::Session;
use super::telemetry::observed::ObservedCall;
use super::telemetry::span::{self, End, ResponseSpan};
use crate::runtime::error::{Error, ErrorKind, Result};
use crate::runtime::identity::Authorization;
use crate::runtime::observer::{CallEnd, WaitReason};
use crate::runtime::retry::{Failure, retry_after};
use crate::runtime::transport::{connect_within, no_response};

/// Headers that only the SDK sets.
const RESERVED: [HeaderName; 8] = [
    ACCEPT,
    ACCEPT_ENCODING,
    AUTHORIZATION,
    CONNECTION,
    CONTENT_LENGTH,
    CONTENT_TYPE,
    HOST,
    TRANSFER_ENCODING,
];

/// The properties of a call that sends a batch.
pub(crate) struct BatchCall {
    /// The number of items.
    pub(crate) items: usize,
    /// Whether a response has, or may have, results of items. Such a call is never retried, whatever the status.
    pub(crate) has_results: fn(&RawResponse) -> bool,
}

/// Sends a request, and retries it as far as retries help, the policy allows them, and there is time.
pub(crate) async fn send<R: Request>(session: &Session, request: &R) -> Result<Box<RawResponse>> {
    run(session, request, None).await
}

/// Like [`send`], for a request with results for each item.
pub(crate) async fn send_batch<R: Request>(
    session: &Session,
    request: &R,
    batch: BatchCall,
) -> Result<Box<RawResponse>> {
    run(session, request, Some(batch)).await
}

async fn run(
    session: &Session,
    request: &dyn AnyRequest,
    batch: Option<BatchCall>,
) -> Result<Box<RawResponse>> {
    let operation = request.operation();
    let items = batch.as_ref().map(|batch| batch.items);
    let span = span::of(operation, items);
    let mut attempts = Attempts {
        session,
        request,
        operation,
        has_results: batch.map(|batch| batch.has_results),
        started: session.transport.clock.now(),
        count: 0,
        in_doubt: false,
        span: span.clone(),
        is_recorded: false,
        observed: ObservedCall::new(session, operation, items),
    };
    // Pinned where it is: a future that is passed on is copied as a whole.
    let call = pin!(async {
        let result = attempts.run().await;
        attempts.record(&match &result {
            Ok(response) => End::Responded(response.head.status),
            Err(error) => End::Failed(error),
        });
        result.map(|mut response| {
            if let Some(cap) = session.options.keep_body {
                response.keep_body(cap);
            }
            let status = response.head.status;
            let end = attempts
                .observed
                .ends(attempts.end(Some(status), None, false));
            let span = ResponseSpan::new(attempts.span.clone(), status, end);
            response.in_span(span)
        })
    });
    call.instrument(span).await
}

/// The attempts of one call.
struct Attempts<'a> {
    session: &'a Session,
    request: &'a dyn AnyRequest,
    operation: Operation,
    has_results: Option<fn(&RawResponse) -> bool>,
    started: Instant,
    count: u32,
    /// Whether an attempt so far may have taken effect.
    in_doubt: bool,
    span: Span,
    is_recorded: bool,
    observed: ObservedCall<'a>,
}

impl Attempts<'_> {
    async fn run(&mut self) -> Result<Box<RawResponse>> {
        let checked = self.request.check();
        let headers = checked.and_then(|()| self.headers());
        let headers = headers.map_err(|error| error.in_operation(self.operation.id))?;
        let mut may_renew = true;
        // The result of the previous attempt: the result of the call if the next attempt cannot be started.
        let mut earlier = None;
        // A retry with a new token does not count as an attempt of the policy.
        let mut renewals = 0;
        let mut queue = TokenQueue::new(self.session, self.operation);
        loop {
            let permit = match queue.wait(|| self.left(), &self.observed).await {
                Ok(permit) => permit,
                Err(too_long) => {
                    let too_long = || Err(too_long.in_operation(self.operation.id));
                    return self.conclude(earlier.unwrap_or_else(too_long));
                }
            };
            let authorization = self.authorize().await?;
            let left = self.left();
            if left.is_zero() {
                if let Some(earlier) = earlier {
                    return self.conclude(earlier);
                }
                return Err(self.out_of_time("the total timeout ended before the request was sent"));
            }
            self.count += 1;
            let result = self.attempt(&authorization, &headers, left).await;
            if let Some(earlier) = earlier.take_if(|_| is_local(&result)) {
                // The error is not logged, since it can name a file.
                debug!("the request could not be built again");
                return self.conclude(earlier);
            }
            let failure = self.failure(&result);
            self.record_token_use(&authorization, &result);
            let reads = !self.operation.effect.writes();
            let delay = failure.and_then(|(failure, asked)| {
                let retry = &self.session.options.retry;
                retry.delay(failure, reads, self.count - renewals, asked)
            });
            queue.report(permit, &result, delay);
            let Some((failure, _)) = failure else {
                return self.conclude(result);
            };
            if failure == Failure::Token {
                if !self.can_renew(&authorization)
                    || !self.request.is_repeatable()
                    || !std::mem::take(&mut may_renew)
                {
                    return self.conclude(result);
                }
                renewals += 1;
                earlier = Some(result);
                debug!("the access token was rejected; retrying with a new one");
                continue;
            }
            // After the wait, there must be time for another attempt.
            let delay = delay.filter(|delay| *delay < self.left());
            let Some(delay) = delay.filter(|_| self.request.is_repeatable()) else {
                return self.conclude(result);
            };
            earlier = Some(result);
            self.in_doubt |= matches!(failure, Failure::Server | Failure::Lost) && !reads;
            debug!(
                attempt = self.count,
                delay_ms = delay.as_millis(),
                "retrying"
            );
            // Rate-limited calls wait in the queue of their token.
            if failure != Failure::RateLimit || !queue.is_shared() {
                self.observed.waits(WaitReason::Backoff, delay);
                self.session.transport.clock.sleep(delay).await;
            }
        }
    }

    /// The headers of every attempt: of the client, the call, and the parameters of the operation.
    fn headers(&self) -> Result<HeaderMap> {
        let of_operation = self.request.headers().finish()?;
        let of_call = &self.session.options.headers;
        if let Some(reserved) = of_call.keys().find(|name| RESERVED.contains(name)) {
            let message =
                format!("the header `{reserved}` is set by the SDK, and cannot be changed");
            return Err(Error::new(ErrorKind::InvalidRequest, message));
        }
        if of_call.is_empty() {
            return Ok(of_operation);
        }
        let mut headers = of_call.clone();
        headers.extend(of_operation);
        Ok(headers)
    }

    /// The authorization of the next attempt.
    async fn authorize(&self) -> Result<Authorization> {
        let operation = self.operation.id;
        let identity = &self.session.identity;
        match self.operation.auth {
            Auth::None => return Ok(Authorization::Nothing),
            Auth::ClientCredentials => {
                return identity
                    .basic()
                    .map_err(|error| error.in_operation(operation));
            }
            Auth::Token => {}
        }
        let tokens = identity
            .tokens()
            .map_err(|error| self.in_doubt(Error::token_unavailable(&error, operation)))?;
        let mut bearer = pin!(tokens.bearer());
        // Mostly there is a token, and no need for a timer.
        let bearer = match bearer.as_mut().now_or_never() {
            Some(bearer) => Ok(bearer),
            None => tokio::time::timeout(self.left(), bearer).await,
        };
        match bearer {
            Ok(Ok(bearer)) => Ok(Authorization::Bearer(bearer)),
            Ok(Err(error)) => Err(self.in_doubt(Error::token_unavailable(&error, operation))),
            Err(_) => {
                let late = Error::new(
                    ErrorKind::Timeout,
                    "the token source did not respond in time",
                );
                Err(self.in_doubt(Error::token_unavailable(&late, operation)))
            }
        }
    }

    async fn attempt(
        &self,
        authorization: &Authorization,
        headers: &HeaderMap,
        left: Duration,
    ) -> Result<Box<RawResponse>> {
        let observed = self.observed.attempt(self.count);
        let result = self.exchange(authorization, headers, left).await;
        if let Some(observed) = observed {
            observed.end(result.as_ref().map(|response| response.head.status));
        }
        result
    }

    /// Sends the request once, and receives the response.
    async fn exchange(
        &self,
        authorization: &Authorization,
        headers: &HeaderMap,
        left: Duration,
    ) -> Result<Box<RawResponse>> {
        let session = self.session;
        let timeout = session.options.attempt_timeout.min(left);
        let mut is_sent = false;
        let mut incoming = IncomingResponse::default();
        // Half of the time is reserved for the response, so that a failed connection is distinguished from a missing response.
        let result = {
            // Pinned where they are, as in `run`.
            let attempt = pin!(async {
                // May open a file.
                let mut request = self
                    .request
                    .build(&session.transport)
                    .await
                    .map_err(|reason| reason.into_error())?;
                let sent = request.headers_mut();
                if !headers.is_empty() {
                    sent.extend(headers.clone());
                }
                sent.insert(ACCEPT, HeaderValue::from_static(self.request.accept()));
                if let Some(header) = authorization.header() {
                    sent.insert(AUTHORIZATION, header.clone());
                }
                is_sent = true;
                let response = session
                    .transport
                    .http
                    .execute(request)
                    .await
                    .map_err(|error| no_response(error, self.operation.effect.writes()))?;
                incoming.receive(response, self.has_results.is_some()).await;
                Ok(())
            });
            let attempt = pin!(connect_within(timeout / 2, attempt));
            in_time(timeout, attempt).await
        };
        let failed = match result {
            Ok(result) => result.err(),
            Err(_) => {
                incoming.out_of_time();
                Some(
                    Error::new(ErrorKind::Timeout, "no response was received in time")
                        .with_effect(is_sent && self.operation.effect.writes()),
                )
            }
        };
        let secrets = Secrets::new(
            authorization.header().cloned(),
            session.identity.client_secret().cloned(),
        );
        if let Some(response) = incoming.response(self.operation, secrets) {
            return response;
        }
        let effect = is_sent && self.operation.effect.writes();
        match (self.request.take_upload_error(), failed) {
            (Some(fault), _) => Err(fault.into_error(self.operation.id, effect)),
            (None, Some(error)) => Err(error.in_operation(self.operation.id)),
            // Unreachable: an attempt without an error has a response.
            (None, None) => Err(self
                .out_of_time("no response was received")
                .with_effect(effect)),
        }
    }

    /// The failure, if a retry may help, and how long the server asks to wait.
    fn failure(&self, result: &Result<Box<RawResponse>>) -> Option<(Failure, Option<Duration>)> {
        match result {
            Ok(response) => {
                let failure = Failure::of_status(response.head.status)?;
                // What says what became of the items is the batch of them, whatever its status.
                if self
                    .has_results
                    .is_some_and(|has_results| has_results(response))
                {
                    return None;
                }
                let now = self.session.transport.clock.system_time();
                Some((failure, retry_after(&response.head.headers, now)))
            }
            Err(error) => match error.kind() {
                ErrorKind::Connect | ErrorKind::NotProcessed => Some((Failure::NotProcessed, None)),
                ErrorKind::Timeout | ErrorKind::Connection => Some((Failure::Lost, None)),
                _ => None,
            },
        }
    }

    /// Records that a token was accepted.
    fn record_token_use(&self, authorization: &Authorization, result: &Result<Box<RawResponse>>) {
        if let (Authorization::Bearer(bearer), Ok(tokens)) =
            (authorization, self.session.identity.tokens())
            && let Ok(response) = result
            && response.head.status != http::StatusCode::UNAUTHORIZED
        {
            tokens.accept(bearer);
        }
    }

    /// Records that a token was rejected. Returns whether it can be renewed.
    fn can_renew(&self, authorization: &Authorization) -> bool {
        match (authorization, self.session.identity.tokens()) {
            (Authorization::Bearer(bearer), Ok(tokens)) => tokens.reject(bearer),
            _ => false,
        }
    }

    /// The result of the call: in doubt if any attempt was.
    fn conclude(&self, result: Result<Box<RawResponse>>) -> Result<Box<RawResponse>> {
        result
            .map(|response| response.in_doubt(self.in_doubt))
            .map_err(|error| self.in_doubt(error))
    }

    fn in_doubt(&self, error: Error) -> Error {
        if self.in_doubt {
            error.with_effect(true)
        } else {
            error
        }
    }

    /// The error of a call whose total timeout ended before it could be sent, or sent again.
    fn out_of_time(&self, message: &str) -> Error {
        self.in_doubt(Error::new(ErrorKind::Timeout, message).in_operation(self.operation.id))
    }

    /// The time left.
    fn left(&self) -> Duration {
        self.session
            .options
            .total_timeout
            .saturating_sub(self.elapsed())
    }

    fn elapsed(&self) -> Duration {
        self.session
            .transport
            .clock
            .now()
            .saturating_duration_since(self.started)
    }

    fn record(&mut self, end: &End<'_>) {
        self.is_recorded = true;
        if !self.span.is_disabled() {
            let elapsed = self.elapsed().as_millis().try_into().unwrap_or(u64::MAX);
            end.record(&self.span, self.count, elapsed);
        }
        // A call with a response ends when that is decoded.
        let end = match end {
            End::Responded(_) => return,
            End::Failed(error) => self.end(error.status(), Some(error.kind()), false),
            End::Dropped => self.end(None, None, true),
        };
        drop(self.observed.ends(end));
    }

    fn end(
        &self,
        status: Option<http::StatusCode>,
        error: Option<ErrorKind>,
        was_dropped: bool,
    ) -> CallEnd {
        CallEnd {
            status,
            error,
            was_dropped,
            attempts: self.count,
            elapsed: if self.observed.is_observed() {
                self.elapsed()
            } else {
                Duration::ZERO
            },
        }
    }
}

impl Drop for Attempts<'_> {
    fn drop(&mut self) {
        if !self.is_recorded {
            self.record(&End::Dropped);
        }
    }
}

/// Runs an attempt with a timeout. If the task was polled late, a response may have arrived in time without being seen, so there is
/// a grace period.
async fn in_time<F: Future>(
    limit: Duration,
    mut attempt: Pin<&mut F>,
) -> Result<F::Output, Elapsed> {
    const LATE: Duration = Duration::from_millis(50);
    const GRACE: Duration = Duration::from_secs(1);
    let begun = tokio::time::Instant::now();
    let result = match begun.checked_add(limit) {
        Some(end) => tokio::time::timeout_at(end, &mut attempt).await,
        None => Ok((&mut attempt).await),
    };
    let is_late = || begun.elapsed().saturating_sub(limit) > LATE;
    if result.is_err() && is_late() {
        return tokio::time::timeout(GRACE, attempt).await;
    }
    result
}

/// Whether an attempt failed locally, before anything was sent.
fn is_local(result: &Result<Box<RawResponse>>) -> bool {
    let error = result.as_ref().err();
    error.is_some_and(|error| {
        matches!(error.kind(), ErrorKind::Upload | ErrorKind::InvalidRequest)
            && !error.may_have_taken_effect()
    })
}
