//! Mutates texts by lines, as often as by bytes: bytes alone rarely make another document.

use crate::hostile::breaks::{Break, VALUES, broken};

/// Numbers by SplitMix64.
struct Random(u64);

impl Random {
    fn next(&mut self) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        (mixed >> 33) as usize
    }
}

/// Mutates the first `size` bytes of `data`, and returns how many there are then.
pub(crate) fn mutate(data: &mut [u8], size: usize, max_size: usize, seed: u32) -> usize {
    let mut random = Random(seed.into());
    let Ok(text) = std::str::from_utf8(&data[..size]) else {
        return libfuzzer_sys::fuzzer_mutate(data, size, max_size);
    };
    if random.next().is_multiple_of(3) {
        return libfuzzer_sys::fuzzer_mutate(data, size, max_size);
    }
    let ways: Vec<_> = (0..=random.next() % 3).map(|_| way(&mut random)).collect();
    let mut text = broken(text, &ways);
    while text.len() > max_size {
        text.pop();
    }
    data[..text.len()].copy_from_slice(text.as_bytes());
    text.len()
}

fn way(random: &mut Random) -> Break {
    let (one, other) = (random.next(), random.next());
    match random.next() % 20 {
        0 => Break::Cut(one),
        1..4 => Break::Drop(one, 1 + other % 5),
        4..8 => Break::Repeat(one, other),
        8..11 => Break::Swap(one, other),
        11..13 => Break::Indent(one, other % 12),
        13..16 => Break::Replace(one, VALUES[other % VALUES.len()]),
        _ => Break::Move(one, other),
    }
}
