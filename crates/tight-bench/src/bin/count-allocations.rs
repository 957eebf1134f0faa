//! Prints the allocations of each call, a line each: `sdk by-hand`. The last line has the bytes of clients for many users.
#![allow(clippy::print_stdout, reason = "that is what it is for")]

use tight_bench::by_hand::Error;
use tight_bench::counted::{allocations, bytes_of_users};

fn main() -> Result<(), Error> {
    let counted = allocations(|work| allocation_counter::measure(work).count_total)?;
    for counts in counted.all() {
        println!("{counts}");
    }
    println!(
        "{}",
        bytes_of_users(|work| allocation_counter::measure(work).bytes_max)?
    );
    Ok(())
}
