//! The program ends when asked to.

use std::{
    io::{Read, Write},
    net::TcpStream,
};

use reqwest::Method;
use serde_json::json;

use crate::program::{Program, rest};

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
    while program.get("/sandbox/summary").await["requests"] == 0 {}
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
