//! What goes out: names and credentials, byte for byte; and what may come back empty.

use tight_api::types::FileDetails;
use tight_api::{Client, Credentials, ErrorKind, Upload};
use tight_sandbox::Sandbox;

use crate::server::{Reply, Server};

/// The line that names a file, as it was sent.
async fn name_line(name: &str) -> String {
    let server = Server::deciding(|_| {
        Reply::json("200 OK", r#"{"result":"SUCCESS","data":{"id":"fil_1"}}"#)
    })
    .await;
    let upload = Upload::bytes(name, "the content");
    let client = server.client();
    client
        .files()
        .upload(upload, FileDetails::new())
        .await
        .unwrap();
    let request = server.requests().remove(0);
    let (_, body) = request.split_once("\r\n\r\n").unwrap();
    let (head, _) = body.split_once("\r\n\r\n").unwrap();
    let lines: Vec<_> = head.split("\r\n").collect();
    assert_eq!(lines.len(), 3, "the boundary, the name, the type: {head:?}");
    assert!(lines[2].starts_with("Content-Type: "), "{head:?}");
    lines[1].to_owned()
}

#[tokio::test]
async fn what_would_end_a_name_or_its_line_is_encoded() {
    let disposition =
        |name: &str| format!("Content-Disposition: form-data; name=\"file\"; filename=\"{name}\"");
    assert_eq!(
        name_line("a.pdf\"\r\nContent-Type: text/html\r\nX: \"b").await,
        disposition("a.pdf%22%0D%0AContent-Type: text/html%0D%0AX: %22b")
    );
    // What is encoded already cannot be told from it any more; browsers send it so.
    assert_eq!(name_line("a%22b").await, disposition("a%22b"));
    for control in (0..0x20).chain([0x7f]).map(char::from) {
        let encoded = format!("a%{:02X}b", u32::from(control));
        assert_eq!(
            name_line(&format!("a{control}b")).await,
            disposition(&encoded)
        );
    }
}

#[tokio::test]
async fn a_name_comes_back_as_it_was_sent() {
    let sandbox = Sandbox::start().await.unwrap();
    let client = Client::builder()
        .base_url(sandbox.url())
        .credentials(Credentials::access_token(sandbox.access_token()))
        .build()
        .unwrap();
    for name in [
        r"C:\receipts\a.pdf",
        r"ends with \",
        "100%.pdf",
        "a%b",
        "Übersicht – März.txt",
        "領収書.pdf",
        "😀.png",
        "a'b;c=d.txt",
        "a/b.txt",
        " spaces  inside ",
    ] {
        let upload = Upload::bytes(name, "the content");
        let file = client.files().upload(upload, FileDetails::new());
        let id = file.await.unwrap().into_inner().id.unwrap();
        let uploaded = sandbox.uploaded(&id).unwrap();
        assert_eq!(uploaded.file_name, name);
    }
}

#[test]
fn credentials_that_no_request_can_carry_are_refused_without_being_shown() {
    const SHOWN: &str = "s3cret";
    for broken in [
        "s3cret\n",
        "\rs3cret",
        "s3\0s3cret",
        "s3cret\u{7f}",
        "s3cret\u{85}",
    ] {
        let client = |id: &str, secret: &str| Credentials::client(id, secret);
        for (credentials, names) in [
            (
                client(broken, "secret"),
                "the client id contains a line break",
            ),
            (
                client("id", broken),
                "the client secret contains a line break",
            ),
            (
                client("id", "secret").for_user(broken),
                "the user id contains a line break",
            ),
            (
                Credentials::access_token(broken),
                "the access token contains ",
            ),
        ] {
            let error = Client::builder()
                .credentials(credentials)
                .build()
                .unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Configuration);
            let shown = format!("{error} {error:?} {error:#?}");
            assert!(shown.starts_with(names), "{broken:?}: {shown}");
            assert!(!shown.contains(SHOWN), "{shown}");
        }
    }
}

#[tokio::test]
async fn an_empty_success_is_one_for_a_call_that_deletes_and_an_error_for_one_that_reads() {
    let replies = || {
        let head =
            |line: &str| Reply::Bytes(format!("HTTP/1.1 {line}\r\nconnection: close\r\n\r\n"));
        [
            head("204 No Content"),
            head("200 OK\r\ncontent-length: 0"),
            head("202 Accepted"),
            Reply::new("200 OK", "application/json", "\r\n "),
        ]
    };
    for reply in replies() {
        let server = Server::replying([reply]).await;
        let status = server.client().files().delete("fil_1").await;
        assert!(status.unwrap().status().is_success());
    }
    for reply in replies() {
        let server = Server::replying([reply]).await;
        let messages = server.client();
        let messages = messages.messages();
        messages.delete_reaction("msg_1", "rea_1").await.unwrap();
    }
    for reply in replies() {
        let server = Server::replying([reply]).await;
        let error = server.client().files().get("fil_1").await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Decode);
        assert!(!error.may_have_taken_effect());
    }
}

#[tokio::test]
async fn what_a_call_that_deletes_is_answered_with_is_read() {
    let delete = async |status: &str, body: &str| {
        let server = Server::replying([Reply::json(status, body)]).await;
        server.client().files().delete("fil_1").await
    };
    let shown = r#"{"result":"SUCCESS","data":{"id":"fil_1"}}"#;
    let deleted = delete("200 OK", shown).await.unwrap();
    assert_eq!(deleted.id.as_deref(), Some("fil_1"));
    let refused = r#"{"result":"FAILURE","error":[{"type":"NOT_FOUND"}]}"#;
    let error = delete("200 OK", refused).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Failure);
    assert!(!error.may_have_taken_effect());
    let error = delete("200 OK", "<html>").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Decode);
    assert!(error.may_have_taken_effect());
    let error = delete("404 Not Found", "").await.unwrap_err();
    assert_eq!(error.status().unwrap(), 404);
}
