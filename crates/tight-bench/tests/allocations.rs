//! How many allocations a call takes. They are counted and not timed, so that a machine that is busy fails nothing, and a call
//! that begins to copy something does.
//!
//! Whoever makes a call cheaper lowers its figure.

use tight_bench::counted::allocations;

#[test]
fn no_call_takes_more_allocations_than_it_did() {
    let counted = allocations(|work| allocation_counter::measure(work).count_total).unwrap();
    for (call, counts, most) in [
        ("a page of 250 messages", counted.page, 4742),
        ("a batch of 100 messages", counted.batch, 1975),
        (
            "a batch of 100 messages, every tenth rejected",
            counted.mixed_batch,
            1834,
        ),
        ("one message", counted.one, 99),
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
