//! From what a maintainer has at hand of a documentation page to its captured document.
//!
//! Nothing is written to disk here.

pub mod input;
pub mod place;
pub mod reading;
