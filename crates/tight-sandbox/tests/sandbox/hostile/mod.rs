//! Clients that are hostile: any bytes as requests.
//!
//! Here is the check. The property tries a few sequences in each run of the tests; the target in `fuzz/` includes this module and
//! tries millions.

mod bodies;
#[cfg(test)]
mod properties;
pub(crate) mod requests;
mod script;
