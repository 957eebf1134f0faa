//! Saves many messages through a server and a network that fail, in a job that is killed at half and resumed, and counts what was
//! lost and doubled. It fails if anything was.
//!
//! ```sh
//! cargo run --release -p tight-api --example soak
//! cargo run --release -p tight-api --example soak -- 2000 16 5 7  # saves, in flight, items in a request, seed
//! ```
#![allow(
    clippy::print_stdout,
    reason = "an example speaks to the person who runs it"
)]

mod faults;
mod job;

use std::collections::HashMap;
use std::error::Error;
use std::path::Path;
use std::process::{Child, Command};
use std::time::{Duration, Instant};

use tight_api::FileJournal;
use tight_sandbox::{Fault, Sandbox};

type Done = Result<(), Box<dyn Error>>;

/// Says to the process that runs the job where its journal is.
const JOURNAL: &str = "TIGHT_SOAK_JOURNAL";

/// Of so many requests, one meets a fault.
const ONE_IN: usize = 20;

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

/// How much memory this process has, where the system tells.
fn memory() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let resident = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    resident.map_or("memory unknown".to_owned(), |resident| {
        resident.trim().to_owned()
    })
}

#[tokio::main]
async fn main() -> Done {
    let size = Size::from_arguments()?;
    if let Some(journal) = std::env::var_os(JOURNAL) {
        return job::run(size, Path::new(&journal)).await;
    }
    let sandbox = Sandbox::start().await?;
    let mut random = fastrand::Rng::with_seed(size.seed);
    // Enough for what is sent again, and for looking up.
    for _ in 0..size.saves.div_ceil(size.request) * 2 {
        sandbox.inject(match random.usize(..ONE_IN) {
            0 => faults::any(&mut random),
            _ => Fault::Several(Vec::new()),
        });
    }
    let folder = tempfile::tempdir()?;
    let journal = folder.path().join("soak.journal");
    println!("{size:?}, one request in {ONE_IN} meets a fault");

    let start = Instant::now();
    let mut child = spawn(&sandbox, &journal)?;
    // To look at what is stored takes long, and requests tell as much.
    while sandbox.requests() < size.saves / size.request / 2 {
        if let Some(status) = child.try_wait()? {
            return Err(format!("the job has ended before half of it was done: {status}").into());
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    child.kill()?;
    child.wait()?;
    println!("killed after {} requests", sandbox.requests());
    settle(&sandbox).await;
    let mut child = spawn(&sandbox, &journal)?;
    let status = loop {
        match child.try_wait()? {
            Some(status) => break status,
            None => tokio::time::sleep(Duration::from_millis(20)).await,
        }
    };
    if !status.success() {
        return Err(format!("the job has failed: {status}").into());
    }
    println!(
        "{} requests in {:.1} s, the sandbox has {}",
        sandbox.requests(),
        start.elapsed().as_secs_f64(),
        memory()
    );
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
        tokio::time::sleep(Duration::from_millis(500)).await;
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
        lost += usize::from(copies == 0 && (is_saved || job::is_valid(number)));
        doubled += copies.saturating_sub(1);
    }
    println!(
        "{saved} saved, {rejected} rejected, {unknown} unknown, {lost} lost, {doubled} doubled"
    );
    match (lost, doubled) {
        (0, 0) => Ok(()),
        _ => Err("something is lost or doubled".into()),
    }
}
