//! The size of the smallest program.

use tokio::runtime::Runtime;

use crate::by_hand::Error;
use crate::cargo;
use crate::report::{Figure, Goal, Row};

pub(super) fn measure(_: &Runtime) -> Result<Vec<Row>, Error> {
    let sizes = (size("smallest-sdk")?, size("smallest-by-hand")?);
    Ok(vec![Row::new(
        "smallest program that saves a message, release, stripped",
        "by hand, same reqwest features",
        (Figure::Bytes(sizes.0), Figure::Bytes(sizes.1)),
        Goal::AtMost(1.10),
    )])
}

/// The size of a program of this crate, without its symbols.
fn size(program: &str) -> Result<u64, Error> {
    let mut cargo = cargo::cargo(&cargo::checkout())?;
    cargo.args(["rustc", "--release", "--locked", "--package"]);
    cargo.args([env!("CARGO_PKG_NAME"), "--bin", program]);
    cargo.args(["--", "-C", "strip=symbols"]);
    cargo::run(&mut cargo)?;
    let name = format!("{program}{}", std::env::consts::EXE_SUFFIX);
    Ok(std::fs::metadata(cargo::target()?.join("release").join(name))?.len())
}
