//! HTTP: connections, routes, authentication, and injected faults.

pub(crate) mod connection;
pub(crate) mod delivery;
pub(crate) mod fault;
pub(crate) mod routes;
pub(crate) mod server;
pub(crate) mod serving;
