//! The commands, each a function of a checkout.

mod annotations;
pub mod capture;
mod codegen;
pub mod digest;
mod readme;
pub mod stock;

pub use codegen::{Generated, generate};
