//! Measures both sides in turns, so that other load affects both, and takes the median of the rounds' ratios, so that a round in
//! which it affected one does not count.

use std::hint::black_box;
use std::time::Duration;

use tokio::runtime::Runtime;

use crate::clock::{Spent, spent};

/// The number of measurements.
#[derive(Clone, Copy, Debug)]
pub struct Times {
    /// Rounds.
    pub rounds: usize,
    /// Calls of each side in a round.
    pub calls: usize,
}

/// The times of both sides.
#[derive(Clone, Copy, Debug)]
pub struct Compared {
    /// The SDK's median for one call.
    pub sdk: Spent,
    /// The baseline's median for one call.
    pub baseline: Spent,
    /// The median ratio of wall times, SDK to baseline.
    pub wall: f64,
    /// The same for CPU times.
    pub cpu: f64,
}

/// Measures two sides, each with input from `input`, which is not timed.
pub fn compare<I>(
    runtime: &Runtime,
    times: Times,
    input: impl Fn() -> I,
    sdk: impl AsyncFn(I) -> usize,
    baseline: impl AsyncFn(I) -> usize,
) -> Compared {
    let our_turn = || turn(runtime, times.calls, &input, &sdk);
    let other_turn = || turn(runtime, times.calls, &input, &baseline);
    // Opens connections and fills caches.
    our_turn();
    other_turn();
    let rounds: Vec<_> = (0..times.rounds)
        .map(|round| {
            // Alternates who goes first, since caches are as the other side left them.
            if round % 2 == 0 {
                let sdk = our_turn();
                (sdk, other_turn())
            } else {
                let baseline = other_turn();
                (our_turn(), baseline)
            }
        })
        .collect();
    let calls = u32::try_from(times.calls).unwrap_or(u32::MAX);
    let of_a_call = |side: &dyn Fn(&(Spent, Spent)) -> Spent| Spent {
        wall: median(rounds.iter().map(|round| side(round).wall)) / calls,
        cpu: median(rounds.iter().map(|round| side(round).cpu)) / calls,
    };
    let ratio = |time: &dyn Fn(&Spent) -> Duration| {
        median_of(
            rounds
                .iter()
                .map(|(sdk, baseline)| time(sdk).as_secs_f64() / time(baseline).as_secs_f64()),
        )
    };
    Compared {
        sdk: of_a_call(&|round| round.0),
        baseline: of_a_call(&|round| round.1),
        wall: ratio(&|spent| spent.wall),
        cpu: ratio(&|spent| spent.cpu),
    }
}

fn turn<I>(
    runtime: &Runtime,
    calls: usize,
    input: impl Fn() -> I,
    call: impl AsyncFn(I) -> usize,
) -> Spent {
    let inputs: Vec<I> = (0..calls).map(|_| input()).collect();
    spent(|| {
        runtime.block_on(async {
            for input in inputs {
                black_box(call(input).await);
            }
        });
    })
}

fn median(times: impl Iterator<Item = Duration>) -> Duration {
    let mut times: Vec<_> = times.collect();
    times.sort_unstable();
    times[times.len() / 2]
}

fn median_of(ratios: impl Iterator<Item = f64>) -> f64 {
    let mut ratios: Vec<_> = ratios.collect();
    ratios.sort_unstable_by(f64::total_cmp);
    ratios[ratios.len() / 2]
}
