//! What the program and the README print works when pasted into a shell.

use std::{
    io::{self, Write},
    process::Command,
};

use serde_json::{Value, json};

use crate::program::Program;

#[test]
fn the_commands_that_it_prints_work_when_pasted() {
    if Command::new("curl").arg("--version").output().is_err() {
        let _ = writeln!(
            io::stderr(),
            "curl is not installed: the printed commands were not tested"
        );
        return;
    }
    let program = Program::start(&[]);
    let (_, commands) = program.greeting.split_once("Try it:\n").unwrap();
    let (commands, _) = commands.rsplit_once("Ctrl-C").unwrap();
    assert_eq!(commands.matches("curl ").count(), 2);
    let mut shell = Command::new("sh");
    let output = shell
        .args(["-ec", commands])
        .env("NO_PROXY", "*")
        .output()
        .unwrap();
    assert!(output.status.success(), "{output:?}");
    let mut answers = serde_json::Deserializer::from_slice(&output.stdout).into_iter::<Value>();
    let saved = answers.next().unwrap().unwrap();
    let read = answers.next().unwrap().unwrap();
    assert_eq!(saved["data"][0]["data"]["id"], "msg_1");
    assert_eq!(read["data"], json!([saved["data"][0]["data"]]));
}

#[tokio::test]
async fn what_the_readme_shows_is_so() {
    let readme = include_str!("../../README.md");
    let block = |start: &str| {
        let (_, rest) = readme.split_once(start).unwrap();
        format!("{start}{}", rest.split_once("```").unwrap().0)
    };
    let program = Program::start(&["--user", "anna"]);
    let shown = "http://127.0.0.1:8080";
    assert_eq!(
        block("Tight sandbox\n").replace(shown, program.url()),
        program.greeting
    );

    if Command::new("curl").arg("--version").output().is_err() {
        let _ = writeln!(
            io::stderr(),
            "curl is not installed: the orders of the README were not tested"
        );
        return;
    }
    let orders = block("order() {").replace(shown, program.url());
    let output = Command::new("sh")
        .args(["-ec", &orders])
        .env("NO_PROXY", "*")
        .output()
        .unwrap();
    assert!(
        output.status.success() && output.stdout.is_empty(),
        "{output:?}"
    );
    let faults = program.get("/sandbox/faults").await;
    assert_eq!(
        faults.as_array().unwrap().len(),
        orders.matches("\norder '").count()
    );
}
