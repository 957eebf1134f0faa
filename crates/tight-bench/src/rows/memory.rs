//! The peak memory of processes that do a small and a large piece of work. The server is in another process, so that only the
//! client's memory counts.

use std::process::Command;

use futures_util::{StreamExt, TryStreamExt};
use tight_api::Upload;
use tight_api::types::FileDetails;
use tokio::io::AsyncReadExt;
use tokio::runtime::Runtime;

use crate::by_hand::Error;
use crate::canned::{self, Rejected, Unexpected};
use crate::report::{Figure, Goal, Row};
use crate::server::{Answer, Server};
use crate::sides::{self, BATCH, PAGE};

const MIB: usize = 1024 * 1024;

pub(super) fn measure(_: &Runtime) -> Result<Vec<Row>, Error> {
    if !cfg!(target_os = "linux") {
        return Ok(Vec::new());
    }
    let saved = Answer::new(&canned::saved(BATCH, Rejected::None));
    let page = canned::page(PAGE, Unexpected::None);
    let uploaded = Answer::new(&canned::uploaded());
    let more = Goal::WithinMore(Figure::Bytes(16 * 1024 * 1024));
    Ok(vec![
        compared(
            "saves",
            "peak memory of saving 1,000,000 messages as a stream",
            "10,000",
            [(saved.clone(), 1_000_000), (saved, 10_000)],
            Goal::AtMost(1.2),
        )?,
        compared(
            "items",
            "peak memory of walking 100,000 messages, prefetched",
            "10,000",
            [100_000, 10_000].map(|count| (Answer::pages(&page, count / PAGE), count)),
            Goal::AtMost(1.2),
        )?,
        compared(
            "upload",
            "peak memory of uploading 512 MiB",
            "1 MiB",
            [(uploaded.clone(), 512 * MIB), (uploaded, MIB)],
            more,
        )?,
    ])
}

fn compared(
    task: &str,
    what: &str,
    against: &str,
    [large, small]: [(Answer, usize); 2],
    goal: Goal,
) -> Result<Row, Error> {
    let peaks = (peak(task, large)?, peak(task, small)?);
    let figures = (Figure::Bytes(peaks.0), Figure::Bytes(peaks.1));
    Ok(Row::new(what, against, figures, goal))
}

/// The peak memory of a task in a process of its own, in bytes.
fn peak(task: &str, (answer, count): (Answer, usize)) -> Result<u64, Error> {
    let server = Server::start(answer)?;
    let output = Command::new(std::env::current_exe()?)
        .args(["task", task, &count.to_string(), &server.base_url()])
        .stderr(std::process::Stdio::inherit())
        .output()?;
    if !output.status.success() {
        return Err(format!("the task `{task}` failed").into());
    }
    Ok(String::from_utf8(output.stdout)?.trim().parse()?)
}

/// Does a task, and returns the peak memory of this process, in bytes.
///
/// # Errors
///
/// Returns an error if the task cannot be done, or the system does not tell the memory.
pub fn run(runtime: &Runtime, task: &str, count: usize, base_url: &str) -> Result<u64, Error> {
    let client = sides::sdk_client(base_url)?;
    let done = runtime.block_on(async {
        match task {
            "saves" => {
                let template = canned::new_messages(BATCH);
                let messages = template.iter().cycle().take(count).cloned();
                let outcomes = client.messages().save(messages).in_flight(8).outcomes();
                Ok(outcomes.count().await)
            }
            "items" => {
                let listing = client.conversations().messages("con_12345").limit(250);
                let items = listing.prefetch().items();
                Ok::<_, Error>(items.try_fold(0, async |sum, _| Ok(sum + 1)).await?)
            }
            "upload" => {
                let content = tokio::io::repeat(7).take(count as u64);
                let upload = Upload::reader_of_length("statement.zip", content, count as u64);
                client.files().upload(upload, FileDetails::new()).await?;
                Ok(count)
            }
            _ => Err("there is no such task".into()),
        }
    })?;
    if done != count {
        return Err(format!("{done} of {count} were done").into());
    }
    let status = std::fs::read_to_string("/proc/self/status")?;
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    let peak = peak.ok_or("the system does not tell the peak memory")?;
    let kibibytes: u64 = peak.trim().trim_end_matches(" kB").parse()?;
    Ok(kibibytes * 1024)
}
