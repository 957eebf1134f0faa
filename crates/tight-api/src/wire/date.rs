//! Calendar dates.

use serde::Serialize;

use super::scalar::scalar_text;

/// A calendar date, as it travels.
///
/// Tight documents `2024-01-15`. Whatever else stands in its place is kept all the same;
/// [`year_month_day`](Self::year_month_day) then has nothing to say about it.
///
/// ```
/// use tight_api::Date;
///
/// let due = Date::new(2024, 1, 15);
/// assert_eq!(due.as_str(), "2024-01-15");
/// assert_eq!(Date::from("2024-02-29").year_month_day(), Some((2024, 2, 29)));
/// assert_eq!(Date::from("2023-02-29").year_month_day(), None);
/// ```
#[derive(Clone, PartialEq, Eq, Hash, Serialize)]
#[serde(transparent)]
pub struct Date(String);

impl Date {
    /// Creates the date of that day. Whether there is such a day is for Tight to judge.
    pub fn new(year: u16, month: u8, day: u8) -> Self {
        Self(format!("{year:04}-{month:02}-{day:02}"))
    }

    /// Returns the year, the month (from 1) and the day (from 1), or `None` if there is no such day, or the text has another
    /// form.
    pub fn year_month_day(&self) -> Option<(u16, u8, u8)> {
        let is_documented = self.0.len() == "YYYY-MM-DD".len();
        let date = (self.0.parse::<jiff::civil::Date>().ok()).filter(|_| is_documented)?;
        let unsigned = |part: i8| u8::try_from(part).ok();
        Some((
            u16::try_from(date.year()).ok()?,
            unsigned(date.month())?,
            unsigned(date.day())?,
        ))
    }
}

scalar_text!(Date);
