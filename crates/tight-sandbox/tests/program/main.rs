//! The program, as people and tests in other languages meet it: its output, its orders, its page, and its end.

// Helpers of tests are test code, which the lint does not see.
#![allow(clippy::unwrap_used)]

mod browser;
mod command_line;
mod page;
mod program;
mod running;
#[cfg(unix)]
mod shell;
#[cfg(unix)]
mod signals;
