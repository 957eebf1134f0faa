//! What follows from a change, by the rules of one domain. Every change goes through the ledger.

pub(crate) mod audit;
pub(crate) mod ledger;
pub(crate) mod reactions;
pub(crate) mod threads;
