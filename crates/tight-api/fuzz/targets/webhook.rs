//! Any bytes as a webhook: its body, its token, its claims.
#![no_main]

#[path = "../../tests/faults/hostile/webhooks.rs"]
mod webhooks;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| webhooks::check(bytes));
