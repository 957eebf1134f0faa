//! Options, and what is said about wrong ones.

use std::{fs, net::TcpListener, process::Output};

use crate::program::run;

/// The exit code, and what was written to standard error.
#[track_caller]
fn failed(output: &Output) -> (i32, String) {
    assert_eq!(output.stdout, b"");
    (
        output.status.code().unwrap(),
        String::from_utf8(output.stderr.clone()).unwrap(),
    )
}

#[test]
fn help_and_version_are_printed() {
    for options in [["--help"], ["-h"]] {
        let output = run(&options);
        assert!(output.status.success() && output.stderr.is_empty());
        let help = String::from_utf8(output.stdout).unwrap();
        for option in [
            "--port",
            "--address",
            "--seed",
            "--user",
            "--allow-host",
            "--help",
            "--version",
        ] {
            assert!(help.contains(option), "{help}");
        }
    }
    for options in [["--version"], ["-V"]] {
        let output = run(&options);
        assert!(output.status.success());
        assert_eq!(
            output.stdout,
            concat!("tight-sandbox ", env!("CARGO_PKG_VERSION"), "\n").as_bytes()
        );
    }
}

#[test]
fn wrong_options_are_a_usage_error() {
    for (options, message) in [
        (&["--prot", "1"][..], "invalid option '--prot'"),
        (&["serve"], "unexpected argument \"serve\""),
        (&["--port"], "missing argument for option '--port'"),
        (
            &["--port", "65536"],
            "cannot parse argument \"65536\": number too large to fit in target type",
        ),
        (
            &["--address", "localhost"],
            "cannot parse argument \"localhost\": invalid IP address syntax",
        ),
    ] {
        let usage = format!("error: {message}\ntry `tight-sandbox --help`\n");
        assert_eq!(failed(&run(options)), (2, usage));
    }
}

#[test]
fn a_port_in_use_is_an_error_that_says_what_to_do() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port();
    let (code, message) = failed(&run(&["--port", &port.to_string()]));
    assert_eq!(code, 1);
    assert!(
        message.starts_with(&format!(
            "error: the sandbox cannot listen on 127.0.0.1:{port}, because the port is in use"
        )) && message.contains("port 0 is any free one"),
        "{message}"
    );
}

#[test]
fn a_seed_that_cannot_be_used_is_an_error_with_its_place() {
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let missing = path("missing.json");
    let (code, message) = failed(&run(&["--port", "0", "--seed", &missing]));
    assert_eq!(code, 1);
    assert!(
        message.starts_with(&format!("error: cannot read {missing}: ")),
        "{message}"
    );

    for (name, text, error) in [
        (
            "cut.json",
            "{\n  \"messages\": [",
            "it is not JSON: EOF while parsing a list at line 2 column 15",
        ),
        (
            "name.json",
            r#"{"messages": [], "custommers": []}"#,
            "/custommers: there is no collection `custommers`; similar ones are: customers, categories, company",
        ),
        (
            "item.json",
            r#"{"messages": ["Hi"]}"#,
            "/messages/0: must be an object, but is a string",
        ),
    ] {
        let file = path(name);
        fs::write(&file, text).unwrap();
        let expected = format!("error: cannot use {file}: the seed cannot be stored: {error}\n");
        assert_eq!(
            failed(&run(&["--port", "0", "--seed", &file])),
            (1, expected)
        );
    }
}
