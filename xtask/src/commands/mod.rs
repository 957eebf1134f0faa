//! What the command line offers, each a function of a checkout.

pub mod capture;
mod codegen;
pub mod digest;
mod figures;
mod marks;

pub use codegen::{Generated, generate};
