//! Which failures are retried, and when: a table, and a policy.

use std::time::{Duration, SystemTime};

use http::{HeaderMap, StatusCode};

/// The failures of an attempt that can be retried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Failure {
    /// No connection was made, or the server reported that it did not process the request.
    NotProcessed,
    /// The rate limit was exceeded.
    RateLimit,
    /// The access token was rejected.
    Token,
    /// The server or a proxy failed.
    Server,
    /// The request was sent, and no complete response was received.
    Lost,
}

/// When a failure is retried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RetryRule {
    /// After a backoff.
    Backoff,
    /// After the time in `Retry-After`, or a backoff.
    RetryAfter,
    /// Once, immediately, with a new token.
    NewToken,
    /// Only if the caller opted in, since the first attempt may have taken effect.
    IfOptedIn,
}

/// The rule for each failure: for calls that only read, and for calls that write.
pub(crate) const TABLE: [(Failure, RetryRule, RetryRule); 5] = [
    (
        Failure::NotProcessed,
        RetryRule::Backoff,
        RetryRule::Backoff,
    ),
    (
        Failure::RateLimit,
        RetryRule::RetryAfter,
        RetryRule::RetryAfter,
    ),
    (Failure::Token, RetryRule::NewToken, RetryRule::NewToken),
    (Failure::Server, RetryRule::RetryAfter, RetryRule::IfOptedIn),
    (Failure::Lost, RetryRule::Backoff, RetryRule::IfOptedIn),
];

impl Failure {
    /// Classifies a status; `None` if a retry does not help.
    pub(crate) fn of_status(status: StatusCode) -> Option<Self> {
        match status.as_u16() {
            401 => Some(Self::Token),
            429 => Some(Self::RateLimit),
            408 | 425 | 500 | 502 | 503 | 504 | 520..=524 | 529 | 530 => Some(Self::Server),
            _ => None,
        }
    }

    /// Looks up the rule.
    pub(crate) fn rule(self, reads: bool) -> RetryRule {
        let row = TABLE.iter().find(|(failure, ..)| *failure == self);
        // Every failure has its row; a test counts them.
        row.map_or(
            RetryRule::IfOptedIn,
            |(_, read, write)| if reads { *read } else { *write },
        )
    }
}

/// How often a call is retried, and how long it waits between attempts.
///
/// A call that may have taken effect is not retried unless [`resend_in_doubt`](Self::resend_in_doubt) allows it. The wait between
/// attempts is random up to a limit that doubles with each attempt (full jitter), or the time in `Retry-After`.
///
/// ```
/// use std::time::Duration;
/// use tight_api::RetryPolicy;
///
/// let patient = RetryPolicy::default().attempts(6).backoff(Duration::from_secs(1), Duration::from_secs(30));
/// # let _ = patient;
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use = "a policy does nothing until it is set on a client"]
pub struct RetryPolicy {
    attempts: u32,
    first_backoff: Duration,
    longest_backoff: Duration,
    longest_retry_after: Duration,
    resend_in_doubt: bool,
}

impl Default for RetryPolicy {
    fn default() -> Self {
        Self {
            attempts: 3,
            first_backoff: Duration::from_millis(500),
            longest_backoff: Duration::from_secs(8),
            longest_retry_after: Duration::from_secs(60),
            resend_in_doubt: false,
        }
    }
}

impl RetryPolicy {
    /// Creates a policy without retries. A rejected access token is still renewed once.
    pub fn never() -> Self {
        Self::default().attempts(1)
    }

    /// Sets the maximum number of attempts, including the first; if not set, 3. 0 counts as 1.
    pub fn attempts(mut self, attempts: u32) -> Self {
        self.attempts = attempts.max(1);
        self
    }

    /// Sets the limits of the first and of the longest backoff; if not set, 0.5 and 8 seconds.
    pub fn backoff(mut self, first: Duration, longest: Duration) -> Self {
        self.first_backoff = first;
        self.longest_backoff = longest;
        self
    }

    /// Sets the longest `Retry-After` that a call waits for; if not set, 60 seconds. If the server asks for more, the call fails, and
    /// [`Error::retry_after`](crate::Error::retry_after) returns the time.
    pub fn longest_retry_after(mut self, longest: Duration) -> Self {
        self.longest_retry_after = longest;
        self
    }

