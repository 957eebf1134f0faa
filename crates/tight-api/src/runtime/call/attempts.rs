//! A request, tried as often as the policy says.
//!
//! The loop stands around the whole of an attempt, from the token to the last byte of the answer. So it sees everything that
//! can go wrong, and an attempt that is repeated is a new request in every respect.

use std::pin::pin;
use std::time::{Duration, Instant};

use http::header::{
    ACCEPT, ACCEPT_ENCODING, AUTHORIZATION, CONNECTION, CONTENT_LENGTH, CONTENT_TYPE, HOST,
    TRANSFER_ENCODING,
};
use http::{HeaderMap, HeaderName, HeaderValue};
use tokio::time::error::Elapsed;
use tracing::{Instrument, Span, debug};

use super::answer::{Answer, Arriving};
use super::observed::ObservedCall;
use super::operation::{Auth, Operation};
use super::request::Request;
use super::secrets::Secrets;
use super::session::Session;
use super::span::{self, Answered, End};
use super::turn::Turn;
use crate::runtime::error::{Error, ErrorKind, Result};
use crate::runtime::identity::Authorization;
use crate::runtime::observer::WaitReason;
use crate::runtime::retry::{Failure, retry_after};
use crate::runtime::transport::{connect_within, not_answered};

/// Headers that follow from the request itself.
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

/// What sets the call of a batch apart.
pub(crate) struct Account {
    /// How many items are sent.
    pub(crate) items: usize,
    /// Whether an answer says what became of them, or may. It is never asked for again, whatever its status.
    pub(crate) is_in: fn(&Answer) -> bool,
}

/// Sends a request until it has an answer that trying again cannot help against, or the policy or the time is exhausted.
pub(crate) async fn send<R: Request>(session: &Session, request: &R) -> Result<Answer> {
    run(session, request, None).await
}

/// As [`send`], for a request that is answered item by item.
pub(crate) async fn send_batch<R: Request>(
    session: &Session,
    request: &R,
    account: Account,
) -> Result<Answer> {
    run(session, request, Some(account)).await
}

async fn run<R: Request>(
    session: &Session,
    request: &R,
    account: Option<Account>,
) -> Result<Answer> {
    let operation = request.operation();
    let items = account.as_ref().map(|account| account.items);
    let span = span::of(operation, items);
    let mut attempts = Attempts {
        session,
        request,
        operation,
        is_account: account.map(|account| account.is_in),
        started: session.transport.clock.now(),
        count: 0,
        in_doubt: false,
        span: span.clone(),
        is_recorded: false,
        observed: ObservedCall::new(session, operation, items),
    };
    async {
        let result = attempts.run().await;
        attempts.record(&match &result {
            Ok(answer) => End::Answered(answer.head.status),
            Err(error) => End::Failed(error),
        });
        result.map(|mut answer| {
            if let Some(cap) = session.options.keep_body {
                answer.keep_body(cap);
            }
            let span = Answered::new(attempts.span.clone(), answer.head.status);
            answer.in_span(span)
        })
    }
    .instrument(span)
    .await
}

/// The attempts of one call.
struct Attempts<'a, R> {
    session: &'a Session,
    request: &'a R,
    operation: Operation,
    is_account: Option<fn(&Answer) -> bool>,
    started: Instant,
    count: u32,
    /// Whether an attempt so far may have taken effect.
    in_doubt: bool,
    span: Span,
    is_recorded: bool,
    observed: ObservedCall<'a>,
}

