//! What is tried again, and when: a table, and a policy.

use std::time::{Duration, SystemTime};

use http::{HeaderMap, StatusCode};

/// What went wrong with one attempt, as far as trying again is concerned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Failure {
    /// The connection could not be made, or the server has said that it did not process the request.
    NotProcessed,
    /// The rate limit was hit.
    RateLimit,
    /// The access token was not accepted.
    Token,
    /// A fault on Tight's side, or of something in between.
    Server,
    /// The request was sent, and no whole answer came.
    Lost,
}

/// Whether something is tried again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Again {
    /// Yes, after a backoff.
    Backoff,
    /// Yes, after what the server asks for, or else a backoff.
    RetryAfter,
    /// Yes, once, at once, with a new token.
    NewToken,
    /// Only if the caller opted in: the first attempt may have taken effect.
    IfOptedIn,
}

/// The table: for each failure, what becomes of calls that only read, and of those that write.
pub(crate) const TABLE: [(Failure, Again, Again); 5] = [
    (Failure::NotProcessed, Again::Backoff, Again::Backoff),
    (Failure::RateLimit, Again::RetryAfter, Again::RetryAfter),
    (Failure::Token, Again::NewToken, Again::NewToken),
    (Failure::Server, Again::RetryAfter, Again::IfOptedIn),
    (Failure::Lost, Again::Backoff, Again::IfOptedIn),
];

impl Failure {
    /// What a status means, if it is one that trying again may help against.
    pub(crate) fn of_status(status: StatusCode) -> Option<Self> {
        match status.as_u16() {
            401 => Some(Self::Token),
            429 => Some(Self::RateLimit),
            408 | 425 | 500 | 502 | 503 | 504 | 520..=524 | 529 | 530 => Some(Self::Server),
            _ => None,
        }
    }

    /// What the table says of it.
    pub(crate) fn again(self, reads: bool) -> Again {
        let row = TABLE.iter().find(|(failure, ..)| *failure == self);
        // Every failure has its row; a test counts them.
        row.map_or(
            Again::IfOptedIn,
            |(_, read, write)| if reads { *read } else { *write },
        )
    }
}

/// How often and how patiently a call is tried again.
///
/// A call that may have taken effect is not tried again unless [`resend_in_doubt`](Self::resend_in_doubt) says so. Between
/// attempts lies a random time up to a bound that doubles with each attempt (full jitter), or what the server asks for in
/// `Retry-After`.
///
/// ```
/// use std::time::Duration;
/// use tight_api::RetryPolicy;
///
/// let patient = RetryPolicy::default().attempts(6).backoff(Duration::from_secs(1), Duration::from_secs(30));
/// # let _ = patient;
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use = "a policy does nothing until a client has it"]
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
    /// Creates a policy by which every call is tried once. Only a token that is not accepted is still renewed.
    pub fn never() -> Self {
        Self::default().attempts(1)
    }

    /// Sets how many attempts a call has at most, the first one included; 3 if nothing is said. 0 counts as 1.
    pub fn attempts(mut self, attempts: u32) -> Self {
        self.attempts = attempts.max(1);
        self
    }

    /// Sets the bound of the first backoff and that of the longest; half a second and 8 seconds if nothing is said.
    pub fn backoff(mut self, first: Duration, longest: Duration) -> Self {
        self.first_backoff = first;
        self.longest_backoff = longest;
        self
    }

    /// Sets how long a server may ask to wait with `Retry-After`; a minute if nothing is said. If it asks for longer, the call
    /// is not tried again, and its error has the header.
    pub fn longest_retry_after(mut self, longest: Duration) -> Self {
        self.longest_retry_after = longest;
        self
    }

    /// Sets whether calls that write are sent again even if an earlier attempt may have taken effect. **This may do twice what
    /// the call does**: Tight documents no idempotency key. Off if nothing is said.
    pub fn resend_in_doubt(mut self, resend: bool) -> Self {
        self.resend_in_doubt = resend;
        self
    }

    /// How long to wait before the attempt after the `attempt`th (from 1), or `None` if there is to be none.
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
        let asked = match failure.again(reads) {
            Again::RetryAfter => retry_after,
            Again::Backoff => None,
            Again::IfOptedIn if self.resend_in_doubt => retry_after,
            Again::IfOptedIn | Again::NewToken => return None,
        };
        match asked {
            Some(asked) => (asked <= self.longest_retry_after).then_some(asked),
            None => Some(self.jittered(attempt)),
        }
    }

    /// How long a server may ask to wait.
    pub(crate) fn longest_wait(&self) -> Duration {
        self.longest_retry_after
    }

    /// How long to wait where nobody says.
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

/// What `Retry-After` asks for: seconds, or a date in any of the three forms of HTTP, measured against the `Date` of the answer
/// if it has one, since clocks differ. `now` is this machine's time.
pub(crate) fn retry_after(headers: &HeaderMap, now: SystemTime) -> Option<Duration> {
    let text = |name| headers.get(name)?.to_str().ok().map(str::trim);
    let value = text(http::header::RETRY_AFTER)?;
    if value.bytes().all(|byte| byte.is_ascii_digit()) && !value.is_empty() {
        // More than can be counted is more than anybody waits.
        return Some(value.parse().map_or(Duration::MAX, Duration::from_secs));
    }
    if let Ok(date) = httpdate::parse_http_date(value) {
        let now = text(http::header::DATE)
            .and_then(|date| httpdate::parse_http_date(date).ok())
            .unwrap_or(now);
        // A date that has passed asks for nothing more.
        return Some(date.duration_since(now).unwrap_or_default());
    }
    // Not of the standard, but plain enough.
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
    fn words(again: Again) -> &'static str {
        match again {
            Again::Backoff => "yes, after a backoff",
            Again::RetryAfter => "yes, after `Retry-After` or a backoff",
            Again::NewToken => "once, with a new token",
            Again::IfOptedIn => "no, unless the caller opted in",
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
