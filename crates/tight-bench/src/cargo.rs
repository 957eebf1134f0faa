//! Runs cargo and other programs in processes of their own, and measures their CPU time.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::by_hand::Error;
use crate::clock::Spent;

/// The checkout that this program was built from.
pub fn checkout() -> PathBuf {
    let bench = Path::new(env!("CARGO_MANIFEST_DIR"));
    bench.ancestors().nth(2).unwrap_or(bench).to_owned()
}

/// Where this program was built, and others are.
pub fn target() -> Result<PathBuf, Error> {
    // target/release/tight-bench
    let program = std::env::current_exe()?;
    let target = program
        .ancestors()
        .nth(2)
        .ok_or("this program is in no target folder")?;
    Ok(target.to_owned())
}

/// Cargo, in a folder, building where this program was built.
pub fn cargo(folder: &Path) -> Result<Command, Error> {
    let mut cargo = Command::new(env!("CARGO"));
    cargo
        .current_dir(folder)
        .env("CARGO_TARGET_DIR", target()?)
        // What `cargo run` sets for this program is not for others.
        .env_remove("CARGO_MANIFEST_DIR");
    Ok(cargo)
}

/// Runs a command, and returns what it prints.
///
/// # Errors
///
/// Returns an error if it cannot be run, or fails.
pub fn run(command: &mut Command) -> Result<String, Error> {
    let output = command
        .stdin(Stdio::null())
        .stderr(Stdio::piped())
        .output()?;
    if !output.status.success() {
        let program = Path::new(command.get_program()).display();
        let arguments: Vec<_> = command.get_args().map(OsStr::to_string_lossy).collect();
        return Err(format!(
            "`{program} {}` failed:\n{}{}",
            arguments.join(" "),
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr)
        )
        .into());
    }
    Ok(String::from_utf8(output.stdout)?)
}

/// What another program of this crate prints.
///
/// # Errors
///
/// Returns an error if it cannot be built, or fails.
pub fn output_of(program: &str) -> Result<String, Error> {
    let mut cargo = cargo(&checkout())?;
    cargo.args(["run", "--quiet", "--locked", "--package"]);
    cargo.args([env!("CARGO_PKG_NAME"), "--bin", program]);
    if !cfg!(debug_assertions) {
        cargo.arg("--release");
    }
    run(&mut cargo)
}

/// Runs a command, and measures what it takes with all processes that it starts.
///
/// # Errors
///
/// Returns an error if it cannot be run, or fails, or the system does not tell the CPU time.
pub fn spent(command: &mut Command) -> Result<Spent, Error> {
    let (begun, before) = (Instant::now(), children_time()?);
    run(command)?;
    Ok(Spent {
        wall: begun.elapsed(),
        cpu: children_time()?.saturating_sub(before),
    })
}

/// The CPU time of all processes that this one has started and that have ended, and of those that they have started.
fn children_time() -> Result<Duration, Error> {
    let text = std::fs::read_to_string("/proc/self/stat")?;
    // The name in parentheses may contain anything.
    let (_, fields) = text
        .rsplit_once(") ")
        .ok_or("the system does not tell the CPU time")?;
    let ticks: Result<Vec<u64>, _> = fields.split(' ').skip(13).take(2).map(str::parse).collect();
    let ticks: u64 = ticks?.into_iter().sum();
    #[cfg(unix)]
    let per_second = rustix::param::clock_ticks_per_second();
    #[cfg(not(unix))]
    let per_second = 100;
    Ok(Duration::from_millis(ticks * 1000 / per_second))
}