impl<R: Request> Attempts<'_, R> {
    async fn run(&mut self) -> Result<Answer> {
        let checked = self.request.check();
        let headers = checked.and_then(|()| self.headers());
        let headers = headers.map_err(|error| error.in_operation(self.operation.id))?;
        let mut may_renew = true;
        // What the attempt before came to. If the next cannot even be made, that is what became of the call.
        let mut earlier = None;
        // Renewing a token is no attempt of the policy's: it says nothing about whether Tight can answer.
        let mut renewals = 0;
        let mut turn = Turn::of(self.session, self.operation);
        loop {
            let pass = match turn.come(self.left(), &self.observed).await {
                Ok(pass) => pass,
                Err(held) => {
                    let held = || Err(held.in_operation(self.operation.id));
                    return self.conclude(earlier.unwrap_or_else(held));
                }
            };
            let authorization = self.authorize().await?;
            if self.left().is_zero() {
                if let Some(earlier) = earlier {
                    return self.conclude(earlier);
                }
                return Err(self.out_of_time("there is no time left to send the request"));
            }
            self.count += 1;
            let result = self.attempt(&authorization, &headers).await;
            if let Some(earlier) = earlier.take_if(|_| is_local(&result)) {
                // Without the error: it may name a file.
                debug!("the request could not be made again");
                return self.conclude(earlier);
            }
            let failure = self.failure(&result);
            self.judge_token(&authorization, &result);
            let reads = !self.operation.effect.writes();
            let delay = failure.and_then(|(failure, asked)| {
                let retry = &self.session.options.retry;
                retry.delay(failure, reads, self.count - renewals, asked)
            });
            turn.judge(pass, &result, delay);
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
                debug!("the access token was not accepted; trying again with a new one");
                continue;
            }
            // There must be time left for another attempt after the wait.
            let delay = delay.filter(|delay| *delay < self.left());
            let Some(delay) = delay.filter(|_| self.request.is_repeatable()) else {
                return self.conclude(result);
            };
            earlier = Some(result);
            self.in_doubt |= matches!(failure, Failure::Server | Failure::Lost) && !reads;
            debug!(
                attempt = self.count,
                delay_ms = delay.as_millis(),
                "trying again"
            );
            // What is limited waits with all calls of its token.
            if failure != Failure::RateLimit || !turn.is_shared() {
                self.observed.waits(WaitReason::Backoff, delay);
                self.session.transport.clock.sleep(delay).await;
            }
        }
    }

    /// The headers of every attempt: those of the client and the call, and those that are parameters of the operation.
    fn headers(&self) -> Result<HeaderMap> {
        let of_operation = self.request.headers().finish()?;
        let of_call = &self.session.options.headers;
        if let Some(reserved) = of_call.keys().find(|name| RESERVED.contains(name)) {
            let message = format!("the header `{reserved}` is the SDK's own, and cannot be set");
            return Err(Error::new(ErrorKind::InvalidRequest, message));
        }
        if of_call.is_empty() {
            return Ok(of_operation);
        }
        let mut headers = of_call.clone();
        headers.extend(of_operation);
        Ok(headers)
    }

    /// What the next attempt authenticates with.
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
        match tokio::time::timeout(self.left(), tokens.bearer()).await {
            Ok(Ok(bearer)) => Ok(Authorization::Bearer(bearer)),
            Ok(Err(error)) => Err(self.in_doubt(Error::token_unavailable(&error, operation))),
            Err(_) => {
                let late = Error::new(ErrorKind::Timeout, "it did not come in time");
                Err(self.in_doubt(Error::token_unavailable(&late, operation)))
            }
        }
    }

    async fn attempt(&self, authorization: &Authorization, headers: &HeaderMap) -> Result<Answer> {
        let observed = self.observed.attempt(self.count);
        let result = self.exchange(authorization, headers).await;
        if let Some(observed) = observed {
            observed.end(&result);
        }
        result
    }

    /// Sends the request once, and receives what is answered.
    async fn exchange(&self, authorization: &Authorization, headers: &HeaderMap) -> Result<Answer> {
        let session = self.session;
        let timeout = session.options.attempt_timeout.min(self.left());
        let mut is_sent = false;
        let mut arriving = Arriving::default();
        let attempt = async {
            // A file may have to be opened first.
            let mut request = self
                .request
                .build(&session.transport)
                .await
                .map_err(|reason| reason.into_error())?;
            let sent = request.headers_mut();
            sent.extend(headers.clone());
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
                .map_err(|error| not_answered(error, self.operation.effect.writes()))?;
            arriving.receive(response, self.is_account.is_some()).await;
            Ok(())
        };
        // Half of the time is for the answer, so that a connection that could not be made is told from an answer that did not
        // come.
        let attempt = connect_within(timeout / 2, attempt);
        let failed = match in_time(timeout, attempt).await {
            Ok(result) => result.err(),
            Err(_) => {
                arriving.out_of_time();
                Some(
                    Error::new(ErrorKind::Timeout, "there was no answer in time")
                        .with_effect(is_sent && self.operation.effect.writes()),
                )
            }
        };
        let secrets = Secrets::new(
            authorization.header().cloned(),
            session.identity.client_secret().cloned(),
        );
        if let Some(answer) = arriving.answer(self.operation, secrets) {
            return answer;
        }
        let effect = is_sent && self.operation.effect.writes();
        match (self.request.take_upload_fault(), failed) {
            (Some(fault), _) => Err(fault.into_error(self.operation.id, effect)),
            (None, Some(error)) => Err(error.in_operation(self.operation.id)),
            // An attempt that ends without an error has an answer.
            (None, None) => Err(self.out_of_time("there was no answer").with_effect(effect)),
        }
    }

    /// What trying again may help against, and what the server asks to wait.
    fn failure(&self, result: &Result<Answer>) -> Option<(Failure, Option<Duration>)> {
        match result {
            Ok(answer) => {
                let failure = Failure::of_status(answer.head.status)?;
                // What says what became of the items is the account of them, whatever its status.
                if self.is_account.is_some_and(|is_account| is_account(answer)) {
                    return None;
                }
                let now = self.session.transport.clock.system_time();
                Some((failure, retry_after(&answer.head.headers, now)))
            }
            Err(error) => match error.kind() {
                ErrorKind::Connect | ErrorKind::NotProcessed => Some((Failure::NotProcessed, None)),
                ErrorKind::Timeout | ErrorKind::Connection => Some((Failure::Lost, None)),
                _ => None,
            },
        }
    }

    /// Tells the tokens that one was good for a call.
    fn judge_token(&self, authorization: &Authorization, result: &Result<Answer>) {
        if let (Authorization::Bearer(bearer), Ok(tokens)) =
            (authorization, self.session.identity.tokens())
            && let Ok(answer) = result
            && answer.head.status != http::StatusCode::UNAUTHORIZED
        {
            tokens.accept(bearer);
        }
    }

    /// Tells the tokens that one was not accepted. Says whether there can be another.
    fn can_renew(&self, authorization: &Authorization) -> bool {
        match (authorization, self.session.identity.tokens()) {
            (Authorization::Bearer(bearer), Ok(tokens)) => tokens.reject(bearer),
            _ => false,
        }
    }

    /// The result of the call, which must not be surer than its attempts are together.
    fn conclude(&self, result: Result<Answer>) -> Result<Answer> {
        result
            .map(|answer| answer.in_doubt(self.in_doubt))
            .map_err(|error| self.in_doubt(error))
    }

    fn in_doubt(&self, error: Error) -> Error {
        if self.in_doubt {
            error.with_effect(true)
        } else {
            error
        }
    }

    /// The error of a call whose budget ended before it could be sent, or sent again.
    fn out_of_time(&self, message: &str) -> Error {
        self.in_doubt(Error::new(ErrorKind::Timeout, message).in_operation(self.operation.id))
    }

    /// What is left of the call's budget.
    fn left(&self) -> Duration {
        self.session
            .options
            .total_timeout
            .saturating_sub(self.elapsed())
    }
}

