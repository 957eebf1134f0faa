//! Tells how a call goes: its observer, and then its tracing span, which ends with the response.

pub(in crate::runtime::call) mod observed;
pub(in crate::runtime::call) mod span;
