//! Limits how often rejected tokens are replaced: a few at once, then one at a time.

use std::time::{Duration, Instant};

/// The budget that can be spent at once.
const MOST: Duration = Duration::from_secs(60);

/// The cost of a new token. The budget recovers over time.
#[derive(Clone, Copy)]
pub(super) enum Cost {
    /// The rejected token had been accepted before: it was revoked, or one operation always responds with 401.
    AcceptedToken,
    /// The rejected token had never been accepted: the next may be rejected, too.
    UnusedToken,
}

impl Cost {
    fn time(self) -> Duration {
        match self {
            Self::AcceptedToken => Duration::from_secs(5),
            Self::UnusedToken => Duration::from_secs(20),
        }
    }
}

/// The budget left.
#[derive(Default)]
pub(super) struct ReplacementBudget {
    /// When all that was spent has come back.
    whole_at: Option<Instant>,
}

impl ReplacementBudget {
    /// Whether there is anything left.
    pub(super) fn is_left(&self, now: Instant) -> bool {
        self.spent(now) < MOST
    }

    pub(super) fn spend(&mut self, cost: Cost, now: Instant) {
        self.whole_at = now.checked_add(self.spent(now) + cost.time());
    }

    fn spent(&self, now: Instant) -> Duration {
        self.whole_at
            .map_or(Duration::ZERO, |time| time.saturating_duration_since(now))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How many can be had at once.
    fn at_once(budget: &mut ReplacementBudget, cost: Cost, now: Instant) -> usize {
        let mut count = 0;
        while budget.is_left(now) {
            budget.spend(cost, now);
            count += 1;
        }
        count
    }

    #[test]
    fn a_few_can_be_had_at_once_and_then_one_after_the_other() {
        let now = Instant::now();
        for (cost, few, wait) in [(Cost::UnusedToken, 3, 20), (Cost::AcceptedToken, 12, 5)] {
            let mut budget = ReplacementBudget::default();
            assert_eq!(at_once(&mut budget, cost, now), few);
            let mut later = now;
            for _ in 0..100 {
                later += Duration::from_secs(wait);
                assert_eq!(at_once(&mut budget, cost, later), 1);
            }
            later += Duration::from_secs(3600);
            assert_eq!(at_once(&mut budget, cost, later), few);
        }
    }
}
