//! HTTP: connections, routes, authentication, and the effect of faults.
//!
//! A connection comes through `listening` and `serving`. Its requests pass through `responding`, which has `handling` find
//! out what is to be sent (`delivery`).
//! `server` is what they share, with what may answer besides the API (`Beside`); `state` keeps and gives all that there is as JSON.

pub(crate) mod activity;
pub(crate) mod connection;
pub(crate) mod cut_body;
pub(crate) mod delivery;
pub(crate) mod handling;
pub(crate) mod limits;
pub(crate) mod listening;
pub(crate) mod received;
pub(crate) mod responding;
pub(crate) mod routes;
pub(crate) mod server;
pub(crate) mod serving;
pub(crate) mod slow_body;
mod state;
