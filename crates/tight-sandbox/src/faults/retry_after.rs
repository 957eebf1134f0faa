//! The forms of the header `Retry-After`.

use std::time::{Duration, SystemTime};

/// The last second that HTTP dates can express, at the end of the year 9999.
const LAST_SECOND: u64 = 253_402_300_799;

/// When a client may try again, in one of the forms that HTTP allows
/// ([RFC 9110](https://www.rfc-editor.org/rfc/rfc9110#field.retry-after)), or in none of them.
///
/// Dates are written in whole seconds, from 1970 to 9999.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum RetryAfter {
    /// A number of seconds: `30`.
    Seconds(u64),
    /// A date in today's form: `Sun, 06 Nov 1994 08:49:37 GMT`.
    Date(SystemTime),
    /// A date in the form of RFC 850, which servers no longer send and clients must read: `Sunday, 06-Nov-94 08:49:37
    /// GMT`. Its year has two digits.
    Rfc850Date(SystemTime),
    /// A date as C's `asctime` writes it, which clients must read, too: `Sun Nov  6 08:49:37 1994`.
    AsctimeDate(SystemTime),
    /// This text, such as one that clients cannot understand: `soon`, `-1`, `1.5`.
    Text(String),
    /// No such header.
    Absent,
}

impl RetryAfter {
    /// The value of the header, if there is one.
    pub(crate) fn text(&self) -> Option<String> {
        match self {
            Self::Seconds(seconds) => Some(seconds.to_string()),
            Self::Date(time) => Some(date(*time)),
            Self::Rfc850Date(time) => Some(rewritten(&date(*time), |parts| {
                let [weekday, day, month, year, clock] = parts;
                let rest = match *weekday {
                    "Tue" => "sday",
                    "Wed" => "nesday",
                    "Thu" => "rsday",
                    "Sat" => "urday",
                    _ => "day",
                };
                let year = year.get(2..).unwrap_or(year);
                format!("{weekday}{rest}, {day}-{month}-{year} {clock} GMT")
            })),
            Self::AsctimeDate(time) => Some(rewritten(&date(*time), |parts| {
                let [weekday, day, month, year, clock] = parts;
                let day = day.trim_start_matches('0');
                format!("{weekday} {month} {day:>2} {clock} {year}")
            })),
            Self::Text(text) => Some(text.clone()),
            Self::Absent => None,
        }
    }
}

/// Writes a time in today's form.
fn date(time: SystemTime) -> String {
    let since = time.duration_since(SystemTime::UNIX_EPOCH);
    let seconds = since.unwrap_or_default().as_secs().min(LAST_SECOND);
    httpdate::fmt_http_date(SystemTime::UNIX_EPOCH + Duration::from_secs(seconds))
}

/// Writes the weekday, day, month, year and time of day of `date` in another form.
fn rewritten(date: &str, write: impl Fn(&[&str; 5]) -> String) -> String {
    let parts: Vec<_> = date
        .split([' ', ','])
        .filter(|part| !part.is_empty())
        .collect();
    match parts.first_chunk() {
        Some(parts) => write(parts),
        None => date.to_owned(),
    }
}
