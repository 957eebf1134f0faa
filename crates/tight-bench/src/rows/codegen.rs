//! The time to generate the SDK: with the document at hand, and with that and invented resources.

use std::fmt::Write;
use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use tempfile::TempDir;
use tokio::runtime::Runtime;

use crate::by_hand::Error;
use crate::cargo;
use crate::clock::Spent;
use crate::report::{Figure, Goal, Row};

/// The pages of an invented resource: an operation each.
const PAGES: [&str; 4] = ["saved", "asked", "thing", "deed"];

/// How many resources are invented: up to about 500 operations, in two equal steps.
const INVENTED: [usize; 3] = [0, 49, 98];

const ROUNDS: usize = 5;

pub(super) fn measure(_: &Runtime) -> Result<Vec<Row>, Error> {
    let mut cargo = cargo::cargo(&cargo::checkout())?;
    cargo::run(cargo.args(["build", "--quiet", "--locked", "--package", "xtask"]))?;
    let mut checkouts = Vec::new();
    for resources in INVENTED {
        let checkout = with_invented(resources)?;
        let summary = cargo::run(&mut codegen(checkout.path(), false)?)?;
        checkouts.push((checkout, operations(&summary)?));
    }
    let mut rounds: Vec<Vec<Spent>> = Vec::new();
    for _ in 0..ROUNDS {
        let mut spent = Vec::new();
        for (checkout, _) in &checkouts {
            spent.push(cargo::spent(&mut codegen(checkout.path(), true)?)?);
        }
        rounds.push(spent);
    }
    // Other load only adds.
    let least = |of: &dyn Fn(&Spent) -> Duration, index: usize| {
        let times = rounds.iter().map(|round| of(&round[index]));
        times.min().unwrap_or_default()
    };
    let row = |index: usize, seconds: f64| {
        Row::alone(
            format!("codegen of {} operations, warm, debug", checkouts[index].1),
            Figure::time(least(&|spent| spent.wall, index)),
            Goal::Within(Figure::Seconds(seconds)),
        )
    };
    let cpu = |index: usize| least(&|spent| spent.cpu, index);
    let step = |index: usize| Figure::time(cpu(index + 1).saturating_sub(cpu(index)));
    Ok(vec![
        row(0, 2.0),
        row(2, 10.0),
        Row::new(
            "codegen, CPU of the last 196 operations",
            "of 196 before them",
            (step(1), step(0)),
            Goal::AtMost(1.10),
        ),
    ])
}

/// Generates everything in a checkout, or checks that it is up to date, which takes the same.
fn codegen(checkout: &Path, check: bool) -> Result<Command, Error> {
    let name = format!("xtask{}", std::env::consts::EXE_SUFFIX);
    let mut command = Command::new(cargo::target()?.join("debug").join(name));
    command.arg("--root").arg(checkout).arg("codegen");
    if check {
        command.arg("--check");
    }
    Ok(command)
}

/// How many operations there are, as codegen says.
fn operations(summary: &str) -> Result<usize, Error> {
    let (before, _) = summary
        .split_once(" operations")
        .ok_or("there are no operations")?;
    let count = before.rsplit(' ').next().unwrap_or_default();
    Ok(count.parse()?)
}

/// The specification of this checkout, with so many invented resources, each with some fields and some actions.
fn with_invented(resources: usize) -> Result<TempDir, Error> {
    let folder = tempfile::tempdir()?;
    let own = cargo::checkout();
    copy(&own.join("openapi"), &folder.path().join("openapi"))?;
    let fields = (0..10).fold(String::new(), |mut fields, field| {
        let _ = write!(
            fields,
            "        field{field}:\n          type: string\n          example: a\n"
        );
        fields
    });
    for index in 0..resources {
        let (many, one) = (format!("things{index}"), format!("Thing{index}"));
        let section = folder.path().join("openapi/captured").join(&many);
        fs::create_dir_all(&section)?;
        for page in PAGES {
            let invented = own.join("xtask/tests/invented/pages");
            let text = fs::read_to_string(invented.join(format!("{page}.yaml")))?;
            let id = "    Thing:\n      type: object\n      properties:\n";
            let text = text.replace(id, &format!("{id}{fields}"));
            let text = text.replace("things", &many).replace("Thing", &one);
            fs::write(section.join(format!("{page}.yaml")), text)?;
        }
        let mut overlay =
            "overlay: 1.0.0\ninfo:\n  title: Amendments\n  version: 1.0.0\nactions:\n".to_owned();
        for field in 0..10 {
            let _ = write!(
                overlay,
                "  - target: $.components.schemas.{one}.properties.field{field}\n    \
                 description: \"inferred: so.\"\n    update:\n      nullable: true\n"
            );
        }
        fs::write(
            folder.path().join(format!("openapi/overlay/{many}.yaml")),
            overlay,
        )?;
    }
    Ok(folder)
}

/// Copies a folder.
pub(super) fn copy(from: &Path, to: &Path) -> Result<(), Error> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let to = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &to)?;
        } else {
            fs::copy(entry.path(), to)?;
        }
    }
    Ok(())
}
