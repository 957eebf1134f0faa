//! What the program says works, and it ends when asked to.

use std::{
    fs,
    io::{self, Read, Write},
    net::TcpStream,
    process::Command,
};

use reqwest::Method;
use serde_json::{Value, json};

use crate::program::{Program, rest};

/// Sends a request without a body, and reads JSON.
async fn json(program: &Program, path: &str) -> Value {
    let response = program.request(Method::GET, path).send().await.unwrap();
    response.json().await.unwrap()
}

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
    let (_, commands) = program
        .greeting
        .split_once("Save a message, and read it:\n")
        .unwrap();
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
    let faults = json(&program, "/sandbox/faults").await;
    assert_eq!(
        faults.as_array().unwrap().len(),
        orders.matches("\norder '").count()
    );
}

#[tokio::test]
async fn each_user_has_a_token_for_what_belongs_to_the_user() {
    let program = Program::start(&["--user", "anna", "--user", "bert"]);
    let client = reqwest::Client::builder().no_proxy().build().unwrap();
    let message = json!({ "data": [{ "conversationId": "con_1", "text": "Hi" }] });
    let url = format!("{}/v6/messages", program.url());
    let saved = client
        .post(&url)
        .bearer_auth(program.said("Token of anna"))
        .json(&message)
        .send()
        .await;
    assert_eq!(saved.unwrap().status(), 200);
    for (user, status) in [
        ("Token of anna", 200),
        ("Token of bert", 404),
        ("Access token", 200),
    ] {
        let read = client
            .get(format!("{url}/msg_1"))
            .bearer_auth(program.said(user));
        assert_eq!(read.send().await.unwrap().status(), status, "{user}");
    }
    let companies = json(&program, "/sandbox/state?collection=company").await;
    assert_eq!(
        companies["company"][1]["owners"],
        json!([{ "userId": "bert" }])
    );
}

#[tokio::test]
async fn a_state_that_was_kept_is_served_again() {
    let first = Program::start(&["--user", "anna"]);
    let message = json!({ "data": [{ "conversationId": "con_1", "text": "Hi" }] });
    let saved = first
        .request(Method::POST, "/v6/messages")
        .json(&message)
        .send()
        .await
        .unwrap();
    assert_eq!(saved.status(), 200);
    let state = json(&first, "/sandbox/state").await;
    assert_eq!(state["messages"][0]["text"], "Hi");

    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("state.json");
    fs::write(&file, state.to_string()).unwrap();
    let from_file = Program::start(&["--user", "anna", "--seed", file.to_str().unwrap()]);
    assert_eq!(json(&from_file, "/sandbox/state").await, state);
    let from_input = Program::start_with(&["--seed", "-"], &state.to_string());
    assert_eq!(json(&from_input, "/sandbox/state").await, state);
}

#[cfg(unix)]
#[tokio::test]
async fn signals_end_it_once_requests_in_progress_have_their_responses() {
    for signal in ["INT", "TERM"] {
        let program = Program::start(&[]);
        let drip = json!({ "fault": { "drip": { "bytes": 100, "pauseMilliseconds": 50 } } });
        let ordered = program
            .request(Method::POST, "/sandbox/faults")
            .json(&drip)
            .send()
            .await;
        assert_eq!(ordered.unwrap().status(), 204);

        let address = program.url().strip_prefix("http://").unwrap();
        let idle = TcpStream::connect(address).unwrap();
        let mut connection = TcpStream::connect(address).unwrap();
        let token = program.said("Access token");
        let request = format!(
            "GET /v6/conversations/con_1 HTTP/1.1\r\nhost: {address}\r\nauthorization: Bearer {token}\r\n\r\n"
        );
        connection.write_all(request.as_bytes()).unwrap();
        let mut first = [0; 12];
        connection.read_exact(&mut first).unwrap();
        program.signal(signal);
        let response = rest(&mut connection);
        let (head, body) = response.split_once("\r\n\r\n").unwrap();
        let (_, length) = head.split_once("content-length: ").unwrap();
        let length: usize = length.lines().next().unwrap().parse().unwrap();
        assert_eq!(body.len(), length);
        assert!(length > 100, "the body was to come in pieces: {body}");
        assert_eq!(program.end().code(), Some(0), "{signal}");
        assert_eq!(rest(idle), "");
    }
}

#[cfg(unix)]
#[tokio::test]
async fn a_stalled_request_does_not_keep_it_from_ending_and_a_slow_one_ends_at_the_second_signal() {
    let program = Program::start(&[]);
    let stall = json!({ "fault": "stallAfter" });
    program
        .request(Method::POST, "/sandbox/faults")
        .json(&stall)
        .send()
        .await
        .unwrap();
    let stalled = tokio::spawn(program.request(Method::GET, "/v6/messages/msg_1").send());
    while json(&program, "/sandbox/summary").await["requests"] == 0 {}
    program.signal("TERM");
    assert_eq!(program.end().code(), Some(0));
    assert!(stalled.await.unwrap().is_err());

    let program = Program::start(&[]);
    let drip = json!({ "fault": { "drip": { "bytes": 1, "pauseMilliseconds": 3_600_000 } } });
    program
        .request(Method::POST, "/sandbox/faults")
        .json(&drip)
        .send()
        .await
        .unwrap();
    let slow = program
        .request(Method::GET, "/v6/messages/msg_1")
        .send()
        .await
        .unwrap();
    program.signal("INT");
    let refused = async {
        let address = program.url().strip_prefix("http://").unwrap();
        while TcpStream::connect(address).is_ok() {}
    };
    refused.await;
    program.signal("INT");
    assert_eq!(program.end().code(), Some(1));
    assert!(slow.bytes().await.is_err());
}
