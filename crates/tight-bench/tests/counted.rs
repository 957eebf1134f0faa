//! Limits what can be counted: allocations of calls, and lines of generated code. Counting instead of timing means that a busy machine
//! fails nothing, and a call that starts to copy data does.
//!
//! If you make something cheaper, lower its figure. A new version of the HTTP or JSON crates may raise allocations; if the
//! handwritten count rises too, the SDK is not the cause. New operations raise lines; what counts is how many each takes.
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use tight_bench::cargo::checkout;
use tight_bench::counted::{NAMES, allocations, bytes_of_users};
use tight_bench::source::code_lines;
use tight_bench::users;

#[test]
fn no_call_takes_more_allocations_than_it_did() {
    let counted = allocations(|work| allocation_counter::measure(work).count_total).unwrap();
    let most = [94, 87, 4736, 1956, 1817];
    for ((call, counts), most) in NAMES.into_iter().zip(counted.all()).zip(most) {
        println!(
            "{call}: {} allocations, and {} by hand",
            counts.sdk, counts.by_hand
        );
        assert!(
            counts.sdk <= most,
            "{call}: {} allocations, and it was {most}",
            counts.sdk
        );
    }
}

#[test]
fn clients_for_many_users_take_little_memory() {
    let bytes = bytes_of_users(|work| allocation_counter::measure(work).bytes_max).unwrap();
    println!("{} clients: {bytes} bytes", users::USERS);
    assert!(bytes <= users::BYTES, "{bytes} bytes");
}

#[test]
fn no_operation_takes_more_generated_lines_than_it_did() {
    let generated = checkout().join("crates/tight-api/src/generated");
    let lines = code_lines(&generated).unwrap();
    let calls = std::fs::read_to_string(checkout().join("openapi/tight-v6.yaml")).unwrap();
    let operations = calls.matches("operationId: ").count() as u64;
    println!("{lines} lines of code for {operations} operations");
    // Types and calls together.
    assert!(
        lines <= operations * 158,
        "{lines} lines of code for {operations} operations"
    );
}
