//! `null` where something else was to be expected.

use serde::{Deserialize, Deserializer};

/// Reads a list. `null` in place of the list is an empty list, and `null` in place of an item is no item.
pub(crate) fn list<'de, D, T>(deserializer: D) -> Result<Vec<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    let items = Option::<Vec<Option<T>>>::deserialize(deserializer)?;
    Ok(items.into_iter().flatten().flatten().collect())
}
