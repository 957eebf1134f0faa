//! The body of a request that saves items.

use serde::Serialize;

/// Items to save, and what the request says beside them, if anything.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Batch<T, S = ()> {
    pub(crate) data: Vec<T>,
    #[serde(flatten)]
    pub(crate) settings: S,
}
