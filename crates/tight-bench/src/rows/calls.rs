//! Single calls.

use std::hint::black_box;
use std::time::Duration;

use serde::Deserialize;
use tight_api::types::Message;
use tokio::runtime::Runtime;

use super::{cpu, wall};
use crate::by_hand::{self, Error};
use crate::canned::{self, Rejected, Unexpected};
use crate::cargo;
use crate::clock::spent;
use crate::compare::{Times, compare};
use crate::counted::{Counts, NAMES};
use crate::echoes;
use crate::report::{Figure, Goal, Row};
use crate::sides::{BATCH, PAGE, Sides};

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

pub(super) fn measure(runtime: &Runtime) -> Result<Vec<Row>, Error> {
    let mut rows = Vec::new();
    one(runtime, &mut rows)?;
    pages(runtime, &mut rows)?;
    batch(runtime, &mut rows)?;
    allocations(&mut rows)?;
    Ok(rows)
}

fn one(runtime: &Runtime, rows: &mut Vec<Row>) -> Result<(), Error> {
    let saves = Sides::new(&canned::saved(1, Rejected::None))?;
    let gets = Sides::new(&canned::got())?;
    let saved = compare(
        runtime,
        SHORT,
        canned::new_message,
        async |item| saves.sdk_save_one(item).await,
        async |item| saves.save_one_by_hand(item).await,
    );
    let got = compare(
        runtime,
        SHORT,
        || (),
        async |()| gets.sdk_get().await,
        async |()| gets.get_by_hand().await,
    );
    for (what, compared) in [("save of one message", saved), ("get of one message", got)] {
        rows.push(wall(what, "by hand", compared, Goal::AtMost(1.05)));
        rows.push(cpu(what, "by hand", compared, Goal::AtMost(1.10)));
    }
    Ok(())
}

fn pages(runtime: &Runtime, rows: &mut Vec<Row>) -> Result<(), Error> {
    let body = canned::page(PAGE, Unexpected::None);
    let page = Sides::new(&body)?;
    let compared = compare(
        runtime,
        LONG,
        || (),
        async |()| page.sdk_page().await,
        async |()| page.page_by_hand().await,
    );
    let what = "page of 250 messages";
    rows.push(cpu(what, "strict structs", compared, Goal::AtMost(1.10)));
    rows.push(wall(what, "strict structs", compared, Goal::None));
    let decoded = compare(
        runtime,
        LONG,
        || (),
        async |()| sdk_decoding(&body),
        async |()| decoding_by_hand(&body),
    );
    let what = "its body alone, decoded";
    rows.push(cpu(what, "strict structs", decoded, Goal::None));
    let unexpected = Sides::new(&canned::page(PAGE, Unexpected::Everything))?;
    let compared = compare(
        runtime,
        LONG,
        || (),
        async |()| unexpected.sdk_page().await,
        async |()| page.sdk_page().await,
    );
    rows.push(cpu(
        "page with an unknown value, a null and an unknown field in each",
        "itself without",
        compared,
        Goal::AtMost(1.25),
    ));
    Ok(())
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

/// Repeats one call of one side, for a profiler.
///
/// # Errors
///
/// Returns an error if there is no such call, or a server or a client cannot be created.
pub fn repeat(runtime: &Runtime, call: &str, is_sdk: bool, times: usize) -> Result<(), Error> {
    let page = canned::page(PAGE, Unexpected::None);
    let body = match call {
        "batch" => canned::saved(BATCH, Rejected::None),
        "save" => canned::saved(1, Rejected::None),
        "get" => canned::got(),
        "page" | "decode" => page.clone(),
        _ => return Err("there is no such call".into()),
    };
    let sides = Sides::new(&body)?;
    runtime.block_on(async {
        for _ in 0..times {
            black_box(match (call, is_sdk) {
                ("page", true) => sides.sdk_page().await,
                ("page", false) => sides.page_by_hand().await,
                ("decode", true) => sdk_decoding(&page),
                ("decode", false) => decoding_by_hand(&page),
                ("get", true) => sides.sdk_get().await,
                ("get", false) => sides.get_by_hand().await,
                ("save", true) => sides.sdk_save_one(canned::new_message()).await,
                ("save", false) => sides.save_one_by_hand(canned::new_message()).await,
                (_, true) => sides.sdk_save(canned::new_messages(BATCH)).await,
                (_, false) => sides.save_by_hand(canned::new_messages(BATCH)).await,
            });
        }
    });
    Ok(())
}

/// What matching the echoes of a batch takes of saving it.
fn batch(runtime: &Runtime, rows: &mut Vec<Row>) -> Result<(), Error> {
    let sides = Sides::new(&canned::saved(BATCH, Rejected::None))?;
    let saved = compare(
        runtime,
        LONG,
        || canned::new_messages(BATCH),
        async |items| sides.sdk_save(items).await,
        async |items| sides.save_by_hand(items).await,
    );
    let what = "batch of 100 messages";
    rows.push(cpu(what, "by hand", saved, Goal::AtMost(1.10)));
    let matching = matching(runtime, &sides);
    rows.push(Row::new(
        "matching the echoes of a batch, CPU",
        "saving the batch",
        (Figure::time(matching), Figure::time(saved.sdk.cpu)),
        Goal::AtMost(0.02),
    ));
    Ok(())
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
fn allocations(rows: &mut Vec<Row>) -> Result<(), Error> {
    let counted = cargo::output_of("count-allocations")?;
    for (what, line) in NAMES.iter().zip(counted.lines()) {
        let Counts { sdk, by_hand } = line.parse()?;
        let goal = match *what {
            "page of 250 messages" => Goal::AtMost(1.05),
            _ => Goal::None,
        };
        rows.push(Row::new(
            format!("{what}, allocations"),
            "by hand",
            (Figure::Count(sdk), Figure::Count(by_hand)),
            goal,
        ));
    }
    Ok(())
}
