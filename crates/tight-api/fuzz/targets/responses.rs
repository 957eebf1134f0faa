//! Any bytes as responses to any call, through a client and a socket.
#![no_main]

#[path = "../../tests/faults/call.rs"]
mod call;
// rustfmt would undo what codegen wrote.
#[rustfmt::skip]
#[allow(deprecated)]
#[path = "../../tests/sdk/generated/calls.rs"]
mod calls;
#[allow(dead_code)]
#[path = "../../tests/sdk/clock.rs"]
mod clock;
#[allow(dead_code)]
#[path = "../../tests/faults/hostile/mod.rs"]
mod hostile;
#[allow(dead_code)]
#[path = "../../tests/faults/seen.rs"]
mod seen;

use call::{Call, sample, sample_items};
use hostile::responses::Stage;
use seen::sent;

thread_local! {
    static STAGE: Stage = Stage::new();
}

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    STAGE.with(|stage| stage.check(bytes));
});
