//! Calendar dates.

use std::cmp::Ordering;
use std::fmt;
use std::str::FromStr;

use serde::Serialize;

use super::scalar::scalar_text;
use crate::text;

/// A calendar date, such as `2024-01-15`.
///
/// Any other text in a response is kept as it is; [`year_month_day`](Self::year_month_day) then returns `None`.
///
/// ```
/// use tight_api::Date;
///
/// let due = Date::new(2024, 1, 15);
/// assert_eq!(due.as_str(), "2024-01-15");
/// assert_eq!(Date::from("2024-02-29").year_month_day(), Some((2024, 2, 29)));
/// assert_eq!(Date::from("2023-02-29").year_month_day(), None);
/// // To validate:
/// assert!(Date::try_new(2023, 2, 29).is_err());
/// assert!("2023-02-29".parse::<Date>().is_err());
/// ```
///
/// Dates are ordered by day; invalid dates come first, ordered by their text. `From` and `TryFrom` convert from and to the types of the
/// crates `jiff`, `chrono` and `time`, with the feature of that name.
#[derive(Clone, PartialEq, Eq, Hash, Serialize)]
#[serde(transparent)]
pub struct Date(String);

/// The error of a date that does not exist, or has another format.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InvalidDate(String);

impl InvalidDate {
    #[cfg(any(feature = "chrono", feature = "jiff", feature = "time"))]
    pub(super) fn of(date: &Date) -> Self {
        Self(date.0.clone())
    }
}

impl fmt::Display for InvalidDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        text::line(f, text::LINE, |line| {
            write!(line, "not a valid date such as `2024-01-15`: `{}`", self.0)
        })
    }
}

impl std::error::Error for InvalidDate {}

impl Date {
    /// Creates a date without validation. [`try_new`](Self::try_new) validates it.
    pub fn new(year: u16, month: u8, day: u8) -> Self {
        Self(format!("{year:04}-{month:02}-{day:02}"))
    }

    /// Creates a date.
    ///
    /// # Errors
    ///
    /// Fails if there is no such day, or the year has more than four digits.
    pub fn try_new(year: u16, month: u8, day: u8) -> Result<Self, InvalidDate> {
        let date = Self::new(year, month, day);
        match date.year_month_day() {
            Some(_) => Ok(date),
            None => Err(InvalidDate(date.0)),
        }
    }

    /// Returns year, month (from 1) and day (from 1), or `None` if there is no such day, or the text has another format.
    pub fn year_month_day(&self) -> Option<(u16, u8, u8)> {
        let date = self.civil()?;
        let unsigned = |part: i8| u8::try_from(part).ok();
        Some((
            u16::try_from(date.year()).ok()?,
            unsigned(date.month())?,
            unsigned(date.day())?,
        ))
    }

    pub(super) fn civil(&self) -> Option<jiff::civil::Date> {
        let is_documented = self.0.len() == "YYYY-MM-DD".len();
        (self.0.parse().ok()).filter(|_| is_documented)
    }
}

scalar_text!(Date);

/// Parses a date such as `2024-01-15`. `From<&str>` accepts any text.
impl FromStr for Date {
    type Err = InvalidDate;

    fn from_str(text: &str) -> Result<Self, InvalidDate> {
        let date = Self::from(text);
        match date.year_month_day() {
            Some(_) => Ok(date),
            None => Err(InvalidDate(date.0)),
        }
    }
}

impl PartialOrd for Date {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// Orders by day; invalid dates come first, ordered by their text.
impl Ord for Date {
    fn cmp(&self, other: &Self) -> Ordering {
        let days = self.civil().cmp(&other.civil());
        days.then_with(|| self.0.cmp(&other.0))
    }
}
