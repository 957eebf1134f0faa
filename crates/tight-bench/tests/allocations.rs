//! Limits the allocations of each call. Counting instead of timing means that a busy machine fails nothing, and a call that
//! starts to copy data does.
//!
//! If you make a call cheaper, lower its figure. A new version of the HTTP or JSON crates may raise one; if the handwritten count
//! rises too, the SDK is not the cause.

use tight_bench::counted::{allocations, bytes_of_users};
use tight_bench::users;

#[test]
fn no_call_takes_more_allocations_than_it_did() {
    let counted = allocations(|work| allocation_counter::measure(work).count_total).unwrap();
    for (call, counts, most) in [
        ("a page of 250 messages", counted.page, 4736),
        ("a batch of 100 messages", counted.batch, 1956),
        (
            "a batch of 100 messages, every tenth rejected",
            counted.mixed_batch,
            1834,
        ),
        ("one message", counted.one, 94),
    ] {
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
