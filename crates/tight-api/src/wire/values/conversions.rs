//! Dates and times in the types of the standard library and of other crates.
//!
//! From theirs to ours always works: what Tight does not read it rejects. From ours to theirs works where the text is a date or a
//! time, and one that their type has.

use std::time::SystemTime;

use super::timestamp::{InvalidTimestamp, Timestamp};

/// Implements conversions from a text of ours, owned and borrowed, to a type of others.
macro_rules! conversions {
    ($ours:ident or $error:ident => $theirs:ty, |$text:ident| $convert:expr) => {
        impl TryFrom<&$ours> for $theirs {
            type Error = $error;

            fn try_from($text: &$ours) -> Result<Self, $error> {
                let converted: Option<Self> = $convert;
                converted.ok_or_else(|| $error::of($text))
            }
        }

        impl TryFrom<$ours> for $theirs {
            type Error = $error;

            fn try_from(text: $ours) -> Result<Self, $error> {
                Self::try_from(&text)
            }
        }
    };
}

/// As RFC 3339 in UTC, with as much of a second as there is. Years before -9999 and after 9999 cannot be written so; the nearest
/// time that can takes their place.
impl From<SystemTime> for Timestamp {
    fn from(time: SystemTime) -> Self {
        let nearest = match time < SystemTime::UNIX_EPOCH {
            true => jiff::Timestamp::MIN,
            false => jiff::Timestamp::MAX,
        };
        let time = jiff::Timestamp::try_from(time).unwrap_or(nearest);
        Self::from(time.to_string())
    }
}

conversions!(Timestamp or InvalidTimestamp => SystemTime, |timestamp| timestamp.system_time());

#[cfg(feature = "jiff")]
mod of_jiff {
    use crate::wire::{Date, InvalidDate, InvalidTimestamp, Timestamp};

    /// As RFC 3339 in UTC, with as much of a second as there is.
    impl From<jiff::Timestamp> for Timestamp {
        fn from(time: jiff::Timestamp) -> Self {
            Self::from(time.to_string())
        }
    }

    /// As `2024-01-15`.
    impl From<jiff::civil::Date> for Date {
        fn from(date: jiff::civil::Date) -> Self {
            Self::from(date.to_string())
        }
    }

    conversions!(Timestamp or InvalidTimestamp => jiff::Timestamp, |timestamp| timestamp.instant());
    conversions!(Date or InvalidDate => jiff::civil::Date, |date| date.civil());
}

#[cfg(feature = "chrono")]
mod of_chrono {
    use chrono::{DateTime, NaiveDate, TimeZone, Utc};

    use crate::wire::{Date, InvalidDate, InvalidTimestamp, Timestamp};

    /// As RFC 3339 in UTC, with as much of a second as there is.
    impl<Z: TimeZone> From<DateTime<Z>> for Timestamp {
        fn from(time: DateTime<Z>) -> Self {
            Self::from(format!("{:?}", time.to_utc()))
        }
    }

    /// As `2024-01-15`.
    impl From<NaiveDate> for Date {
        fn from(date: NaiveDate) -> Self {
            Self::from(date.to_string())
        }
    }

    conversions!(Timestamp or InvalidTimestamp => DateTime<Utc>, |timestamp| {
        let instant = timestamp.instant();
        // Of a time before 1970, the fraction is negative, too.
        instant.and_then(|instant| {
            let nanoseconds = instant.as_nanosecond();
            let second = i64::try_from(nanoseconds.div_euclid(1_000_000_000)).ok()?;
            let fraction = u32::try_from(nanoseconds.rem_euclid(1_000_000_000)).ok()?;
            DateTime::from_timestamp(second, fraction)
        })
    });
    conversions!(Date or InvalidDate => NaiveDate, |date| {
        let day = date.year_month_day();
        day.and_then(|(year, month, day)| {
            NaiveDate::from_ymd_opt(year.into(), month.into(), day.into())
        })
    });
}

#[cfg(feature = "time")]
mod of_time {
    use time::{Month, OffsetDateTime};

    use crate::wire::{Date, InvalidDate, InvalidTimestamp, Timestamp};

    /// As RFC 3339 in UTC, with as much of a second as there is. With `time`'s feature `large-dates`, there may be years before -9999
    /// and after 9999; the nearest time that can be written takes their place.
    impl From<OffsetDateTime> for Timestamp {
        fn from(time: OffsetDateTime) -> Self {
            let nanoseconds = time.unix_timestamp_nanos();
            let nearest = match nanoseconds < 0 {
                true => jiff::Timestamp::MIN,
                false => jiff::Timestamp::MAX,
            };
            let time = jiff::Timestamp::from_nanosecond(nanoseconds).unwrap_or(nearest);
            Self::from(time.to_string())
        }
    }

    /// As `2024-01-15`.
    impl From<time::Date> for Date {
        fn from(date: time::Date) -> Self {
            let (year, month, day) = date.to_calendar_date();
            Self::from(format!("{year:04}-{:02}-{day:02}", u8::from(month)))
        }
    }

    conversions!(Timestamp or InvalidTimestamp => OffsetDateTime, |timestamp| {
        let instant = timestamp.instant();
        instant.and_then(|instant| {
            OffsetDateTime::from_unix_timestamp_nanos(instant.as_nanosecond()).ok()
        })
    });
    conversions!(Date or InvalidDate => time::Date, |date| {
        let day = date.year_month_day();
        day.and_then(|(year, month, day)| {
            let month = Month::try_from(month).ok()?;
            time::Date::from_calendar_date(year.into(), month, day).ok()
        })
    });
}
