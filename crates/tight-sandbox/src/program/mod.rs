//! What the program does: reads its options, starts a sandbox, says how to use it, and stops it when asked to.

mod greeting;
mod options;

use std::{
    error::Error,
    fmt, fs,
    io::{self, Read, Write},
    path::Path,
    process::ExitCode,
};

use tight_sandbox::Sandbox;

use crate::program::{
    greeting::greeting,
    options::{HELP, Options, Wanted},
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
                complain(&error);
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
async fn run(options: Options) -> Result<(), Failure> {
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
    let sandbox = builder.start().await.map_err(Failure::from)?;
    if let Some((name, seed)) = seed {
        let stored = sandbox.seed_json(&seed);
        stored.map_err(|error| Failure::of(format!("cannot use {name}"), error))?;
    }
    let users = options.users.into_iter().map(|user| {
        let token = sandbox.add_user(&user);
        (user, token)
    });
    let users: Vec<_> = users.collect();
    say(&greeting(&sandbox, &users));
    stop.asked().await;
    tokio::select! {
        () = sandbox.stop() => Ok(()),
        () = stop.asked() => Err(Failure::plain("stopped before all requests had their responses")),
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

/// Why the program ends.
#[derive(Debug)]
struct Failure {
    message: String,
    source: Option<Box<dyn Error>>,
}

impl Failure {
    fn plain(message: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            source: None,
        }
    }

    fn of(message: impl Into<String>, source: impl Error + 'static) -> Self {
        Self {
            message: message.into(),
            source: Some(Box::new(source)),
        }
    }
}

impl From<tight_sandbox::StartError> for Failure {
    fn from(error: tight_sandbox::StartError) -> Self {
        let mut failure = Self::plain(error.to_string());
        failure.source = match error {
            tight_sandbox::StartError::Bind { source, .. } => Some(Box::new(source)),
            _ => None,
        };
        failure
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl Error for Failure {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.source.as_deref()
    }
}

/// Waits for the signals that ask a program to end.
struct Stop {
    #[cfg(unix)]
    interrupt: tokio::signal::unix::Signal,
    #[cfg(unix)]
    terminate: tokio::signal::unix::Signal,
}

impl Stop {
    #[cfg(unix)]
    fn new() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};

        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
        })
    }

    #[cfg(unix)]
    async fn asked(&mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }

    #[cfg(not(unix))]
    fn new() -> io::Result<Self> {
        Ok(Self {})
    }

    #[cfg(not(unix))]
    async fn asked(&mut self) {
        // Without signals, only the end of the process stops it.
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}
