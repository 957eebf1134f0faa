//! Captures: from what a maintainer has at hand to captured pages.
#![allow(
    clippy::unwrap_used,
    reason = "a test fails by panicking, its helpers too"
)]

#[path = "../invented/mod.rs"]
#[allow(dead_code, reason = "not every test needs all of it")]
mod invented;
mod mutilated;
mod records;
mod texts;
mod told;

use xtask::layout::Checkout;

/// An invented input.
fn input(name: &str) -> String {
    let file = format!("{}/capture/{name}", invented::INVENTED);
    Checkout::own().read(&file).unwrap()
}
