//! What the command line offers, each a function of a checkout.

mod codegen;
pub mod digest;

pub use codegen::{Generated, generate};
