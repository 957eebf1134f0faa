//! HTTP: connections, routes, authentication, and the effect of faults.
//! What is stored as a whole, taken and given, is in [`state`].

pub(crate) mod beside;
pub(crate) mod connection;
pub(crate) mod delivery;
pub(crate) mod listening;
pub(crate) mod received;
pub(crate) mod routes;
pub(crate) mod server;
pub(crate) mod serving;
pub(crate) mod slow_body;
mod state;
