//! Points in time.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::str::FromStr;
use std::time::SystemTime;

use serde::Serialize;

use super::scalar::scalar_text;
use crate::text;

/// A point in time: ISO 8601 in UTC, such as `2023-11-07T05:31:56Z`, with or without fractions of a second.
///
/// Any other text in a response is kept as it is; [`system_time`](Self::system_time) then returns `None`.
///
/// ```
/// use std::time::{Duration, SystemTime};
/// use tight_api::Timestamp;
///
/// let saved = Timestamp::from("2023-11-07T05:31:56Z");
/// let time = SystemTime::UNIX_EPOCH + Duration::from_secs(1_699_335_116);
/// assert_eq!(saved.system_time(), Some(time));
/// assert_eq!(Timestamp::from(time), saved);
///
/// assert!(saved < Timestamp::from("2023-11-07T05:31:56.250Z"));
/// assert_eq!(saved, Timestamp::from("2023-11-07T06:31:56+01:00"));
///
/// assert_eq!(Timestamp::from("next Tuesday").system_time(), None);
/// assert!("next Tuesday".parse::<Timestamp>().is_err());
/// ```
///
/// Timestamps are compared by time, however they are written; invalid ones come first, ordered by their text. `From` and `TryFrom`
/// convert from and to [`SystemTime`], and the types of the crates `jiff`, `chrono` and `time` with the feature of that name.
#[derive(Clone, Serialize)]
#[serde(transparent)]
pub struct Timestamp(String);

/// The error of a text that is not a timestamp.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidTimestamp(String);

impl InvalidTimestamp {
    pub(super) fn of(timestamp: &Timestamp) -> Self {
        Self(timestamp.0.clone())
    }
}

impl fmt::Display for InvalidTimestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        text::line(f, text::LINE, |line| {
            write!(
                line,
                "not a valid timestamp such as `2023-11-07T05:31:56Z`: `{}`",
                self.0
            )
        })
    }
}

impl std::error::Error for InvalidTimestamp {}

impl Timestamp {
    /// Returns the time, or `None` if the text is not a timestamp.
    pub fn system_time(&self) -> Option<SystemTime> {
        self.instant()?.try_into().ok()
    }

    pub(super) fn instant(&self) -> Option<jiff::Timestamp> {
        self.0.parse().ok()
    }
}

scalar_text!(Timestamp);

/// Parses a timestamp such as `2023-11-07T05:31:56Z`. `From<&str>` accepts any text.
impl FromStr for Timestamp {
    type Err = InvalidTimestamp;

    fn from_str(text: &str) -> Result<Self, InvalidTimestamp> {
        let timestamp = Self::from(text);
        match timestamp.instant() {
            Some(_) => Ok(timestamp),
            None => Err(InvalidTimestamp(timestamp.0)),
        }
    }
}

impl PartialEq for Timestamp {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0 || self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Timestamp {}

impl Hash for Timestamp {
    fn hash<H: Hasher>(&self, state: &mut H) {
        match self.instant() {
            Some(instant) => instant.hash(state),
            None => self.0.hash(state),
        }
    }
}

impl PartialOrd for Timestamp {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// Orders by time; invalid timestamps come first, ordered by their text.
impl Ord for Timestamp {
    fn cmp(&self, other: &Self) -> Ordering {
        match (self.instant(), other.instant()) {
            (None, None) => self.0.cmp(&other.0),
            (one, other) => one.cmp(&other),
        }
    }
}
