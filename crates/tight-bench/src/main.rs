//! Measures what the SDK costs, prints a table, and writes it with a chart into the README.
//!
//! ```text
//! tight-bench                                       measures everything, and writes the results
//! tight-bench only GROUP…                           measures some groups, and writes nothing
//! tight-bench draw                                  draws the results anew, and measures nothing
//! tight-bench repeat save|get|page|decode|batch sdk|by-hand TIMES
//!                                                   repeats one call of one side, for a profiler
//! ```
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "that is what it is for"
)]

use std::time::SystemTime;

use tight_api::Timestamp;
use tight_bench::by_hand::Error;
use tight_bench::report::Report;
use tight_bench::rows::{GROUPS, Measure, calls, memory};
use tight_bench::{cargo, sides};
use tokio::runtime::Runtime;

fn main() -> Result<(), Error> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let runtime = sides::runtime()?;
    match arguments.as_slice() {
        [] => {
            let report = measure(&runtime, &GROUPS)?;
            print!("{}", report.table());
            report.write(&cargo::checkout())?;
        }
        ["draw"] => Report::read(&cargo::checkout())?.write(&cargo::checkout())?,
        ["only", groups @ ..] => {
            let chosen: Vec<_> = GROUPS
                .into_iter()
                .filter(|(name, _)| groups.contains(name))
                .collect();
            if chosen.len() != groups.len() {
                let names = GROUPS.map(|(name, _)| name).join(", ");
                return Err(format!("the groups are {names}").into());
            }
            print!("{}", measure(&runtime, &chosen)?.table());
        }
        ["repeat", call, side @ ("sdk" | "by-hand"), times] => {
            calls::repeat(&runtime, call, *side == "sdk", times.parse()?)?;
        }
        // What this program starts itself with.
        ["task", task, count, base_url] => {
            println!("{}", memory::run(&runtime, task, count.parse()?, base_url)?);
        }
        _ => return Err("see the head of crates/tight-bench/src/main.rs for the arguments".into()),
    }
    Ok(())
}

fn measure(runtime: &Runtime, groups: &[(&str, Measure)]) -> Result<Report, Error> {
    let mut rows = Vec::new();
    for (name, measure) in groups {
        eprintln!("measuring: {name}");
        rows.extend(measure(runtime)?);
    }
    let now = Timestamp::from(SystemTime::now()).to_string();
    let version = cargo::run(std::process::Command::new("rustc").arg("--version"))?;
    Ok(Report {
        date: now.chars().take(10).collect(),
        cores: std::thread::available_parallelism()?.get(),
        rustc: version.split(' ').nth(1).unwrap_or_default().to_owned(),
        rows,
    })
}
