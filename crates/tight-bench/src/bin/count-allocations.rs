//! Prints the allocations of each call for the table, a line each: `sdk by-hand`. The last line has the bytes of clients for many
//! users, and their limit.
#![allow(clippy::print_stdout, reason = "that is what it is for")]

use tight_bench::by_hand::Error;
use tight_bench::counted::{Allocations, allocations, bytes_of_users};
use tight_bench::users;

fn main() -> Result<(), Error> {
    let Allocations {
        page,
        batch,
        mixed_batch,
        one,
    } = allocations(|work| allocation_counter::measure(work).count_total)?;
    for counts in [page, batch, mixed_batch, one] {
        println!("{} {}", counts.sdk, counts.by_hand);
    }
    println!(
        "{} {}",
        bytes_of_users(|work| allocation_counter::measure(work).bytes_max)?,
        users::BYTES
    );
    Ok(())
}
