//! The limit of nesting.
//!
//! serde_json reads 128 levels and refuses a value with more, so that none can exhaust the stack: then a tree that is too deep would
//! cost its whole answer. What stands deeper than this is kept as it came instead, which takes no stack.

use std::cell::Cell;

/// How many levels are read of a value. Those of the envelope, which come before, are few.
const MOST: usize = 100;

thread_local! {
    static DEPTH: Cell<usize> = const { Cell::new(0) };
}

/// A list or an object that is being read.
pub(super) struct Level(());

impl Level {
    /// Goes one level deeper, if there is room for it.
    #[inline]
    pub(super) fn enter() -> Option<Self> {
        DEPTH.with(|depth| {
            let is_room = depth.get() < MOST;
            is_room.then(|| {
                depth.set(depth.get() + 1);
                Self(())
            })
        })
    }
}

impl Drop for Level {
    #[inline]
    fn drop(&mut self) {
        DEPTH.with(|depth| depth.set(depth.get() - 1));
    }
}