    /// Sets whether calls that write are retried even if an earlier attempt may have taken effect; if not set, they are not.
    /// **The call may take effect twice**: Tight documents no idempotency key.
    pub fn resend_in_doubt(mut self, resend: bool) -> Self {
        self.resend_in_doubt = resend;
        self
    }

    /// Returns how long to wait after the `attempt`th attempt (from 1), or `None` if there is no retry.
    pub(crate) fn delay(
        &self,
        failure: Failure,
        reads: bool,
        attempt: u32,
        retry_after: Option<Duration>,
    ) -> Option<Duration> {
        if attempt >= self.attempts {
            return None;
        }
        let asked = match failure.rule(reads) {
            RetryRule::RetryAfter => retry_after,
            RetryRule::Backoff => None,
            RetryRule::IfOptedIn if self.resend_in_doubt => retry_after,
            RetryRule::IfOptedIn | RetryRule::NewToken => return None,
        };
        match asked {
            Some(asked) => (asked <= self.longest_retry_after).then_some(asked),
            None => Some(self.jittered(attempt)),
        }
    }

    /// The longest wait that a server may ask for.
    pub(crate) fn longest_wait(&self) -> Duration {
        self.longest_retry_after
    }

    /// The wait if the server states none.
    pub(crate) fn shortest_wait(&self) -> Duration {
        self.first_backoff
    }

    fn jittered(&self, attempt: u32) -> Duration {
        let doubled = 2u32
            .checked_pow(attempt.saturating_sub(1))
            .and_then(|factor| self.first_backoff.checked_mul(factor));
        let bound = doubled
            .unwrap_or(self.longest_backoff)
            .min(self.longest_backoff);
        Duration::try_from_secs_f64(bound.as_secs_f64() * fastrand::f64()).unwrap_or(bound)
    }
}

