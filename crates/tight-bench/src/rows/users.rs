//! One client that acts for many users.

use std::hint::black_box;

use tokio::runtime::Runtime;

use crate::by_hand::Error;
use crate::cargo;
use crate::clock::spent;
use crate::report::{Figure, Goal, Row};
use crate::users;

pub(super) fn measure(_: &Runtime) -> Result<Vec<Row>, Error> {
    let partner = users::partner()?;
    let deriving = spent(|| drop(black_box(users::derived(&partner))));
    let counted = cargo::output_of("count-allocations")?;
    let bytes = counted.lines().next_back().ok_or("nothing was counted")?;
    Ok(vec![
        Row::alone(
            "clients for 10,000 users, wall",
            Figure::time(deriving.wall),
            Goal::Within(Figure::time(users::TIME)),
        ),
        Row::alone(
            "clients for 10,000 users, memory",
            Figure::Bytes(bytes.parse()?),
            Goal::Within(Figure::Bytes(users::BYTES)),
        ),
    ])
}
