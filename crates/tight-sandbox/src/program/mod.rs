//! What the program does: reads its options, starts a sandbox, says how to use it, and stops it when asked to.

mod failure;
mod greeting;
mod options;
mod stop;

use std::{
    error::Error,
    fs,
    io::{self, Read, Write},
    path::Path,
    process::ExitCode,
};

use tight_sandbox::Sandbox;

use crate::program::{
    failure::Failure,
    greeting::greeting,
    options::{HELP, Options, Wanted},
    stop::Stop,
};

/// The exit code if the command line is wrong.
const USAGE: u8 = 2;

pub(crate) fn main() -> ExitCode {
    match options::read(lexopt::Parser::from_env()) {
        Ok(Wanted::Help) => say(HELP),
        Ok(Wanted::Version) => say(concat!("tight-sandbox ", env!("CARGO_PKG_VERSION"), "\n")),
        Ok(Wanted::Sandbox(options)) => match run(options) {
            Ok(()) => return ExitCode::SUCCESS,
            Err(error) => {
                complain(&*error);
                return ExitCode::FAILURE;
            }
        },
        Err(error) => {
            // It says what its cause is.
            complain_plainly(&format!("error: {error}"));
            complain_plainly("try `tight-sandbox --help`");
            return ExitCode::from(USAGE);
        }
    }
    ExitCode::SUCCESS
}

#[tokio::main(flavor = "current_thread")]
async fn run(options: Options) -> Result<(), Box<dyn Error>> {
    let seed = options.seed.as_deref().map(read_seed).transpose()?;
    let builder = Sandbox::builder()
        .port(options.port)
        .address(options.address)
        .orders_over_http();
    let builder = options
        .hosts
        .into_iter()
        .fold(builder, |builder, host| builder.allow_host(host));
    // Before anyone can know that there is a sandbox to stop.
    let mut stop = Stop::new().map_err(|error| Failure::of("signals cannot be received", error))?;
    let sandbox = builder.start().await?;
    if let Some((name, seed)) = seed {
        let stored = sandbox.seed_json(&seed);
        stored.map_err(|error| Failure::of(format!("cannot use {name}"), error))?;
    }
    let users = options.users.into_iter().map(|user| {
        let token = sandbox.add_user(&user);
        (user, token)
    });
    let users: Vec<_> = users.collect();
    say(&greeting(&sandbox, &users)?);
    stop.asked().await;
    tokio::select! {
        () = sandbox.stop() => Ok(()),
        () = stop.asked() => Err("stopped before all requests had their responses".into()),
    }
}

/// The name and the text of a seed; `-` is standard input.
fn read_seed(path: &Path) -> Result<(String, String), Failure> {
    let name = match path.to_str() {
        Some("-") => "standard input".to_owned(),
        _ => path.display().to_string(),
    };
    let mut text = String::new();
    let read = match path.to_str() {
        Some("-") => io::stdin().read_to_string(&mut text).map(|_| text),
        _ => fs::read_to_string(path),
    };
    match read {
        Ok(text) => Ok((name, text)),
        Err(error) => Err(Failure::of(format!("cannot read {name}"), error)),
    }
}

/// Writes to standard output. Whoever closed it does not want to know.
fn say(text: &str) {
    let mut output = io::stdout().lock();
    let _ = output
        .write_all(text.as_bytes())
        .and_then(|()| output.flush());
}

fn complain(error: &dyn Error) {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text = format!("{text}: {error}");
        cause = error.source();
    }
    complain_plainly(&format!("error: {text}"));
}

fn complain_plainly(text: &str) {
    let _ = writeln!(io::stderr(), "{text}");
}
