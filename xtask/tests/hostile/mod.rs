//! Inputs that are hostile: any text as what is captured, as a captured page, as an overlay.
//!
//! Here are the checks, and ways to break a text. Properties among the tests try a few inputs; the targets in `fuzz/` include this
//! module and try many.
#![allow(dead_code, reason = "not every test and target needs all of it")]

pub(crate) mod breaks;
pub(crate) mod capture;
pub(crate) mod codegen;
