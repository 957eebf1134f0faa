//! Saves the lines of a file as messages. It can be killed at any moment and started again: nothing is lost, nothing doubled.
//!
//! ```sh
//! cargo run -p tight-api --example resumable_job
//! TIGHT_BASE_URL=… TIGHT_ACCESS_TOKEN=… cargo run -p tight-api --example resumable_job -- lines.tsv
//! ```
//!
//! It runs in an embedded sandbox, with lines of its own and a job that ends half-way, or against Tight if the environment says
//! who is calling.
#![allow(
    clippy::print_stdout,
    reason = "an example speaks to the person who runs it"
)]

mod job;
#[path = "../support/mod.rs"]
mod support;

use std::error::Error;
use std::path::Path;

use tight_sandbox::Fault;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn Error>> {
    let (client, sandbox) = support::connect().await?;
    if let Some(path) = std::env::args_os().nth(1) {
        return job::save_lines(&client, Path::new(&path)).await;
    }
    let sandbox = sandbox.ok_or("say which file has the lines: conversation<TAB>text")?;
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("lines.tsv");
    let lines = (0..1000).map(|number| format!("con_{}\tReminder {number}\n", number % 5));
    std::fs::write(&path, lines.collect::<String>())?;

    // A request that is stored and not answered ends the job in doubt.
    sandbox.inject(Fault::DropAfter);
    if let Err(error) = job::save_lines(&client, &path).await {
        println!("\n{error}\n\nstarting again");
    }
    job::save_lines(&client, &path).await?;

    let stored = sandbox.stored("messages").len();
    println!("\n1000 lines have become {stored} messages");
    Ok(())
}
