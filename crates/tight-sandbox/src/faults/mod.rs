//! Faults: what they do ([`fault`], [`reply`]), which requests they are aimed at ([`aim`]), when each of them is due
//! ([`orders`]), and how they are ordered in JSON ([`json`]).

pub(crate) mod aim;
pub(crate) mod fault;
pub(crate) mod json;
pub(crate) mod orders;
pub(crate) mod reply;
pub(crate) mod retry_after;
