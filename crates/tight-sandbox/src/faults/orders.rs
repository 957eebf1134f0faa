//! The faults that tests have ordered, and which request gets which. Requests ask one at a time, in the order in which
//! they take effect, so the answer depends on nothing else: not on threads, nor on how many are in flight.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde_json::Value;

use crate::{faults::fault::Fault, http::received::ReceivedRequest};

/// How many characters of a fault are shown.
const SHOWN: usize = 100;

/// A condition on requests.
pub(super) type Condition = Arc<dyn Fn(&ReceivedRequest) -> bool + Send + Sync>;

/// The requests that a fault is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Target {
    /// All but token requests.
    Api,
    /// Token requests.
    Tokens,
    /// Those of one operation, by the number of its route.
    Operation(usize),
}

/// A fault, and when it is due.
#[derive(Clone)]
pub(super) struct Order {
    pub(super) target: Target,
    pub(super) conditions: Vec<Condition>,
    /// The conditions in JSON, if they were ordered in JSON.
    pub(super) matching: Option<Value>,
    /// How many matching requests pass before the first that fails.
    pub(super) pass: usize,
    /// How many requests fail; `None` for all.
    pub(super) times: Option<usize>,
    pub(super) chance: Option<Chance>,
    pub(super) fault: Fault,
    /// Whether a request has met the fault.
    pub(super) is_met: bool,
}

/// All orders of a sandbox, oldest first.
#[derive(Default)]
pub(crate) struct Orders(Mutex<Vec<Order>>);

impl Orders {
    pub(super) fn add(&self, order: Order) {
        if order.times != Some(0) {
            self.orders().push(order);
        }
    }

    /// All orders of which something is left, even if requests have met them.
    pub(super) fn left(&self) -> Vec<Order> {
        self.orders().clone()
    }

    pub(crate) fn clear(&self) {
        self.orders().clear();
    }

    /// The orders of which requests have not met all, each as it would be given now; `name` gives the id of an
    /// operation.
    pub(crate) fn pending<'a>(&self, name: impl Fn(usize) -> &'a str) -> Vec<String> {
        let orders = self.orders();
        let pending = orders
            .iter()
            .filter(|order| order.times.is_some() || !order.is_met);
        pending.map(|order| order.sentence(&name)).collect()
    }

    /// The fault that is due for this request: to the operation with this number, if there is one.
    pub(crate) fn next_for(
        &self,
        number: Option<usize>,
        issues_tokens: bool,
        request: &ReceivedRequest,
    ) -> Option<Fault> {
        let mut orders = self.orders();
        let mut due = None;
        for (index, order) in orders.iter_mut().enumerate() {
            let is_meant = match order.target {
                Target::Api => !issues_tokens,
                Target::Tokens => issues_tokens,
                Target::Operation(wanted) => number == Some(wanted),
            };
            if is_meant && order.conditions.iter().all(|holds| holds(request)) && order.is_due() {
                due = Some(index);
                break;
            }
        }
        let index = due?;
        let order = orders.get_mut(index)?;
        let fault = order.fault.clone();
        order.is_met = true;
        if let Some(times) = &mut order.times {
            *times -= 1;
            if *times == 0 {
                orders.remove(index);
            }
        }
        Some(fault)
    }

    fn orders(&self) -> MutexGuard<'_, Vec<Order>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Order {
    /// Counts a matching request, and decides whether it fails.
    fn is_due(&mut self) -> bool {
        if self.pass > 0 {
            self.pass -= 1;
            return false;
        }
        self.chance.as_mut().is_none_or(Chance::strikes)
    }

    /// The words with which a test would order what is left of it.
    fn sentence<'a>(&self, name: impl Fn(usize) -> &'a str) -> String {
        let fault = format!("{:?}", self.fault);
        let mut shown: String = fault.chars().take(SHOWN).collect();
        if shown.len() < fault.len() {
            shown.push('…');
        }
        let mut words = match self.target {
            Target::Tokens => return format!("inject_token_fault({shown})"),
            Target::Api => "next_request()".to_owned(),
            Target::Operation(number) => format!("next({:?})", name(number)),
        };
        words += &".matching(…)".repeat(self.conditions.len());
        if self.pass > 0 {
            words += &format!(".pass({})", self.pass);
        }
        if let Some(chance) = &self.chance {
            words += &format!(".with_probability({:?}, …)", chance.probability);
        }
        match self.times {
            None if self.chance.is_some() => {}
            None => words += ".always()",
            Some(1) if self.chance.is_none() => {}
            Some(times) => words += &format!(".times({times})"),
        }
        format!("{words}.fails({shown})")
    }
}

/// Chance that is the same in every run: SplitMix64, whose numbers are well mixed from any seed, even 0.
#[derive(Clone)]
pub(super) struct Chance {
    pub(super) probability: f64,
    pub(super) seed: u64,
    pub(super) state: u64,
}

impl Chance {
    pub(super) fn new(probability: f64, seed: u64) -> Self {
        Self {
            probability,
            seed,
            state: seed,
        }
    }

    fn strikes(&mut self) -> bool {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^= mixed >> 31;
        let upper = u32::try_from(mixed >> 32).unwrap_or_default();
        f64::from(upper) / (f64::from(u32::MAX) + 1.0) < self.probability
    }
}
