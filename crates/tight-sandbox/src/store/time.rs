//! Times in RFC 3339. One time has many spellings, so times are compared by meaning.

use std::time::{Duration, SystemTime};

/// The time that `text` means.
pub(crate) fn read(text: &str) -> Option<SystemTime> {
    let (local, offset) = split_offset(text)?;
    // A leap second counts as the second after it, as on most clocks.
    let (local, extra) = match local.get(17..19) {
        Some("60") => (format!("{}59{}", local.get(..17)?, local.get(19..)?), 1),
        _ => (local.to_owned(), 0),
    };
    let local = humantime::parse_rfc3339(&format!("{local}Z")).ok()? + Duration::from_secs(extra);
    if offset < 0 {
        local.checked_add(Duration::from_secs(offset.unsigned_abs()))
    } else {
        local.checked_sub(Duration::from_secs(offset.unsigned_abs()))
    }
}

/// `text` without its UTC offset, and the offset in seconds.
fn split_offset(text: &str) -> Option<(String, i64)> {
    let upper = text.to_ascii_uppercase();
    if let Some(local) = upper.strip_suffix('Z') {
        return Some((local.to_owned(), 0));
    }
    let (local, offset) = upper.split_at_checked(upper.len().checked_sub("+00:00".len())?)?;
    let sign = match offset.as_bytes().first()? {
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    let (hours, minutes) = offset.get(1..)?.split_once(':')?;
    let seconds = hours.parse::<i64>().ok()? * 3600 + minutes.parse::<i64>().ok()? * 60;
    Some((local.to_owned(), sign * seconds))
}

/// `time` in the API's format, limited to the years 1970 to 9999.
pub(crate) fn written(time: SystemTime) -> String {
    let end = SystemTime::UNIX_EPOCH + Duration::from_secs(253_402_300_799);
    let time = time.clamp(SystemTime::UNIX_EPOCH, end);
    humantime::format_rfc3339_seconds(time).to_string()
}

/// The time this many seconds after 1970, in the API's format.
pub(crate) fn of_seconds(seconds: u64) -> Option<String> {
    let time = SystemTime::UNIX_EPOCH.checked_add(Duration::from_secs(seconds))?;
    Some(written(time))
}

/// Whether `text` is a valid date, such as `2024-02-29`.
pub(crate) fn is_day(text: &str) -> bool {
    text.len() == "YYYY-MM-DD".len() && read(&format!("{text}T00:00:00Z")).is_some()
}
