//! Servers and files that are hostile: any bytes as responses, as a journal, as a webhook.
//!
//! Here are the checks. The properties try a few inputs in each run of the tests; the targets in `fuzz/` include this module and
//! try millions.

pub(crate) mod journals;
#[cfg(test)]
mod properties;
pub(crate) mod responses;
mod script;
mod server;
pub(crate) mod webhooks;
