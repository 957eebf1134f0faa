//! The command line.

use std::{
    net::{IpAddr, Ipv4Addr},
    path::PathBuf,
};

use lexopt::{
    Arg::{Long, Short},
    Error, Parser, ValueExt,
};

pub(super) const HELP: &str = "\
tight-sandbox: an in-memory server that behaves like the Tight API

Usage: tight-sandbox [OPTIONS]

Options:
  --port PORT        the port to listen on; 0 is any free one [default: 8080]
  --address ADDRESS  the IP address to listen on; 0.0.0.0 is all of this machine [default: 127.0.0.1]
  --seed FILE        store what this JSON file has, such as the output of GET /sandbox/state; - is standard input
  --user ID          store a company of this user, and print an access token that reaches nothing else; may be repeated
  --allow-host NAME  take orders from clients that call this machine by NAME; may be repeated
  -h, --help         print this
  -V, --version      print the version

The sandbox takes orders over HTTP and has a page for people: http://127.0.0.1:8080/sandbox/
";

/// What the command line asks for.
pub(super) enum Wanted {
    Help,
    Version,
    Sandbox(Options),
}

pub(super) struct Options {
    pub(super) port: u16,
    pub(super) address: IpAddr,
    pub(super) seed: Option<PathBuf>,
    pub(super) users: Vec<String>,
    pub(super) hosts: Vec<String>,
}

pub(super) fn read(mut arguments: Parser) -> Result<Wanted, Error> {
    let mut options = Options {
        port: 8080,
        address: Ipv4Addr::LOCALHOST.into(),
        seed: None,
        users: Vec::new(),
        hosts: Vec::new(),
    };
    while let Some(argument) = arguments.next()? {
        match argument {
            Long("port") => options.port = arguments.value()?.parse()?,
            Long("address") => options.address = arguments.value()?.parse()?,
            Long("seed") => options.seed = Some(arguments.value()?.into()),
            Long("user") => options.users.push(arguments.value()?.string()?),
            Long("allow-host") => options.hosts.push(arguments.value()?.string()?),
            Short('h') | Long("help") => return Ok(Wanted::Help),
            Short('V') | Long("version") => return Ok(Wanted::Version),
            other => return Err(other.unexpected()),
        }
    }
    Ok(Wanted::Sandbox(options))
}
