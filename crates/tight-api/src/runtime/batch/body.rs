//! The body of a request that saves items.

use serde::Serialize;

/// The items to save, and the other fields of the body.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Batch<T, S = ()> {
    pub(crate) data: Vec<T>,
    #[serde(flatten)]
    pub(crate) settings: S,
}
