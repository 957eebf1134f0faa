//! Faults: what they do ([`fault`], [`reply`]), which requests they are aimed at ([`aim`]), and when each of them is
//! due ([`orders`]).

pub(crate) mod aim;
pub(crate) mod fault;
pub(crate) mod orders;
pub(crate) mod reply;
pub(crate) mod retry_after;
