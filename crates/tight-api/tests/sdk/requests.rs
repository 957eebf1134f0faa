//! What goes over the wire is what the documentation's curl call sends.

use tight_api::Credentials;
use tight_api::types::NewMessage;

use crate::round_trips::documented;
use crate::server::{Reply, Server};

#[tokio::test]
async fn saving_messages_sends_the_documented_request_and_nothing_else() {
    let server = Server::replying([Reply::json(
        "200 OK",
        &documented("messages/messages.save.response.json"),
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
    let mut headers: Vec<_> = headers
        .lines()
        .map(|line| line.split_once(": ").unwrap())
        .collect();
    headers.sort_unstable();
    let expected = [
        ("accept", "application/json"),
        ("accept-encoding", "gzip"),
        ("authorization", "Bearer <token>"),
        ("content-length", length.as_str()),
        ("content-type", "application/json"),
        ("host", server.url().trim_start_matches("http://")),
        (
            "user-agent",
            concat!("tight-api/", env!("CARGO_PKG_VERSION")),
        ),
    ];
    assert_eq!(headers, expected);

    // The fields in the documented order, without the spaces that a page sets for its readers.
    let compact: String = documented("messages/messages.save.request.json")
        .split_whitespace()
        .collect();
    assert_eq!(body, compact);
}

#[tokio::test]
async fn what_is_not_set_is_not_sent() {
    let server = Server::replying([Reply::json(
        "200 OK",
        &documented("messages/messages.save.response.json"),
    )])
    .await;
    let _ = server
        .client()
        .messages()
        .save([NewMessage::new("con_12345")])
        .await;
    assert!(server.requests()[0].ends_with(r#"{"data":[{"conversationId":"con_12345"}]}"#));
}

#[tokio::test]
async fn no_message_is_no_request() {
    let server = Server::replying([]).await;
    let outcome = server.client().messages().save([]).await;
    assert!(outcome.is_empty() && outcome.is_complete());
    assert!(server.requests().is_empty());
}

#[tokio::test]
async fn the_application_can_name_itself() {
    let server = Server::replying([Reply::HangUp]).await;
    let client = server
        .client_builder()
        .application("acme-bank/2.1")
        .build()
        .unwrap();
    let _ = client.messages().save([NewMessage::new("con_1")]).await;
    let expected = concat!(
        "user-agent: acme-bank/2.1 tight-api/",
        env!("CARGO_PKG_VERSION"),
        "\r\n"
    );
    assert!(
        server.requests()[0].contains(expected),
        "{:?}",
        server.requests()
    );
}
