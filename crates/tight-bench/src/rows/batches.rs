//! Saves of many items.

use std::time::Duration;

use tight_api::types::NewMessage;
use tokio::runtime::Runtime;

use super::{cpu, wall};
use crate::by_hand::Error;
use crate::canned::{self, Rejected};
use crate::clock::spent;
use crate::compare::{Times, compare};
use crate::report::{Figure, Goal, Row};
use crate::server::Answer;
use crate::sides::{BATCH, Sides};

const MANY: usize = 100_000;

const LATENCY: Duration = Duration::from_millis(20);

pub(super) fn measure(runtime: &Runtime) -> Result<Vec<Row>, Error> {
    let mut rows = Vec::new();
    let saved = canned::saved(BATCH, Rejected::None);
    for (what, rejected) in [
        ("save of 100,000 messages", Rejected::None),
        (
            "save of 100,000 messages, every tenth rejected",
            Rejected::EveryTenth,
        ),
    ] {
        let sides = Sides::new(&canned::saved(BATCH, rejected))?;
        let times = Times {
            rounds: 5,
            calls: 1,
        };
        let compared = save(runtime, times, &sides, MANY, 1);
        rows.push(cpu(
            what,
            "by hand, in chunks of 100",
            compared,
            Goal::AtMost(1.10),
        ));
    }

    rows.push(one_each(
        runtime,
        "save of 100,000 messages, wall, 20 ms to each answer (of 2,000, scaled)",
        Goal::AtLeast(40.0),
        &Answer::new(&saved).after(LATENCY),
        2_000,
        50,
    )?);
    rows.push(one_each(
        runtime,
        "the same without latency (of 20,000, scaled)",
        Goal::None,
        &Answer::new(&saved),
        20_000,
        5_000,
    )?);

    let slow = Sides::answered(Answer::new(&saved).after(LATENCY))?;
    let times = Times {
        rounds: 7,
        calls: 1,
    };
    let compared = save(runtime, times, &slow, 10_000, 8);
    rows.push(wall(
        "save of 10,000 messages, 8 requests in flight, 20 ms to each answer",
        "by hand, `buffered(8)`",
        compared,
        Goal::AtMost(1.05),
    ));
    Ok(rows)
}

fn save(
    runtime: &Runtime,
    times: Times,
    sides: &Sides,
    count: usize,
    in_flight: usize,
) -> crate::compare::Compared {
    let template = canned::new_messages(BATCH);
    compare(
        runtime,
        times,
        || messages(&template, count),
        async |items| sides.sdk_save_all(items, in_flight).await,
        async |items| sides.save_all_by_hand(items, in_flight).await,
    )
}

/// The messages of a template over and over, so that the canned response echoes those of each request.
fn messages(template: &[NewMessage], count: usize) -> impl Iterator<Item = NewMessage> {
    template.iter().cycle().take(count).cloned()
}

/// Saves in batches of 100, and one by one by hand. Of the second, fewer are measured: each takes as long as the other.
fn one_each(
    runtime: &Runtime,
    what: &str,
    goal: Goal,
    batched: &Answer,
    in_batches: usize,
    one_by_one: usize,
) -> Result<Row, Error> {
    let batches = Sides::answered(batched.clone())?;
    let single = Answer::new(&canned::saved(1, Rejected::None)).after(batched.latency());
    let singles = Sides::answered(single)?;
    let template = canned::new_messages(BATCH);
    runtime.block_on(async {
        batches.sdk_save_all(messages(&template, BATCH), 1).await;
        singles.save_one_by_hand(canned::new_message()).await;
    });
    let per_item = |wall: Duration, items: usize| wall.as_secs_f64() / items as f64;
    let batch = spent(|| {
        runtime.block_on(batches.sdk_save_all(messages(&template, in_batches), 1));
    });
    let each = spent(|| {
        runtime.block_on(async {
            for _ in 0..one_by_one {
                singles.save_one_by_hand(canned::new_message()).await;
            }
        });
    });
    let scaled = |seconds: f64| Figure::Seconds(seconds * MANY as f64);
    Ok(Row::new(
        what,
        "by hand, one request each",
        (
            scaled(per_item(batch.wall, in_batches)),
            scaled(per_item(each.wall, one_by_one)),
        ),
        goal,
    ))
}