impl<R> Attempts<'_, R> {
    fn elapsed(&self) -> Duration {
        self.session
            .transport
            .clock
            .now()
            .saturating_duration_since(self.started)
    }

    fn record(&mut self, end: &End<'_>) {
        self.is_recorded = true;
        let elapsed = self.elapsed().as_millis().try_into().unwrap_or(u64::MAX);
        end.record(&self.span, self.count, elapsed);
    }
}

impl<R> Drop for Attempts<'_, R> {
    fn drop(&mut self) {
        if !self.is_recorded {
            self.record(&End::Dropped);
        }
    }
}

/// Waits for an attempt. Whoever is polled long after the time is up, since its task had other things to do, has not seen yet what
/// came in time, so it may look once more.
async fn in_time<F: Future>(limit: Duration, attempt: F) -> Result<F::Output, Elapsed> {
    const LATE: Duration = Duration::from_millis(50);
    const GRACE: Duration = Duration::from_secs(1);
    let mut attempt = pin!(attempt);
    let begun = tokio::time::Instant::now();
    let result = tokio::time::timeout(limit, &mut attempt).await;
    let is_late = || begun.elapsed().saturating_sub(limit) > LATE;
    if result.is_err() && is_late() {
        return tokio::time::timeout(GRACE, attempt).await;
    }
    result
}

/// Whether an attempt failed before anything was sent, for a reason of the caller's own.
fn is_local(result: &Result<Answer>) -> bool {
    let error = result.as_ref().err();
    error.is_some_and(|error| {
        matches!(error.kind(), ErrorKind::Upload | ErrorKind::InvalidRequest)
            && !error.may_have_taken_effect()
    })
}
