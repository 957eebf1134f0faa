//! What an error of the HTTP client was caused by.

use std::error::Error as StdError;
use std::io;
use std::iter::successors;

pub(super) type Cause<'a> = &'a (dyn StdError + 'static);

/// An error and its causes, down to the root.
pub(super) fn causes(error: &reqwest::Error) -> impl Iterator<Item = Cause<'_>> {
    let error: Cause<'_> = error;
    successors(Some(error), |error| {
        let error: Cause<'_> = *error;
        match error
            .downcast_ref::<io::Error>()
            .and_then(io::Error::get_ref)
        {
            // What an I/O error wraps speaks for it, and is not among its sources.
            Some(wrapped) => Some(wrapped),
            None => error.source(),
        }
    })
}
