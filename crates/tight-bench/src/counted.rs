//! The allocations of the calls that are compared, counted by whoever has an allocator that counts.

use std::time::Duration;

use tokio::runtime::Runtime;

use crate::by_hand::Error;
use crate::canned::{self, Rejected, Undocumented};
use crate::sides::{self, BATCH, PAGE, Sides};
use crate::users;

/// How many allocations something takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counts {
    /// Through the SDK.
    pub ours: u64,
    /// By hand.
    pub by_hand: u64,
}

/// The allocations of each call, on both sides.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Allocations {
    pub page: Counts,
    pub batch: Counts,
    pub mixed_batch: Counts,
    pub one: Counts,
}

/// How often each call is counted. How an answer is cut into pieces on its way is chance, and each piece takes memory; the least
/// of many is not.
const TIMES: usize = 50;

/// Counts the allocations of all calls; `count` says how many a piece of work takes on this thread.
///
/// # Errors
///
/// If a server or a client cannot be set up.
pub fn allocations(count: impl Fn(&mut dyn FnMut()) -> u64) -> Result<Allocations, Error> {
    let runtime = sides::runtime()?;
    let page = Sides::new(&canned::page(PAGE, Undocumented::None), Duration::ZERO)?;
    let batch = Sides::new(&canned::saved(BATCH, Rejected::None), Duration::ZERO)?;
    let mixed = Sides::new(&canned::saved(BATCH, Rejected::EveryTenth), Duration::ZERO)?;
    let one = Sides::new(&canned::saved(1, Rejected::None), Duration::ZERO)?;
    let saves = |sides: &Sides| Counts {
        ours: least(
            &runtime,
            &count,
            || canned::new_messages(BATCH),
            async |items| sides.our_save(items).await,
        ),
        by_hand: least(
            &runtime,
            &count,
            || canned::new_messages(BATCH),
            async |items| sides.save_by_hand(items).await,
        ),
    };
    Ok(Allocations {
        page: Counts {
            ours: least(&runtime, &count, || (), async |()| page.our_page().await),
            by_hand: least(
                &runtime,
                &count,
                || (),
                async |()| page.page_by_hand().await,
            ),
        },
        batch: saves(&batch),
        mixed_batch: saves(&mixed),
        one: Counts {
            ours: least(&runtime, &count, canned::new_message, async |item| {
                one.our_save_one(item).await
            }),
            by_hand: least(&runtime, &count, canned::new_message, async |item| {
                one.save_one_by_hand(item).await
            }),
        },
    })
}

/// What clients for many users take, in bytes; `peak` says how many are taken at a time by a piece of work on this thread.
///
/// # Errors
///
/// If a server or a client cannot be set up.
pub fn bytes_of_users(peak: impl Fn(&mut dyn FnMut()) -> u64) -> Result<u64, Error> {
    let partner = users::partner()?;
    Ok(peak(&mut || drop(users::derived(&partner))))
}

fn least<I>(
    runtime: &Runtime,
    count: impl Fn(&mut dyn FnMut()) -> u64,
    input: impl Fn() -> I,
    call: impl AsyncFn(I) -> usize,
) -> u64 {
    let counts = (0..TIMES).map(|_| {
        let mut input = Some(input());
        count(&mut || {
            if let Some(input) = input.take() {
                runtime.block_on(call(input));
            }
        })
    });
    counts.min().unwrap_or(0)
}
