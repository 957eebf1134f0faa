//! The `cargo xtask` command.
#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command line tool speaks on its output"
)]

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use xtask::commands::capture::CaptureInput;
use xtask::commands::digest::count;
use xtask::commands::stock::stock;
use xtask::commands::{self, Generated, generate};
use xtask::diagnostic::{Diagnostic, Faults};
use xtask::files::{Plan, leftovers};
use xtask::layout::Checkout;

/// Tasks of the tight-rs repository.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    task: Command,
    /// The checkout to work on, if not this one.
    #[arg(long, global = true, value_name = "FOLDER")]
    root: Option<PathBuf>,
}

#[derive(Subcommand)]
enum Command {
    /// Regenerates everything that depends on openapi/: the effective document, the SDK's generated code, the sandbox's
    /// copy of the document.
    Codegen {
        /// Write nothing; fail with a diff if anything is stale.
        #[arg(long)]
        check: bool,
    },
    /// Captures documentation pages: writes openapi/captured/ and openapi/samples/ from copied page texts, Markdown
    /// editions, OpenAPI documents or records, which it recognises by their content. Writes everything or nothing.
    Capture {
        /// The inputs; `-` is standard input.
        #[arg(required = true, value_name = "FILE")]
        files: Vec<String>,
        /// The address of the page, for a single input that does not state it.
        #[arg(long, value_name = "ADDRESS")]
        page: Option<String>,
        /// Write nothing; fail if anything would be written.
        #[arg(long)]
        check: bool,
    },
    /// Prints the API digest: operations, types, fields and wire names.
    Digest,
    /// Prints the client that unmodified progenitor generates from the effective document, for benchmarks to compare with.
    Stock,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let checkout = arguments.root.map_or_else(Checkout::own, Checkout::at);
    let done = match arguments.task {
        Command::Codegen { check } => codegen(&checkout, check),
        Command::Capture { files, page, check } => {
            capture(&checkout, &files, page.as_deref(), check)
        }
        Command::Digest => generate(&checkout).map(|generated| {
            for (section, text) in generated.digest {
                match section.as_str() {
                    "" => println!("{text}"),
                    section => println!("{section}\n{}\n\n{text}", "=".repeat(section.len())),
                }
            }
            ExitCode::SUCCESS
        }),
        Command::Stock => stock(&checkout).map(|stock| {
            eprintln!(
                "{}, without those that progenitor refuses: {}",
                count(stock.operations, "operation"),
                stock.refused.join(", ")
            );
            print!("{}", stock.code);
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
            "error: {} generated file(s) are stale (- on disk, + as generated)\n  \
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

fn capture(
    checkout: &Checkout,
    files: &[String],
    page: Option<&str>,
    check: bool,
) -> Result<ExitCode, Faults> {
    let read_inputs = read_inputs(files)?;
    let captures = commands::capture::capture(checkout, &read_inputs, page)?;
    let plan = Plan::new(checkout, &captures.files, &captures.removed).map_err(Faults::from)?;
    let count = plan.len();
    let told = captures.told(&plan);
    if check {
        println!("{told}{count} file(s) would be written or removed");
        return Ok(if count == 0 {
            ExitCode::SUCCESS
        } else {
            ExitCode::FAILURE
        });
    }
    let written = plan.write().map_err(Faults::from)?;
    println!(
        "{told}{} written, {} removed, {} unchanged",
        written.written.len(),
        written.removed.len(),
        written.unchanged
    );
    Ok(ExitCode::SUCCESS)
}

/// Reads what is given. What cannot be read is reported of all files together.
fn read_inputs(files: &[String]) -> Result<Vec<CaptureInput>, Faults> {
    let faults = Faults::new();
    let mut read_inputs: Vec<CaptureInput> = Vec::new();
    for name in files {
        if read_inputs.iter().any(|other| other.name == *name) {
            faults.add(Diagnostic::new(name, "this is given twice").help("give it once"));
            continue;
        }
        let read = match name.as_str() {
            "-" => std::io::read_to_string(std::io::stdin()),
            path => std::fs::read_to_string(path),
        };
        match read {
            Ok(text) => read_inputs.push(CaptureInput {
                name: name.clone(),
                text,
            }),
            Err(error) => faults.add(
                Diagnostic::new(name, format!("this cannot be read: {error}"))
                    .help("give a file of text, in UTF-8"),
            ),
        }
    }
    faults.finish()?;
    Ok(read_inputs)
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
