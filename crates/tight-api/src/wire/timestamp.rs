//! Points in time.

use std::time::SystemTime;

use serde::Serialize;

use super::scalar::scalar_text;

/// A point in time, as it travels.
///
/// Tight documents ISO 8601 in UTC, such as `2023-11-07T05:31:56Z`, sometimes with fractions of a second. Whatever else stands
/// in its place is kept all the same; [`system_time`](Self::system_time) then has nothing to say about it.
///
/// ```
/// use std::time::{Duration, SystemTime};
/// use tight_api::Timestamp;
///
/// let saved = Timestamp::from("2023-11-07T05:31:56Z");
/// assert_eq!(saved.system_time(), Some(SystemTime::UNIX_EPOCH + Duration::from_secs(1_699_335_116)));
/// assert_eq!(Timestamp::from("next Tuesday").system_time(), None);
/// ```
#[derive(Clone, PartialEq, Eq, Hash, Serialize)]
#[serde(transparent)]
pub struct Timestamp(String);

impl Timestamp {
    /// Returns the time that it says, or `None` if its form is not the documented one. Both `chrono` and `jiff` convert from
    /// [`SystemTime`].
    pub fn system_time(&self) -> Option<SystemTime> {
        self.0.parse::<jiff::Timestamp>().ok()?.try_into().ok()
    }
}

scalar_text!(Timestamp);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fractions_and_offsets_are_read() {
        let whole = Timestamp::from("2023-11-07T05:31:56Z")
            .system_time()
            .unwrap();
        let fraction = Timestamp::from("2023-11-07T05:31:56.250Z")
            .system_time()
            .unwrap();
        assert_eq!(fraction.duration_since(whole).unwrap().as_millis(), 250);
        assert_eq!(
            Timestamp::from("2023-11-07T06:31:56+01:00").system_time(),
            Some(whole)
        );
    }

    #[test]
    fn a_number_is_kept() {
        let read: Timestamp = serde_json::from_str("1699335116000").unwrap();
        assert_eq!((read.as_str(), read.system_time()), ("1699335116000", None));
    }

    #[test]
    fn another_form_is_kept() {
        for text in ["", "2023-11-07", "1699335116", "07/11/2023 05:31"] {
            let read: Timestamp = serde_json::from_value(text.into()).unwrap();
            assert_eq!((read.as_str(), read.system_time()), (text, None));
            assert_eq!(serde_json::to_value(&read).unwrap(), text);
        }
    }
}
