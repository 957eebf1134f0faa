//! Dates and times are compared by what they say, and become those of other crates and back.

use std::collections::HashSet;
use std::time::{Duration, SystemTime};

use proptest::prelude::*;
use tight_api::{Date, Timestamp};

fn sorted<T: Ord + Clone>(mut values: Vec<T>) -> Vec<T> {
    values.sort();
    values
}

#[test]
fn timestamps_are_ordered_by_time_and_what_says_none_comes_first() {
    let texts = [
        "2024-01-15T10:00:00+02:00",
        "2024-01-15T09:00:00Z",
        "today",
        "2024-01-15T08:30:00.5Z",
        "",
    ];
    let sorted = sorted(texts.map(Timestamp::from).to_vec());
    let texts: Vec<_> = sorted.iter().map(Timestamp::as_str).collect();
    assert_eq!(
        texts,
        [
            "",
            "today",
            "2024-01-15T10:00:00+02:00",
            "2024-01-15T08:30:00.5Z",
            "2024-01-15T09:00:00Z"
        ]
    );
}

#[test]
fn timestamps_of_one_time_are_one() {
    let written = [
        "2024-01-15T08:00:00Z",
        "2024-01-15T08:00:00.000Z",
        "2024-01-15T10:00:00+02:00",
    ];
    let one: HashSet<_> = written.map(Timestamp::from).into();
    assert_eq!(one.len(), 1);
    // What says no time is only what it is.
    let two: HashSet<_> = ["today", "Today", "today"].map(Timestamp::from).into();
    assert_eq!(two.len(), 2);
}

#[test]
fn dates_are_ordered_by_day_and_what_is_none_comes_first() {
    let texts = [
        "2024-02-01",
        "2024-01-31",
        "2024-02-30",
        "01/02/2024",
        "0999-12-31",
    ];
    let sorted = sorted(texts.map(Date::from).to_vec());
    let texts: Vec<_> = sorted.iter().map(Date::as_str).collect();
    assert_eq!(
        texts,
        [
            "01/02/2024",
            "2024-02-30",
            "0999-12-31",
            "2024-01-31",
            "2024-02-01"
        ]
    );
}

#[test]
fn a_day_that_is_none_is_told() {
    let error = Date::try_new(2026, 2, 29).unwrap_err();
    assert_eq!(
        error.to_string(),
        "not a valid date such as `2024-01-15`: `2026-02-29`"
    );
    assert!(Date::try_new(12_026, 1, 1).is_err());
    assert_eq!(Date::try_new(2026, 1, 31), Ok(Date::new(2026, 1, 31)));
    assert_eq!("2026-01-31".parse(), Ok(Date::new(2026, 1, 31)));
    assert!("31.1.2026".parse::<Date>().is_err());
    let error = "31.1.2026".parse::<Timestamp>().unwrap_err();
    assert_eq!(
        error.to_string(),
        "not a valid timestamp such as `2023-11-07T05:31:56Z`: `31.1.2026`"
    );
}

/// A day and a time in three crates' words, there and back.
#[test]
fn other_crates_say_the_same() {
    let (date, time) = (
        Date::new(2024, 2, 29),
        Timestamp::from("2024-02-29T23:59:59.25Z"),
    );

    let of_jiff = jiff::civil::Date::try_from(&date).unwrap();
    assert_eq!(
        (of_jiff.year(), of_jiff.month(), of_jiff.day()),
        (2024, 2, 29)
    );
    assert_eq!(Date::from(of_jiff), date);
    let of_jiff = jiff::Timestamp::try_from(&time).unwrap();
    assert_eq!(Timestamp::from(of_jiff).as_str(), time.as_str());

    let of_chrono = chrono::NaiveDate::try_from(&date).unwrap();
    assert_eq!(
        chrono::NaiveDate::from_ymd_opt(2024, 2, 29),
        Some(of_chrono)
    );
    assert_eq!(Date::from(of_chrono).as_str(), date.as_str());
    let of_chrono = chrono::DateTime::<chrono::Utc>::try_from(&time).unwrap();
    assert_eq!(of_chrono.timestamp_subsec_millis(), 250);
    assert_eq!(Timestamp::from(of_chrono), time);
    let elsewhere = of_chrono.with_timezone(&chrono::FixedOffset::east_opt(3600).unwrap());
    assert_eq!(
        Timestamp::from(elsewhere).as_str(),
        "2024-02-29T23:59:59.250Z"
    );

    let of_time = time::Date::try_from(&date).unwrap();
    assert_eq!(of_time.ordinal(), 60);
    assert_eq!(Date::from(of_time).as_str(), date.as_str());
    let of_time = time::OffsetDateTime::try_from(&time).unwrap();
    assert_eq!(of_time.millisecond(), 250);
    assert_eq!(Timestamp::from(of_time), time);
}

#[test]
fn what_is_no_date_or_time_becomes_none() {
    let (date, time) = (Date::from("2023-02-29"), Timestamp::from("soon"));
    assert!(jiff::civil::Date::try_from(&date).is_err());
    assert!(chrono::NaiveDate::try_from(&date).is_err());
    assert!(time::Date::try_from(&date).is_err());
    assert!(jiff::Timestamp::try_from(&time).is_err());
    assert!(chrono::DateTime::<chrono::Utc>::try_from(&time).is_err());
    assert!(time::OffsetDateTime::try_from(&time).is_err());
    assert_eq!(
        SystemTime::try_from(time).unwrap_err().to_string(),
        "not a valid timestamp such as `2023-11-07T05:31:56Z`: `soon`"
    );
}

#[test]
fn a_time_that_cannot_be_written_is_the_nearest_that_can() {
    let far = SystemTime::UNIX_EPOCH + Duration::from_secs(1 << 40);
    assert!(
        Timestamp::from(far)
            .as_str()
            .starts_with("9999-12-30T22:00:00")
    );
}

proptest! {
    /// From years before 1970 to years after 2100, to the nanosecond.
    #[test]
    fn any_time_comes_back(seconds in -2_000_000_000_i64..5_000_000_000, nanos in 0_u32..1_000_000_000) {
        let before = Duration::from_secs(seconds.unsigned_abs());
        let whole = match seconds < 0 {
            true => SystemTime::UNIX_EPOCH - before,
            false => SystemTime::UNIX_EPOCH + before,
        };
        let time = whole + Duration::from_nanos(nanos.into());
        let timestamp = Timestamp::from(time);
        prop_assert_eq!(SystemTime::try_from(&timestamp).unwrap(), time);
        let of_chrono = chrono::DateTime::<chrono::Utc>::try_from(&timestamp).unwrap();
        prop_assert_eq!(Timestamp::from(of_chrono), timestamp.clone());
        let of_time = time::OffsetDateTime::try_from(&timestamp).unwrap();
        prop_assert_eq!(Timestamp::from(of_time), timestamp);
    }

    /// Equal, less and greater exclude each other, and equal ones have one hash.
    #[test]
    fn order_agrees_with_equality(one in 0_usize..6, other in 0_usize..6) {
        let texts = ["", "soon", "2024-01-15T08:00:00Z", "2024-01-15T08:00:00.0Z", "2024-01-15T09:00:00+01:00", "2024-01-15T07:59:59Z"];
        let (one, other) = (Timestamp::from(texts[one]), Timestamp::from(texts[other]));
        prop_assert_eq!(one == other, one.cmp(&other).is_eq());
        prop_assert_eq!(one.cmp(&other), other.cmp(&one).reverse());
        let both: HashSet<_> = [one.clone(), other.clone()].into();
        prop_assert_eq!(both.len() == 1, one == other);
    }
}
