//! Fields of requests that can be set, omitted, or cleared with `null`.
//!
//! Such a field is an `Option<Option<T>>`, which serde writes as it should be. Read, though, `null` would be taken for a field that is
//! not there.

use serde::{Deserialize, Deserializer};

/// Reads the value of a field that is there.
pub(crate) fn deserialize<'de, D, T>(deserializer: D) -> Result<Option<Option<T>>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    Option::deserialize(deserializer).map(Some)
}
