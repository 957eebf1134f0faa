//! Counts allocations of the compared calls. The caller provides the counting allocator.

use std::fmt;
use std::str::FromStr;

use tokio::runtime::Runtime;

use crate::by_hand::Error;
use crate::canned::{self, Rejected, Unexpected};
use crate::sides::{self, BATCH, PAGE, Sides};
use crate::users;

/// Allocations of one call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Counts {
    /// Through the SDK.
    pub sdk: u64,
    /// By hand.
    pub by_hand: u64,
}

impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.sdk, self.by_hand)
    }
}

impl FromStr for Counts {
    type Err = Error;

    fn from_str(line: &str) -> Result<Self, Error> {
        let (sdk, by_hand) = line.split_once(' ').ok_or("there is one count alone")?;
        Ok(Self {
            sdk: sdk.parse()?,
            by_hand: by_hand.parse()?,
        })
    }
}

/// The calls, in the order of [`Allocations::all`].
pub const NAMES: [&str; 5] = [
    "save of one message",
    "get of one message",
    "page of 250 messages",
    "batch of 100 messages",
    "batch of 100 messages, every tenth rejected",
];

impl Allocations {
    /// The counts of all calls.
    pub fn all(&self) -> [Counts; 5] {
        [self.one, self.get, self.page, self.batch, self.mixed_batch]
    }
}

/// Allocations of each call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Allocations {
    pub page: Counts,
    pub batch: Counts,
    pub mixed_batch: Counts,
    pub one: Counts,
    pub get: Counts,
}

/// How often each call is counted. Responses arrive in pieces by chance, and each piece allocates, so the minimum counts.
const TIMES: usize = 50;

/// Counts the allocations of all calls; `count` counts those of a piece of work on this thread.
///
/// # Errors
///
/// Returns an error if a server or a client cannot be created.
pub fn allocations(count: impl Fn(&mut dyn FnMut()) -> u64) -> Result<Allocations, Error> {
    let runtime = sides::runtime()?;
    let page = Sides::new(&canned::page(PAGE, Unexpected::None))?;
    let batch = Sides::new(&canned::saved(BATCH, Rejected::None))?;
    let mixed = Sides::new(&canned::saved(BATCH, Rejected::EveryTenth))?;
    let one = Sides::new(&canned::saved(1, Rejected::None))?;
    let got = Sides::new(&canned::got())?;
    let saves = |sides: &Sides| Counts {
        sdk: least(
            &runtime,
            &count,
            || canned::new_messages(BATCH),
            async |items| sides.sdk_save(items).await,
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
            sdk: least(&runtime, &count, || (), async |()| page.sdk_page().await),
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
            sdk: least(&runtime, &count, canned::new_message, async |item| {
                one.sdk_save_one(item).await
            }),
            by_hand: least(&runtime, &count, canned::new_message, async |item| {
                one.save_one_by_hand(item).await
            }),
        },
        get: Counts {
            sdk: least(&runtime, &count, || (), async |()| got.sdk_get().await),
            by_hand: least(&runtime, &count, || (), async |()| got.get_by_hand().await),
        },
    })
}

/// The memory of clients for many users, in bytes; `peak` measures the peak memory of a piece of work on this thread.
///
/// # Errors
///
/// Returns an error if a server or a client cannot be created.
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
