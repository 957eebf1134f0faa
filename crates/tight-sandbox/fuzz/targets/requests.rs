//! Any bytes as requests to a sandbox.
#![no_main]

#[path = "../../tests/sandbox/documented.rs"]
mod documented;
#[allow(dead_code)]
#[path = "../../tests/sandbox/hostile/mod.rs"]
mod hostile;

use tokio::runtime::{Builder, Runtime};

thread_local! {
    static RUNTIME: Runtime = Builder::new_current_thread().enable_all().build().unwrap();
}

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    RUNTIME.with(|runtime| hostile::requests::check(runtime, bytes));
});
