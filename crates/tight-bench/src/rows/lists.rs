//! Lists that are walked, and pages over a slow link.

use std::time::Duration;

use tokio::runtime::Runtime;
use tokio::time::sleep;

use super::{cpu, wall};
use crate::by_hand::Error;
use crate::canned::{self, Unexpected};
use crate::compare::{Times, compare};
use crate::report::{Goal, Row};
use crate::server::Answer;
use crate::sides::{PAGE, Sides};

const LATENCY: Duration = Duration::from_millis(20);

/// What is done with a page: as much as storing it in a database that is as far away.
const WORK: Duration = Duration::from_millis(20);

const TEN_MEGABITS: u32 = 10_000_000;

pub(super) fn measure(runtime: &Runtime) -> Result<Vec<Row>, Error> {
    Ok(vec![
        walk(runtime)?,
        walk_with_latency(runtime)?,
        slow_link(runtime)?,
    ])
}

fn walk(runtime: &Runtime) -> Result<Row, Error> {
    let page = canned::page(PAGE, Unexpected::None);
    let sides = Sides::answered(Answer::pages(&page, 100_000 / PAGE))?;
    let times = Times {
        rounds: 7,
        calls: 1,
    };
    let compared = compare(
        runtime,
        times,
        || (),
        async |()| sides.sdk_walk(async || {}).await,
        async |()| sides.walk_by_hand(async || {}).await,
    );
    Ok(cpu(
        "walk of 100,000 messages, prefetched",
        "by hand, one page after the other",
        compared,
        Goal::AtMost(1.05),
    ))
}

fn walk_with_latency(runtime: &Runtime) -> Result<Row, Error> {
    let page = canned::page(PAGE, Unexpected::None);
    let sides = Sides::answered(Answer::pages(&page, 10_000 / PAGE).after(LATENCY))?;
    let times = Times {
        rounds: 3,
        calls: 1,
    };
    let compared = compare(
        runtime,
        times,
        || (),
        async |()| sides.sdk_walk(async || sleep(WORK).await).await,
        async |()| sides.walk_by_hand(async || sleep(WORK).await).await,
    );
    Ok(faster(
        "walk of 10,000, prefetched, 20 ms to each answer and 20 ms of work on each page",
        "by hand, one page after the other",
        compared,
        Goal::AtLeast(1.5),
    ))
}

fn slow_link(runtime: &Runtime) -> Result<Row, Error> {
    let body = canned::page(PAGE, Unexpected::None);
    let plain = Sides::answered(Answer::new(&body).over(TEN_MEGABITS))?;
    let compressed = Sides::answered(Answer::new(&body).compressed(&body)?.over(TEN_MEGABITS))?;
    let times = Times {
        rounds: 5,
        calls: 2,
    };
    let compared = compare(
        runtime,
        times,
        || (),
        async |()| compressed.sdk_page().await,
        async |()| plain.sdk_page().await,
    );
    Ok(faster(
        "page of 250 messages over 10 Mbit/s, compressed",
        "uncompressed",
        compared,
        Goal::AtLeast(4.0),
    ))
}

/// How many times as fast the SDK is.
fn faster(what: &str, against: &str, compared: crate::compare::Compared, goal: Goal) -> Row {
    wall(what, against, compared, goal).with_ratio(1.0 / compared.wall)
}