/// Reads `Retry-After`: seconds, or a date in any of the three formats of HTTP, relative to the `Date` header if there is one,
/// since clocks differ. `now` is the local time.
pub(crate) fn retry_after(headers: &HeaderMap, now: SystemTime) -> Option<Duration> {
    let text = |name| headers.get(name)?.to_str().ok().map(str::trim);
    let value = text(http::header::RETRY_AFTER)?;
    if value.bytes().all(|byte| byte.is_ascii_digit()) && !value.is_empty() {
        // An overflow exceeds every limit.
        return Some(value.parse().map_or(Duration::MAX, Duration::from_secs));
    }
    if let Ok(date) = httpdate::parse_http_date(value) {
        let now = text(http::header::DATE)
            .and_then(|date| httpdate::parse_http_date(date).ok())
            .unwrap_or(now);
        // A date in the past means no wait.
        return Some(date.duration_since(now).unwrap_or_default());
    }
    // Fractions are not standard, but unambiguous.
    let seconds = value
        .parse::<f64>()
        .ok()
        .filter(|seconds| *seconds >= 0.0)?;
    Some(Duration::try_from_secs_f64(seconds).unwrap_or(Duration::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The words of the table in the documentation.
    fn words(rule: RetryRule) -> &'static str {
        match rule {
            RetryRule::Backoff => "yes, after a backoff",
            RetryRule::RetryAfter => "yes, after `Retry-After` or a backoff",
            RetryRule::NewToken => "once, with a new token",
            RetryRule::IfOptedIn => "no, unless the caller opted in",
        }
    }

    #[test]
    fn the_documentation_has_the_table() {
        let mut table = String::from(
            "| what happened | calls that only read | calls that write |\n| --- | --- | --- |\n",
        );
        for (failure, reads, writes) in TABLE {
            let what = match failure {
                Failure::NotProcessed => {
                    "the connection could not be made, or the request was certainly not processed (HTTP/2)"
                }
                Failure::RateLimit => "429",
                Failure::Token => "401, and the token can be renewed",
                Failure::Server => "408, 425, 500, 502, 503, 504, 520 to 524, 529, 530",
                Failure::Lost => "a timeout, or the connection was lost after sending",
            };
            table += &format!("| {what} | {} | {} |\n", words(reads), words(writes));
        }
        let documentation = include_str!("../guide.md");
        assert!(
            documentation.contains(&table),
            "guide.md must have this table:\n{table}"
        );
    }

    #[test]
    fn the_statuses_of_the_table_are_those_that_are_tried_again() {
        for status in 100..600 {
            let failure = Failure::of_status(StatusCode::from_u16(status).unwrap());
            assert_eq!(
                failure.is_some(),
                [
                    401, 408, 425, 429, 500, 502, 503, 504, 520, 521, 522, 523, 524, 529, 530
                ]
                .contains(&status),
                "{status}"
            );
        }
    }

    #[test]
    fn backoff_doubles_up_to_its_bound_and_is_spread_over_all_of_it() {
        let policy = RetryPolicy::default().attempts(u32::MAX);
        for (attempt, bound) in [
            (1, 500),
            (2, 1000),
            (3, 2000),
            (5, 8000),
            (6, 8000),
            (40, 8000),
            (u32::MAX - 1, 8000),
        ] {
            let delays: Vec<_> = (0..1000)
                .map(|_| {
                    policy
                        .delay(Failure::NotProcessed, false, attempt, None)
                        .unwrap()
                        .as_millis()
                })
                .collect();
            let (least, most) = (delays.iter().min().unwrap(), delays.iter().max().unwrap());
            assert!(
                *most <= bound && *most > bound * 9 / 10 && *least < bound / 10,
                "{attempt}: {least} to {most}"
            );
        }
    }

    #[test]
    fn retry_after_is_seconds_or_a_date_and_bounded() {
        let now = SystemTime::UNIX_EPOCH + Duration::from_secs(784_111_777); // Sun, 06 Nov 1994 08:49:37 GMT
        let asked = |value: &str| {
            let headers =
                HeaderMap::from_iter([(http::header::RETRY_AFTER, value.parse().unwrap())]);
            retry_after(&headers, now)
        };
        assert_eq!(asked("7"), Some(Duration::from_secs(7)));
        assert_eq!(
            asked("Sun, 06 Nov 1994 08:49:47 GMT"),
            Some(Duration::from_secs(10))
        );
        assert_eq!(asked("Sun, 06 Nov 1994 08:49:27 GMT"), Some(Duration::ZERO));
        assert_eq!(
            asked("Sunday, 06-Nov-94 08:49:47 GMT"),
            Some(Duration::from_secs(10))
        );
        assert_eq!(
            asked("Sun Nov  6 08:49:47 1994"),
            Some(Duration::from_secs(10))
        );
        assert_eq!(asked("1.5"), Some(Duration::from_millis(1500)));
        assert_eq!(asked("999999999999999999999999999999"), Some(Duration::MAX));
        assert_eq!(asked("1e300"), Some(Duration::MAX));
        for nothing in ["soon", "-1", "-1.5", "", "NaN"] {
            assert_eq!(asked(nothing), None, "{nothing}");
        }

        let mut headers = HeaderMap::new();
        let date = |seconds| httpdate::fmt_http_date(now + Duration::from_secs(seconds));
        headers.insert("retry-after", date(7000).parse().unwrap());
        headers.insert("date", date(6995).parse().unwrap());
        assert_eq!(
            retry_after(&headers, now),
            Some(Duration::from_secs(5)),
            "the server's clock is not ours"
        );

        let policy = RetryPolicy::default();
        let delay = |asked: u64| {
            policy.delay(
                Failure::RateLimit,
                false,
                1,
                Some(Duration::from_secs(asked)),
            )
        };
        assert_eq!(delay(60), Some(Duration::from_secs(60)));
        assert_eq!(delay(61), None, "what a server may ask for is capped");
    }

    #[test]
    fn what_may_have_taken_effect_is_sent_again_only_by_decision_of_the_caller() {
        let delay =
            |policy: &RetryPolicy, failure, reads| policy.delay(failure, reads, 1, None).is_some();
        let careful = RetryPolicy::default();
        let daring = RetryPolicy::default().resend_in_doubt(true);
        for failure in [Failure::Server, Failure::Lost] {
            assert!(delay(&careful, failure, true) && !delay(&careful, failure, false));
            assert!(delay(&daring, failure, true) && delay(&daring, failure, false));
        }
        for failure in [Failure::NotProcessed, Failure::RateLimit] {
            assert!(delay(&careful, failure, true) && delay(&careful, failure, false));
            assert!(!delay(&RetryPolicy::never(), failure, true));
        }
    }
}
