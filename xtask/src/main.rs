//! The `cargo xtask` command.
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command line tool speaks on its output"
)]

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use xtask::commands::digest::count;
use xtask::commands::{Generated, generate};
use xtask::diagnostic::Faults;
use xtask::files::{Plan, leftovers};
use xtask::layout::Checkout;

/// Tasks of the tight-rs repository.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    task: Task,
    /// The checkout to work on, if not this one.
    #[arg(long, global = true, value_name = "FOLDER")]
    root: Option<PathBuf>,
}

#[derive(Subcommand)]
enum Task {
    /// Regenerates everything that follows from openapi/: the effective document, the SDK's generated code, the sandbox's
    /// copy of the document.
    Codegen {
        /// Write nothing; fail with a diff if anything is stale.
        #[arg(long)]
        check: bool,
    },
    /// Prints the API digest: operations, types, fields and wire names.
    Digest,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let checkout = arguments.root.map_or_else(Checkout::own, Checkout::at);
    let done = match arguments.task {
        Task::Codegen { check } => codegen(&checkout, check),
        Task::Digest => generate(&checkout).map(|generated| {
            for (section, text) in generated.digest {
                match section.as_str() {
                    "" => println!("{text}"),
                    section => println!("{section}\n{}\n\n{text}", "=".repeat(section.len())),
                }
            }
            ExitCode::SUCCESS
        }),
    };
    done.unwrap_or_else(|faults| {
        eprintln!("{faults}");
        ExitCode::FAILURE
    })
}

fn codegen(checkout: &Checkout, check: bool) -> Result<ExitCode, Faults> {
    let generated = generate(checkout)?;
    let leftovers = leftovers(checkout, &generated.files).map_err(Faults::from)?;
    let plan = Plan::new(checkout, &generated.files, &leftovers).map_err(Faults::from)?;
    let summary = summary(&generated);
    if check {
        if plan.is_empty() {
            println!("{summary}\nup to date: {} files", generated.files.len());
            return Ok(ExitCode::SUCCESS);
        }
        print!("{}", plan.diff());
        eprintln!(
            "error: {} generated file(s) are not as openapi/ says (- on disk, + as generated)\n  \
             help: run `cargo xtask codegen` and commit what it writes; never edit generated files by hand",
            plan.len()
        );
        return Ok(ExitCode::FAILURE);
    }
    let written = plan.write().map_err(Faults::from)?;
    println!("{summary}");
    for path in &written.written {
        println!("  wrote   {path}");
    }
    for path in &written.removed {
        println!("  removed {path}");
    }
    println!(
        "{} written, {} removed, {} unchanged",
        written.written.len(),
        written.removed.len(),
        written.unchanged
    );
    Ok(ExitCode::SUCCESS)
}

fn summary(generated: &Generated) -> String {
    let mut summary = format!(
        "{} + {}: {}, {}",
        count(generated.sources.pages().len(), "captured page"),
        count(generated.sources.amendments(), "amendment"),
        count(generated.operations, "operation"),
        count(generated.types, "type")
    );
    for note in &generated.notes {
        summary.push_str(&format!("\nnote: {note}"));
    }
    for (operation, reason) in &generated.unserved {
        summary.push_str(&format!(
            "\nnote: the sandbox does not serve `{operation}`: {reason}"
        ));
    }
    summary
}
