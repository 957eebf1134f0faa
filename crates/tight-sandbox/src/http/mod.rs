//! Requests and answers on their way: connections, what goes wrong on them by order of a test, and who may pass.

pub(crate) mod connection;
pub(crate) mod delivery;
pub(crate) mod fault;
pub(crate) mod routes;
pub(crate) mod server;
pub(crate) mod serving;
