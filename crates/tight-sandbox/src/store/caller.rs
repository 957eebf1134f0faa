//! Who sends a request, and when: all that an answer takes from neither the request nor the store.

use std::time::{Duration, SystemTime};

/// Whom a request comes from whose token is for no user.
const NOBODY: &str = "user_sandbox";

/// The sender of a request.
#[derive(Debug)]
pub(crate) struct Caller {
    pub(crate) user: String,
    /// The time of the request, as this API writes it.
    pub(crate) now: String,
    /// The field that names the user, in an object that tells who somebody is.
    pub(crate) user_field: Option<String>,
}

impl Caller {
    pub(crate) fn new(user: Option<String>, now: SystemTime, user_field: Option<&str>) -> Self {
        Self {
            user_field: user_field.map(str::to_owned),
            user: user.unwrap_or_else(|| NOBODY.to_owned()),
            now: written(now),
        }
    }
}

/// `time` as this API writes it. What cannot be written so (years before 1970 or after 9999) is brought into
/// range.
fn written(time: SystemTime) -> String {
    let end = SystemTime::UNIX_EPOCH + Duration::from_secs(253_402_300_799);
    let time = time.clamp(SystemTime::UNIX_EPOCH, end);
    humantime::format_rfc3339_seconds(time).to_string()
}
