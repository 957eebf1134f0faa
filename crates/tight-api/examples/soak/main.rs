//! Saves many messages through a server and a network that fail, in a job that is killed at half and resumed, and counts what was
//! lost and doubled. It fails if anything was.
//!
//! ```sh
//! cargo run --release -p tight-api --example soak
//! cargo run --release -p tight-api --example soak -- 2000 16 10 7  # saves, in flight, items in a request, seed
//! ```
#![allow(
    clippy::print_stdout,
    reason = "an example speaks to the person who runs it"
)]

mod faults;
mod job;
mod memory;
mod watch;

use std::collections::HashMap;
use std::error::Error;
use std::path::Path;
use std::process::{Child, Command};
use std::time::Duration;

use tight_api::FileJournal;
use tight_sandbox::Sandbox;

use watch::Watch;

type Done = Result<(), Box<dyn Error>>;

/// Says to the process that runs the job where its journal is.
const JOURNAL: &str = "TIGHT_SOAK_JOURNAL";

/// What is under way arrives within this time, also where the machine is busy.
const SETTLED: Duration = Duration::from_secs(1);

/// How large a run is.
#[derive(Clone, Copy, Debug)]
struct Size {
    saves: usize,
    in_flight: usize,
    request: usize,
    seed: u64,
}

impl Size {
    fn from_arguments() -> Result<Self, Box<dyn Error>> {
        let mut numbers = std::env::args().skip(1).map(|number| number.parse());
        let mut next = |otherwise: u64| numbers.next().unwrap_or(Ok(otherwise));
        Ok(Self {
            saves: next(100_000)?.try_into()?,
            in_flight: next(64)?.try_into()?,
            request: next(10)?.try_into()?,
            seed: next(1)?,
        })
    }
}

#[tokio::main]
async fn main() -> Done {
    let size = Size::from_arguments()?;
    if let Some(journal) = std::env::var_os(JOURNAL) {
        return job::run(size, Path::new(&journal)).await;
    }
    // What was received is not looked at.
    let sandbox = Sandbox::builder().keep_requests(0).start().await?;
    faults::inject(&sandbox, size.seed);
    let folder = tempfile::tempdir()?;
    let journal = folder.path().join("soak.journal");
    println!(
        "{size:?}, {} % of the requests meet a fault",
        faults::SHARE * 100.0
    );

    let mut watch = Watch::begin();
    let mut child = spawn(&sandbox, &journal)?;
    // To look at what is stored takes long, and requests tell as much.
    let half = size.saves / size.request / 2;
    let ended = watch
        .until(&sandbox, &mut child, || sandbox.requests() >= half)
        .await?;
    if let Some(status) = ended {
        return Err(format!("the job has ended before half of it was done: {status}").into());
    }
    child.kill()?;
    child.wait()?;
    watch.tell(&sandbox, None);
    println!("killed, and started again");
    settle(&sandbox).await;

    let mut child = spawn(&sandbox, &journal)?;
    let ended = watch.until(&sandbox, &mut child, || false).await?;
    watch.tell(&sandbox, None);
    if !ended.is_some_and(|status| status.success()) {
        return Err(format!("the job has failed: {ended:?}").into());
    }
    account(size, &sandbox, &FileJournal::open(journal)?)
}

/// Starts the job in a process of its own.
fn spawn(sandbox: &Sandbox, journal: &Path) -> std::io::Result<Child> {
    Command::new(std::env::current_exe()?)
        .args(std::env::args().skip(1))
        .env_remove("TIGHT_ACCESS_TOKEN")
        .env_remove("TIGHT_ENVIRONMENT")
        .env(JOURNAL, journal)
        .env("TIGHT_BASE_URL", sandbox.url())
        .env("TIGHT_CLIENT_ID", sandbox.client_id())
        .env("TIGHT_CLIENT_SECRET", sandbox.client_secret())
        .env("TIGHT_USER_ID", "user_1")
        .spawn()
}

/// What the job had under way when it was killed arrives before anybody looks for it.
async fn settle(sandbox: &Sandbox) {
    let mut seen = None;
    while seen.replace(sandbox.requests()) != Some(sandbox.requests()) {
        tokio::time::sleep(SETTLED).await;
    }
}

/// Holds what the journal says against what is stored.
fn account(size: Size, sandbox: &Sandbox, journal: &FileJournal<usize>) -> Done {
    let mut copies: HashMap<String, usize> = HashMap::new();
    for message in sandbox.stored("messages") {
        let text = message["text"].as_str().unwrap_or_default().to_owned();
        *copies.entry(text).or_default() += 1;
    }
    let unknown = journal.in_doubt().len();
    let (mut saved, mut rejected, mut lost, mut doubled) = (0, 0, 0, 0);
    for number in 0..size.saves {
        let copies = copies.remove(&job::text(number)).unwrap_or_default();
        let is_saved = journal.is_saved(&number);
        saved += usize::from(is_saved);
        rejected += usize::from(!is_saved && !job::is_valid(number));
        let is_lost = copies == 0 && (is_saved || job::is_valid(number));
        if is_lost || copies > 1 {
            println!("{} is stored {copies} times", job::text(number));
        }
        lost += usize::from(is_lost);
        doubled += copies.saturating_sub(1);
    }
    println!(
        "{saved} saved, {rejected} rejected, {unknown} unknown, {lost} lost, {doubled} doubled"
    );
    match (lost, doubled, unknown) {
        (0, 0, 0) => Ok(()),
        _ => Err("something is lost, doubled or unknown".into()),
    }
}
