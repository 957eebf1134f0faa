//! When a call may be sent, among all calls of its token, and what they learn from it.

use std::sync::Arc;
use std::time::Duration;

use http::StatusCode;

use super::answer::Answer;
use super::observed::ObservedCall;
use super::operation::{Auth, Operation};
use super::session::Session;
use crate::runtime::error::{Error, ErrorKind, Result};
use crate::runtime::observer::WaitReason;
use crate::runtime::pace::{Held, Pass, Patience, Place};
use crate::runtime::retry::retry_after;

/// The turn of a call, if it is sent with a token.
pub(super) struct Turn<'a> {
    session: &'a Session,
    place: Option<Place>,
}

impl<'a> Turn<'a> {
    pub(super) fn of(session: &'a Session, operation: Operation) -> Self {
        let tokens = match operation.auth {
            Auth::Token => session.identity.tokens().ok(),
            Auth::ClientCredentials | Auth::None => None,
        };
        Self {
            session,
            place: tokens.map(|tokens| Place::new(Arc::clone(tokens.gate()))),
        }
    }

    /// Whether other calls wait for the same.
    pub(super) fn is_shared(&self) -> bool {
        self.place.is_some()
    }

    /// Waits until the call may be sent.
    pub(super) async fn come(
        &mut self,
        left: Duration,
        observed: &ObservedCall<'_>,
    ) -> Result<Option<Pass>> {
        let Some(place) = &mut self.place else {
            return Ok(None);
        };
        let patience = Patience {
            for_server: self.session.options.retry.longest_wait(),
            at_all: left,
        };
        let waits = |(reason, time)| observed.waits(reason, time);
        match place.pass(patience, waits).await {
            Ok(pass) => Ok(Some(pass)),
            Err(held) => Err(too_late(&held)),
        }
    }

    /// Tells the other calls what became of this one. Where the server does not say how long to wait, it is as long as this one does.
    pub(super) fn judge(
        &self,
        pass: Option<Pass>,
        result: &Result<Answer>,
        delay: Option<Duration>,
    ) {
        let Some(pass) = pass else {
            return;
        };
        let (status, headers) = match result {
            Ok(answer) => (Some(answer.head.status), Some(&answer.head.headers)),
            Err(error) => (error.status(), error.headers()),
        };
        match status {
            Some(StatusCode::TOO_MANY_REQUESTS) => {
                let retry = &self.session.options.retry;
                let now = self.session.transport.clock.system_time();
                let asked = headers.and_then(|headers| retry_after(headers, now));
                let wait = asked.or(delay).unwrap_or_else(|| retry.shortest_wait());
                pass.limited(wait.min(retry.longest_wait()));
            }
            Some(_) => pass.served(),
            None => {}
        }
    }
}

fn too_late(held: &Held) -> Error {
    let wait = held.wait.as_secs_f64();
    let message = match held.reason {
        WaitReason::Pace => {
            format!("the client's pace would send the request in {wait:.1} s, which is too late")
        }
        _ => format!(
            "Tight limits the requests of the token: this one could be sent in {wait:.1} s, which is too late"
        ),
    };
    Error::new(ErrorKind::RateLimited, message)
}
