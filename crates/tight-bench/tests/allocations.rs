//! How many allocations a call takes. They are counted and not timed, so that a machine that is busy fails nothing, and a call
//! that begins to copy something does.
//!
//! Whoever makes a call cheaper lowers its figure. A new version of what HTTP or JSON is done with may raise one: if what is counted
//! by hand rises with it, it is no fault of the SDK.

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
            counts.ours, counts.by_hand
        );
        assert!(
            counts.ours <= most,
            "{call}: {} allocations, and it was {most}",
            counts.ours
        );
    }
}

#[test]
fn clients_for_many_users_take_little_memory() {
    let bytes = bytes_of_users(|work| allocation_counter::measure(work).bytes_max).unwrap();
    println!("{} clients: {bytes} bytes", users::USERS);
    assert!(bytes <= users::BYTES, "{bytes} bytes");
}
