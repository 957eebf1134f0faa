//! Prints a table that compares the SDK with handwritten calls.
//!
//! With arguments, it repeats one call of one side for a profiler: `page|decode|save|mixed|one sdk|baseline TIMES`.
#![allow(clippy::print_stdout, reason = "that is what it is for")]

use std::hint::black_box;
use std::process::Command;
use std::time::Duration;

use serde::Deserialize;
use tight_api::types::Message;
use tight_bench::by_hand::{self, Error};
use tight_bench::canned::{self, Rejected, Undocumented};
use tight_bench::clock::spent;
use tight_bench::compare::{Compared, Times, compare};
use tight_bench::echoes;
use tight_bench::sides::{self, BATCH, PAGE, Sides};
use tight_bench::table::{Goal, Table};
use tight_bench::users;
use tokio::runtime::Runtime;

/// For calls that take about a millisecond.
const LONG: Times = Times {
    rounds: 101,
    calls: 20,
};

/// For faster calls.
const SHORT: Times = Times {
    rounds: 101,
    calls: 200,
};

/// For calls that mostly wait.
const WAITING: Times = Times {
    rounds: 3,
    calls: 1,
};

const LATENCY: Duration = Duration::from_millis(20);

fn main() -> Result<(), Error> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let runtime = sides::runtime()?;
    match arguments
        .iter()
        .map(String::as_str)
        .collect::<Vec<_>>()
        .as_slice()
    {
        [] => {
            print!("{}", table(&runtime)?);
            Ok(())
        }
        [call, side, times] => repeat(&runtime, call, *side == "sdk", times.parse()?),
        _ => Err("either no arguments, or a call, a side and how often".into()),
    }
}

fn table(runtime: &Runtime) -> Result<Table, Error> {
    let mut table = Table::default();
    let counts = count_allocations()?;
    let [page_count, batch_count, mixed_count, one_count, users_bytes] = counts.as_slice() else {
        return Err("there are not as many counts as calls".into());
    };

    let page_body = canned::page(PAGE, Undocumented::None);
    let page = Sides::new(&page_body, Duration::ZERO)?;
    let compared = compare(
        runtime,
        LONG,
        || (),
        async |()| page.sdk_page().await,
        async |()| page.page_by_hand().await,
    );
    both(
        &mut table,
        "a page of 250 messages",
        compared,
        Goal::AtMost(1.10),
        Goal::None,
    );
    table.counts(
        "a page of 250 messages, allocations",
        page_count.0,
        page_count.1,
        Goal::AtMost(1.05),
    );

    let compared = compare(
        runtime,
        LONG,
        || (),
        async |()| sdk_decoding(&page_body),
        async |()| decoding_by_hand(&page_body),
    );
    cpu(
        &mut table,
        "its body decoded alone, unknown fields kept, CPU",
        compared,
        Goal::AtMost(1.05),
    );

    let batch = Sides::new(&canned::saved(BATCH, Rejected::None), Duration::ZERO)?;
    let saved = save(runtime, &batch);
    both(
        &mut table,
        "a batch of 100, all saved",
        saved,
        Goal::AtMost(1.10),
        Goal::None,
    );
    table.counts(
        "a batch of 100, all saved, allocations",
        batch_count.0,
        batch_count.1,
        Goal::None,
    );

    let mixed = Sides::new(&canned::saved(BATCH, Rejected::EveryTenth), Duration::ZERO)?;
    both(
        &mut table,
        "a batch of 100, every tenth rejected",
        save(runtime, &mixed),
        Goal::AtMost(1.10),
        Goal::None,
    );
    table.counts(
        "a batch of 100, every tenth rejected, allocations",
        mixed_count.0,
        mixed_count.1,
        Goal::None,
    );

    let one = Sides::new(&canned::saved(1, Rejected::None), Duration::ZERO)?;
    let compared = compare(
        runtime,
        SHORT,
        canned::new_message,
        async |item| one.sdk_save_one(item).await,
        async |item| one.save_one_by_hand(item).await,
    );
    both(
        &mut table,
        "one save",
        compared,
        Goal::None,
        Goal::AtMost(1.05),
    );
    table.counts(
        "one save, allocations",
        one_count.0,
        one_count.1,
        Goal::None,
    );

    let (one_at_a_time, eight) = in_flight(runtime)?;
    table.times(
        "32 requests, each answered after 20 ms: 8 in flight (SDK) and 1 (baseline), ratio of 1 to 8",
        eight,
        one_at_a_time,
        one_at_a_time.as_secs_f64() / eight.as_secs_f64(),
        Goal::AtLeast(6.0),
    );

    let matching = matching(runtime, &batch);
    table.times(
        "matching the echoes of a batch (SDK), within saving it (baseline)",
        matching,
        saved.sdk.cpu,
        matching.as_secs_f64() / saved.sdk.cpu.as_secs_f64(),
        Goal::AtMost(0.02),
    );

    let partner = users::partner()?;
    let deriving = spent(|| drop(black_box(users::derived(&partner))));
    table.times(
        "clients for 10,000 users (baseline: the limit)",
        deriving.wall,
        users::TIME,
        deriving.wall.as_secs_f64() / users::TIME.as_secs_f64(),
        Goal::AtMost(1.0),
    );
    table.counts(
        "clients for 10,000 users, bytes (baseline: the limit)",
        users_bytes.0,
        users_bytes.1,
        Goal::AtMost(1.0),
    );

    let unknown = Sides::new(&canned::page(PAGE, Undocumented::One), Duration::ZERO)?;
    let compared = compare(
        runtime,
        LONG,
        || (),
        async |()| unknown.sdk_page().await,
        async |()| page.sdk_page().await,
    );
    cpu(
        &mut table,
        "a page with an unknown field in each item (SDK), and without (baseline), CPU",
        compared,
        Goal::None,
    );
    Ok(table)
}

