//! Both sides in turns, round after round, so that what else the machine does falls on both; and the median of the rounds'
//! ratios, so that a round in which it fell on one does not count.

use std::hint::black_box;
use std::time::Duration;

use tokio::runtime::Runtime;

use crate::clock::{Spent, spent};

/// How often.
#[derive(Clone, Copy, Debug)]
pub struct Times {
    /// How many rounds.
    pub rounds: usize,
    /// How many calls of each side in a round.
    pub calls: usize,
}

/// What two sides took.
#[derive(Clone, Copy, Debug)]
pub struct Compared {
    /// The median of one call, on our side.
    pub ours: Spent,
    /// The median of one call, on the other side.
    pub other: Spent,
    /// The median of the rounds' ratios on the wall, ours to the other's.
    pub wall: f64,
    /// The same on the processor.
    pub cpu: f64,
}

/// Compares two sides, each of which takes what `input` makes; nobody's time is spent on that.
pub fn compare<I>(
    runtime: &Runtime,
    times: Times,
    input: impl Fn() -> I,
    ours: impl AsyncFn(I) -> usize,
    other: impl AsyncFn(I) -> usize,
) -> Compared {
    let our_turn = || turn(runtime, times.calls, &input, &ours);
    let other_turn = || turn(runtime, times.calls, &input, &other);
    // Connections are made, and caches filled.
    our_turn();
    other_turn();
    let rounds: Vec<_> = (0..times.rounds)
        .map(|round| {
            // Whoever comes first has it as the other left it.
            if round % 2 == 0 {
                let ours = our_turn();
                (ours, other_turn())
            } else {
                let other = other_turn();
                (our_turn(), other)
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
                .map(|(ours, other)| time(ours).as_secs_f64() / time(other).as_secs_f64()),
        )
    };
    Compared {
        ours: of_a_call(&|round| round.0),
        other: of_a_call(&|round| round.1),
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
