//! The sandbox as its users meet it: over a socket, through the public interface.

// Helpers of tests are test code, which the lint does not see.
#![allow(clippy::unwrap_used)]

mod documented;
mod faults;
mod hostile;
mod invented;
mod limits;
mod looking;
mod methods;
mod orders;
mod running;
mod seeding;
mod support;
mod tight;
mod wire;
