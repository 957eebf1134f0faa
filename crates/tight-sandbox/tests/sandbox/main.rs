//! The sandbox as its users meet it: over a socket, through the public interface.

// Helpers of tests are test code, which the lint does not see.
#![allow(clippy::unwrap_used)]

mod answering;
mod auditing;
mod conversing;
mod documents;
mod faults;
mod filtering;
mod keeping;
mod numbers;
mod paging;
mod reacting;
mod refusing;
mod rejecting;
mod resources;
mod running;
mod support;
mod tokens;
mod uploading;
