//! A request, tried as often as the policy says.
//!
//! The loop stands around the whole of an attempt, from the token to the last byte of the answer. So it sees everything that
//! can go wrong, and an attempt that is repeated is a new request in every respect.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use http::HeaderValue;
use secrecy::{ExposeSecret, SecretString};
use tracing::field::Empty;
use tracing::{Instrument, Span, debug, info_span};

use super::answer::Answer;
use super::call::{Call, Request};
use super::operation::{Auth, Effect, Operation};
use super::secrets::Secrets;
use super::tokens::{Bearer, Tokens};
use crate::clock::Clock;
use crate::error::{Error, ErrorKind, Result};
use crate::generated::operations;
use crate::retry::{Failure, RetryPolicy, retry_after};

/// What requests travel through.
pub(crate) struct Transport {
    pub(crate) http: reqwest::Client,
    pub(crate) base_url: String,
    pub(crate) clock: Arc<dyn Clock>,
}

/// A transport, and what proves to Tight who is calling.
pub(crate) struct Session {
    pub(crate) transport: Arc<Transport>,
    pub(crate) tokens: Option<Tokens>,
    /// Sensitive: the client's id and secret.
    pub(crate) basic: Option<HeaderValue>,
    /// The client's secret as it is, to know it again where it must not be.
    pub(crate) client_secret: Option<SecretString>,
}

/// What may differ from call to call.
#[derive(Clone, Debug)]
pub(crate) struct Options {
    pub(crate) retry: RetryPolicy,
    pub(crate) attempt_timeout: Duration,
    pub(crate) total_timeout: Duration,
    pub(crate) batch_size: usize,
}

/// Sends a request until it has an answer that trying again cannot help against, or the policy or the time is exhausted.
pub(crate) async fn send<R: Request>(
    session: &Session,
    options: &Options,
    request: &R,
) -> Result<Answer> {
    request
        .check()
        .map_err(|error| error.in_operation(R::OPERATION.id))?;
    let span = info_span!(
        "tight_api.call",
        operation = R::OPERATION.id,
        attempts = Empty,
        status = Empty,
        elapsed_ms = Empty,
    );
    let mut attempts = Attempts {
        session,
        options,
        request,
        started: session.transport.clock.now(),
        count: 0,
        in_doubt: false,
    };
    async {
        let result = attempts.run().await;
        let status = match &result {
            Ok(answer) => Some(answer.head.status),
            Err(error) => error.status(),
        };
        let span = Span::current();
        span.record("attempts", attempts.count);
        span.record(
            "elapsed_ms",
            attempts
                .elapsed()
                .as_millis()
                .try_into()
                .unwrap_or(u64::MAX),
        );
        if let Some(status) = status {
            span.record("status", status.as_u16());
        }
        result
    }
    .instrument(span)
    .await
}

/// The attempts of one call.
struct Attempts<'a, R> {
    session: &'a Session,
    options: &'a Options,
    request: &'a R,
    started: Instant,
    count: u32,
    /// Whether an attempt so far may have taken effect.
    in_doubt: bool,
}

