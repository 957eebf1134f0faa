//! Generated code, and what the compiler takes for it, beside unmodified progenitor.
//!
//! Both crates are checked in a workspace of their own, with the same features of the same dependencies, which are built before.

use std::fs;
use std::process::Command;
use std::time::{Duration, SystemTime};

use tempfile::TempDir;
use tokio::runtime::Runtime;

use super::codegen::copy;
use crate::by_hand::Error;
use crate::cargo;
use crate::report::{Figure, Goal, Row};
use crate::source::code_lines;

const ROUNDS: usize = 5;

/// The crates in that workspace.
const SDK: &str = "tight-api";
const STOCK: &str = "tight-stock";

/// The version of progenitor that xtask depends on.
const PROGENITOR: &str = "0.15.1";

pub(super) fn measure(_: &Runtime) -> Result<Vec<Row>, Error> {
    let workspace = workspace()?;
    let lines = (
        code_lines(&cargo::checkout().join("crates/tight-api/src/generated"))?,
        code_lines(&workspace.path().join(STOCK).join("src"))?,
    );
    let (sdk, stock) = (
        Checked::new(&workspace, SDK)?,
        Checked::new(&workspace, STOCK)?,
    );
    let mut rounds = Vec::new();
    for _ in 0..ROUNDS {
        rounds.push((sdk.check()?, stock.check()?));
    }
    let against = format!("stock progenitor {PROGENITOR}, builder style");
    let median = |of: &dyn Fn(&(Duration, Duration)) -> f64| {
        let mut values: Vec<f64> = rounds.iter().map(of).collect();
        values.sort_unstable_by(f64::total_cmp);
        values[values.len() / 2]
    };
    let seconds = (
        Figure::Seconds(median(&|round| round.0.as_secs_f64())),
        Figure::Seconds(median(&|round| round.1.as_secs_f64())),
    );
    let ratio = median(&|round| round.0.as_secs_f64() / round.1.as_secs_f64());
    Ok(vec![
        Row::new(
            "generated code, lines without comments",
            &against,
            (Figure::Count(lines.0), Figure::Count(lines.1)),
            Goal::AtMost(0.35),
        ),
        Row::new(
            "`cargo check` of the crate alone, CPU",
            &against,
            seconds,
            Goal::AtMost(1.0),
        )
        .with_ratio(ratio),
    ])
}

/// A crate whose dependencies are built.
struct Checked<'a> {
    workspace: &'a TempDir,
    name: &'static str,
    /// What cargo takes where there is nothing to check.
    overhead: Duration,
}

impl<'a> Checked<'a> {
    fn new(workspace: &'a TempDir, name: &'static str) -> Result<Self, Error> {
        let mut checked = Self {
            workspace,
            name,
            overhead: Duration::ZERO,
        };
        cargo::run(&mut checked.cargo()?)?;
        checked.overhead = cargo::spent(&mut checked.cargo()?)?.cpu;
        Ok(checked)
    }

    /// The CPU time of checking it anew.
    fn check(&self) -> Result<Duration, Error> {
        let root = self.workspace.path().join(self.name).join("src/lib.rs");
        let file = fs::File::options().append(true).open(root)?;
        file.set_modified(SystemTime::now())?;
        let spent = cargo::spent(&mut self.cargo()?)?;
        Ok(spent.cpu.saturating_sub(self.overhead))
    }

    /// As in a release build, whose dependencies are there already in part, and which keeps nothing of an earlier check.
    fn cargo(&self) -> Result<Command, Error> {
        let mut cargo = cargo::cargo(self.workspace.path())?;
        cargo.args(["check", "--quiet", "--release", "--package", self.name]);
        Ok(cargo)
    }
}

/// A workspace with a copy of the SDK, and with what progenitor generates.
fn workspace() -> Result<TempDir, Error> {
    let own = cargo::checkout();
    let folder = tempfile::tempdir()?;
    let root = folder.path();
    fs::copy(own.join("Cargo.lock"), root.join("Cargo.lock"))?;
    let manifest = fs::read_to_string(own.join("Cargo.toml"))?;
    let (_, rest) = manifest
        .split_once("[workspace.package]")
        .ok_or("there is no workspace")?;
    let head = format!("[workspace]\nmembers = [\"{SDK}\", \"{STOCK}\"]\nresolver = \"3\"\n\n");
    // Crates of the checkout that this workspace does not have.
    let rest: String = rest
        .split_inclusive('\n')
        .filter(|line| !line.contains("path = \"crates/"))
        .collect();
    // A plain `cargo check` does not optimise.
    let checked = |name| format!("\n[profile.release.package.{name}]\nopt-level = 0\n");
    let (sdk, stock) = (checked(SDK), checked(STOCK));
    fs::write(
        root.join("Cargo.toml"),
        format!("{head}[workspace.package]{rest}{sdk}{stock}"),
    )?;

    copy(&own.join("crates/tight-api"), &root.join(SDK))?;
    let manifest = fs::read_to_string(root.join(SDK).join("Cargo.toml"))?;
    fs::write(root.join(SDK).join("Cargo.toml"), without_tests(&manifest))?;

    let src = root.join(STOCK).join("src");
    fs::create_dir_all(&src)?;
    fs::write(
        root.join(STOCK).join("Cargo.toml"),
        stock_manifest(&manifest)?,
    )?;
    let mut cargo = cargo::cargo(&own)?;
    cargo.args([
        "run",
        "--quiet",
        "--locked",
        "--package",
        "xtask",
        "--",
        "stock",
    ]);
    fs::write(src.join("lib.rs"), cargo::run(&mut cargo)?)?;
    Ok(folder)
}

/// A manifest without the dependencies of tests.
fn without_tests(manifest: &str) -> String {
    let Some((before, rest)) = manifest.split_once("[dev-dependencies]") else {
        return manifest.to_owned();
    };
    let after = rest.find("\n[").map_or("", |at| &rest[at..]);
    format!("{before}{after}")
}

/// The manifest of the stock crate, with the SDK's features of reqwest, so that both are checked against the same dependency.
fn stock_manifest(sdk: &str) -> Result<String, Error> {
    let line = sdk.lines().find(|line| line.starts_with("reqwest = "));
    let (_, features) = line
        .and_then(|line| line.split_once("features = ["))
        .ok_or("the SDK does not depend on reqwest")?;
    let (features, _) = features.split_once(']').ok_or("a list does not end")?;
    Ok(format!(
        "[package]\nname = \"{STOCK}\"\nversion = \"0.1.0\"\nedition = \"2024\"\n\n[dependencies]\n\
         bytes.workspace = true\n\
         chrono = {{ workspace = true, features = [\"serde\"] }}\n\
         progenitor-client = \"={PROGENITOR}\"\n\
         reqwest = {{ workspace = true, features = [{features}, \"rustls\"] }}\n\
         serde.workspace = true\n\
         serde_json = {{ workspace = true, features = [\"raw_value\"] }}\n"
    ))
}
