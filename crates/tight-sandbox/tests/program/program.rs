//! Starts the program, and ends it with the test.

use std::{
    io::{BufRead, BufReader, Read, Write},
    process::{Child, ChildStdout, Command, Output, Stdio},
};

use reqwest::{Client, Method, RequestBuilder};
use serde_json::Value;

/// The last line of what the program says before it serves.
const END: &str = "Ctrl-C stops the sandbox, which keeps nothing.\n";

/// A program that serves.
pub(crate) struct Program {
    child: Child,
    _output: BufReader<ChildStdout>,
    /// What it said when it had started.
    pub(crate) greeting: String,
}

pub(crate) fn command(options: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_tight-sandbox"));
    command.args(options);
    command
}

/// Runs the program to its end.
pub(crate) fn run(options: &[&str]) -> Output {
    command(options).stdin(Stdio::null()).output().unwrap()
}

impl Program {
    /// Starts it on a free port, and waits until it has said how to use it.
    pub(crate) fn start(options: &[&str]) -> Self {
        Self::start_with(options, "")
    }

    /// As [`Program::start`], with this on its standard input.
    pub(crate) fn start_with(options: &[&str], input: &str) -> Self {
        let mut command = command(&[&["--port", "0"], options].concat());
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        child
            .stdin
            .take()
            .unwrap()
            .write_all(input.as_bytes())
            .unwrap();
        let mut output = BufReader::new(child.stdout.take().unwrap());
        let mut greeting = String::new();
        while !greeting.ends_with(END) {
            let read = output.read_line(&mut greeting).unwrap();
            if read == 0 {
                let error = rest(child.stderr.take().unwrap());
                panic!("the program ended, and had said:\n{greeting}{error}");
            }
        }
        Self {
            child,
            _output: output,
            greeting,
        }
    }

    /// What follows `name` on its line of the greeting.
    pub(crate) fn said(&self, name: &str) -> &str {
        let mut lines = self.greeting.lines();
        let value = lines.find_map(|line| line.strip_prefix(name));
        value
            .unwrap_or_else(|| panic!("there is no {name} in {}", self.greeting))
            .trim()
    }

    pub(crate) fn url(&self) -> &str {
        self.said("Base URL")
    }

    /// A request with the access token.
    pub(crate) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let client = Client::builder().no_proxy().build().unwrap();
        let request = client.request(method, format!("{}{path}", self.url()));
        request.bearer_auth(self.said("Access token"))
    }

    /// Sends a request without a body, and reads JSON.
    pub(crate) async fn get(&self, path: &str) -> Value {
        let response = self.request(Method::GET, path).send().await.unwrap();
        response.json().await.unwrap()
    }

    /// Sends the program a signal.
    #[cfg(unix)]
    pub(crate) fn signal(&self, name: &str) {
        let kill = format!("kill -{name} {}", self.child.id());
        assert!(
            Command::new("sh")
                .args(["-c", &kill])
                .status()
                .unwrap()
                .success()
        );
    }

    /// Waits for its end.
    #[cfg(unix)]
    pub(crate) fn end(mut self) -> std::process::ExitStatus {
        self.child.wait().unwrap()
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // It may have ended.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Reads what is left of `stream`, as text.
pub(crate) fn rest(mut stream: impl Read) -> String {
    let mut text = String::new();
    stream.read_to_string(&mut text).unwrap();
    text
}