impl<R: Request> Attempts<'_, R> {
    const OPERATION: Operation = R::OPERATION;

    async fn run(&mut self) -> Result<Answer> {
        let mut may_renew = true;
        // What the attempt before came to. If the next cannot even be made, that is what became of the call.
        let mut earlier = None;
        // Renewing a token is no attempt of the policy's: it says nothing about whether Tight can answer.
        let mut renewals = 0;
        loop {
            let (authorization, bearer) = self.authorize().await?;
            if self.left().is_zero() {
                return Err(self.out_of_time("there is no time left to send the request"));
            }
            self.count += 1;
            let result = self.attempt(authorization).await;
            if let Some(earlier) = earlier.take_if(|_| is_local(&result)) {
                // Without the error: it may name a file.
                debug!("the request could not be made again");
                return self.conclude(earlier);
            }
            let Some((failure, asked)) = self.failure(&result) else {
                return self.conclude(result);
            };
            if failure == Failure::Token {
                let renewable = match (&self.session.tokens, bearer) {
                    (Some(tokens), Some(bearer)) => tokens.reject(&bearer),
                    _ => false,
                };
                if !renewable || !self.request.is_repeatable() || !std::mem::take(&mut may_renew) {
                    return self.conclude(result);
                }
                renewals += 1;
                earlier = Some(result);
                debug!("the access token was not accepted; trying again with a new one");
                continue;
            }
            let reads = Self::OPERATION.effect == Effect::Reads;
            let delay = self
                .options
                .retry
                .delay(failure, reads, self.count - renewals, asked);
            // There must be time left for another attempt after the wait.
            let in_time = |delay: &Duration| {
                self.elapsed().saturating_add(*delay) < self.options.total_timeout
            };
            let delay = delay.filter(in_time);
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
            self.session.transport.clock.sleep(delay).await;
        }
    }

    /// The `Authorization` of the next attempt.
    async fn authorize(&self) -> Result<(HeaderValue, Option<Bearer>)> {
        let operation = Self::OPERATION.id;
        let none =
            |message: &str| Error::new(ErrorKind::InvalidRequest, message).in_operation(operation);
        match Self::OPERATION.auth {
            Auth::ClientCredentials => match &self.session.basic {
                Some(basic) => Ok((basic.clone(), None)),
                None => Err(none(
                    "the call needs the client's id and secret: build the client with `Credentials::client`",
                )),
            },
            Auth::Token => match &self.session.tokens {
                Some(tokens) => match tokio::time::timeout(self.left(), tokens.bearer()).await {
                    Ok(Ok(bearer)) => Ok((bearer.header.clone(), Some(bearer))),
                    Ok(Err(error)) => {
                        Err(self.in_doubt(Error::for_want_of_a_token(&error, operation)))
                    }
                    Err(_) => Err(self.out_of_time("no access token came in time")),
                },
                None => Err(none("the call needs an access token")),
            },
        }
    }

    async fn attempt(&self, authorization: HeaderValue) -> Result<Answer> {
        let transport = &self.session.transport;
        let timeout = self.options.attempt_timeout.min(self.left());
        let sent = Arc::new(AtomicBool::new(false));
        let call = Call {
            authorization: authorization.clone(),
            deadline: Instant::now() + timeout,
            sent: Arc::clone(&sent),
        };
        let client =
            operations::Client::new_with_client(&transport.base_url, transport.http.clone(), call);
        // The HTTP client minds the time from here on; before it has the request, a file may have to be opened.
        let result = tokio::time::timeout(timeout, self.request.send(&client)).await;
        let effect = sent.load(Ordering::SeqCst) && Self::OPERATION.effect == Effect::Writes;
        let sent = match (result, self.request.fault()) {
            (Ok(Err(_)), Some(fault)) => return Err(fault.into_error(Self::OPERATION.id, effect)),
            (Ok(sent), _) => sent,
            (Err(_), _) => {
                let error = Error::new(ErrorKind::Timeout, "there was no answer in time");
                return Err(error.in_operation(Self::OPERATION.id).with_effect(effect));
            }
        };
        // Without the scheme: what gives access is what follows it.
        let header = String::from_utf8_lossy(authorization.as_bytes());
        let credential = header
            .split_once(' ')
            .map(|(_, credential)| credential.to_owned());
        let client_secret = self
            .session
            .client_secret
            .as_ref()
            .map(|secret| secret.expose_secret().to_owned());
        let secrets = Secrets::new(credential.into_iter().chain(client_secret));
        Answer::receive(Self::OPERATION, sent, secrets).await
    }

    /// What trying again may help against, and what the server asks to wait.
    fn failure(&self, result: &Result<Answer>) -> Option<(Failure, Option<Duration>)> {
        match result {
            Ok(answer) => {
                let failure = Failure::of_status(answer.head.status)?;
                Some((
                    failure,
                    retry_after(
                        &answer.head.headers,
                        self.session.transport.clock.system_time(),
                    ),
                ))
            }
            Err(error) => match error.kind() {
                ErrorKind::Connect => Some((Failure::Connect, None)),
                ErrorKind::Timeout | ErrorKind::Connection => Some((Failure::Lost, None)),
                _ => None,
            },
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
        self.in_doubt(Error::new(ErrorKind::Timeout, message).in_operation(Self::OPERATION.id))
    }

    /// What is left of the call's budget.
    fn left(&self) -> Duration {
        self.options.total_timeout.saturating_sub(self.elapsed())
    }

    fn elapsed(&self) -> Duration {
        self.session
            .transport
            .clock
            .now()
            .saturating_duration_since(self.started)
    }
}

/// Whether an attempt failed before anything was sent, for a reason of the caller's own.
fn is_local(result: &Result<Answer>) -> bool {
    let error = result.as_ref().err();
    error.is_some_and(|error| {
        matches!(error.kind(), ErrorKind::Upload | ErrorKind::InvalidRequest)
            && !error.may_have_taken_effect()
    })
}
