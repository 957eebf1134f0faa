//! What goes over the wire is what the documentation's curl call sends.

use std::collections::BTreeMap;

use tight_api::Credentials;
use tight_api::types::NewMessage;

use crate::round_trips::documented;
use crate::server::{Reply, Server};

#[tokio::test]
async fn saving_messages_sends_the_documented_request_and_nothing_else() {
    let server = Server::replying([Reply::json(
        "200 OK",
        &documented("messages.save.response.json"),
    )])
    .await;
    let client = server
        .client_builder()
        .credentials(Credentials::access_token("<token>"))
        .build()
        .unwrap();
    let message = NewMessage::new("con_12345")
        .text("<string>")
        .attachment_ids(["<string>"]);
    client
        .messages()
        .save([message])
        .await
        .unwrap()
        .into_result()
        .unwrap();

    let requests = server.requests();
    let [request] = requests.as_slice() else {
        panic!("{requests:?}")
    };
    let (head, body) = request.split_once("\r\n\r\n").unwrap();
    let (line, headers) = head.split_once("\r\n").unwrap();
    assert_eq!(line, "POST /v6/messages HTTP/1.1");

    let length = body.len().to_string();

    // The two headers of the curl call, and what is inherent to HTTP and JSON.
    let headers: BTreeMap<_, _> = headers
        .lines()
        .map(|line| line.split_once(": ").unwrap())
        .collect();
    let expected = BTreeMap::from([
        ("authorization", "Bearer <token>"),
        ("content-type", "application/json"),
        ("accept", "application/json"),
        ("content-length", length.as_str()),
        ("host", server.url().trim_start_matches("http://")),
        (
            "user-agent",
            concat!("tight-api/", env!("CARGO_PKG_VERSION")),
        ),
    ]);
    assert_eq!(headers, expected);

    // The fields in the documented order, without the spaces that a page sets for its readers.
    let compact: String = documented("messages.save.request.json")
        .split_whitespace()
        .collect();
    assert_eq!(body, compact);
}

#[tokio::test]
async fn what_is_not_set_is_not_sent() {
    let server = Server::replying([Reply::json(
        "200 OK",
        &documented("messages.save.response.json"),
    )])
    .await;
    let _ = server
        .client()
        .messages()
        .save([NewMessage::new("con_12345")])
        .await
        .unwrap();
    assert!(server.requests()[0].ends_with(r#"{"data":[{"conversationId":"con_12345"}]}"#));
}
