//! Who sends a request, and when.

use std::time::SystemTime;

use crate::store::time;

/// The user of requests whose token is for no user.
const NOBODY: &str = "user_sandbox";

/// The sender of a request.
#[derive(Debug)]
pub(crate) struct Caller {
    pub(crate) user: String,
    /// The user whose data alone the request reaches; `None` if it reaches all.
    pub(crate) reaches: Option<String>,
    /// The time of the request, in the API's format.
    pub(crate) now: String,
    /// The field that identifies a user.
    pub(crate) user_field: Option<String>,
}

impl Caller {
    pub(crate) fn new(user: Option<String>, now: SystemTime, user_field: Option<&str>) -> Self {
        Self {
            reaches: None,
            user_field: user_field.map(str::to_owned),
            user: user.unwrap_or_else(|| NOBODY.to_owned()),
            now: time::written(now),
        }
    }

    /// Restricts the request to what its user can see.
    pub(crate) fn restricted_to(mut self, user: Option<String>) -> Self {
        self.reaches = user;
        self
    }
}