fn both(table: &mut Table, what: &str, compared: Compared, cpu_goal: Goal, wall_goal: Goal) {
    cpu(table, &format!("{what}, CPU"), compared, cpu_goal);
    table.times(
        &format!("{what}, wall"),
        compared.sdk.wall,
        compared.baseline.wall,
        compared.wall,
        wall_goal,
    );
}

fn cpu(table: &mut Table, what: &str, compared: Compared, goal: Goal) {
    table.times(
        what,
        compared.sdk.cpu,
        compared.baseline.cpu,
        compared.cpu,
        goal,
    );
}

/// A page of the SDK's messages.
#[derive(Deserialize)]
struct MessagePage {
    data: Vec<Message>,
}

/// As the SDK's reader does: UTF-8 is validated once, for the whole body.
fn sdk_decoding(body: &str) -> usize {
    let text = std::str::from_utf8(black_box(body.as_bytes())).expect("it is a text");
    let page: MessagePage = serde_json::from_str(text).expect("it is a page");
    page.data.len()
}

fn decoding_by_hand(body: &str) -> usize {
    let page: by_hand::Page =
        serde_json::from_slice(black_box(body.as_bytes())).expect("it is a page");
    page.data.len()
}

fn save(runtime: &Runtime, sides: &Sides) -> Compared {
    compare(
        runtime,
        LONG,
        || canned::new_messages(BATCH),
        async |items| sides.sdk_save(items).await,
        async |items| sides.save_by_hand(items).await,
    )
}

/// The times of 32 requests, one at a time and eight at a time.
fn in_flight(runtime: &Runtime) -> Result<(Duration, Duration), Error> {
    let size = 10;
    let sides = Sides::new(&canned::saved(size, Rejected::None), LATENCY)?;
    let save = async |items, requests| {
        let batch = sides
            .sdk
            .messages()
            .save(items)
            .request_size(size)
            .in_flight(requests);
        batch.await.saved().count()
    };
    let compared = compare(
        runtime,
        WAITING,
        || canned::new_messages(size * 32),
        async |items| save(items, 1).await,
        async |items| save(items, 8).await,
    );
    Ok((compared.sdk.wall, compared.baseline.wall))
}

/// The time to match the entities of a batch with its items.
fn matching(runtime: &Runtime, sides: &Sides) -> Duration {
    let items = canned::new_messages(BATCH);
    let outcome = runtime.block_on(async { sides.sdk.messages().save(items.clone()).await });
    let entities: Vec<Message> = outcome.into_result().expect("all are saved");
    let times = 10_000;
    let spent = spent(|| {
        for _ in 0..times {
            assert!(
                echoes::agree(black_box(&items), black_box(&entities)),
                "the echoes agree"
            );
        }
    });
    spent.cpu / times
}

/// Counting needs another allocator, and so another binary.
fn count_allocations() -> Result<Vec<(u64, u64)>, Error> {
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args([
        "run",
        "--quiet",
        "--package",
        env!("CARGO_PKG_NAME"),
        "--bin",
        "count-allocations",
    ]);
    if !cfg!(debug_assertions) {
        cargo.arg("--release");
    }
    let output = cargo.stderr(std::process::Stdio::inherit()).output()?;
    let lines = String::from_utf8(output.stdout)?;
    let counts = lines.lines().map(|line| {
        let (sdk, by_hand) = line.split_once(' ').ok_or("no count")?;
        Ok((sdk.parse()?, by_hand.parse()?))
    });
    counts.collect()
}

fn repeat(runtime: &Runtime, call: &str, is_sdk: bool, times: usize) -> Result<(), Error> {
    let page_body = canned::page(PAGE, Undocumented::None);
    let (body, count) = match call {
        "mixed" => (canned::saved(BATCH, Rejected::EveryTenth), BATCH),
        "one" => (canned::saved(1, Rejected::None), 1),
        "save" => (canned::saved(BATCH, Rejected::None), BATCH),
        "page" | "decode" => (page_body.clone(), 0),
        _ => return Err("there is no such call".into()),
    };
    let sides = Sides::new(&body, Duration::ZERO)?;
    runtime.block_on(async {
        for _ in 0..times {
            black_box(match (call, is_sdk) {
                ("page", true) => sides.sdk_page().await,
                ("page", false) => sides.page_by_hand().await,
                ("decode", true) => sdk_decoding(&page_body),
                ("decode", false) => decoding_by_hand(&page_body),
                ("one", true) => sides.sdk_save_one(canned::new_message()).await,
                ("one", false) => sides.save_one_by_hand(canned::new_message()).await,
                (_, true) => sides.sdk_save(canned::new_messages(count)).await,
                (_, false) => sides.save_by_hand(canned::new_messages(count)).await,
            });
        }
    });
    Ok(())
}
