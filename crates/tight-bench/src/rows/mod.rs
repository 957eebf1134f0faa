//! The compared costs, by what they are costs of.
//!
//! ```text
//! calls    single calls: pages, saves, gets, and their allocations
//! batches  saves of many items
//! lists    lists that are walked, and pages over a slow link
//! memory   the peak memory of processes
//! users    one client that acts for many users
//! source   generated code, and what the compiler takes for it
//! program  the size of the smallest program
//! codegen  the time to generate the SDK
//! ```

mod batches;
pub mod calls;
mod codegen;
mod lists;
pub mod memory;
mod program;
mod source;
mod users;

use tokio::runtime::Runtime;

use crate::by_hand::Error;
use crate::compare::Compared;
use crate::report::{Figure, Goal, Row};

/// Measures a group of costs.
pub type Measure = fn(&Runtime) -> Result<Vec<Row>, Error>;

/// All groups of costs, by name. What waits comes last, so that nothing else is measured while the machine is still busy building.
pub const GROUPS: [(&str, Measure); 8] = [
    ("codegen", codegen::measure),
    ("source", source::measure),
    ("program", program::measure),
    ("calls", calls::measure),
    ("batches", batches::measure),
    ("lists", lists::measure),
    ("memory", memory::measure),
    ("users", users::measure),
];

/// The CPU times of two sides as a row.
fn cpu(what: &str, against: &str, compared: Compared, goal: Goal) -> Row {
    let times = (
        Figure::time(compared.sdk.cpu),
        Figure::time(compared.baseline.cpu),
    );
    Row::new(format!("{what}, CPU"), against, times, goal).with_ratio(compared.cpu)
}

/// The wall times of two sides as a row.
fn wall(what: &str, against: &str, compared: Compared, goal: Goal) -> Row {
    let times = (
        Figure::time(compared.sdk.wall),
        Figure::time(compared.baseline.wall),
    );
    Row::new(format!("{what}, wall"), against, times, goal).with_ratio(compared.wall)
}
