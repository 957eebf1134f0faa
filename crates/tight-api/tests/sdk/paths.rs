//! What stands in a path cannot lead to another operation.

use proptest::prelude::*;
use tight_api::ErrorKind;
use tight_api::types::EmojiCode;

use crate::server::{Reply, Server};

const ENTITY: &str = r#"{"result":"SUCCESS","data":{}}"#;

#[tokio::test]
async fn an_id_that_would_change_the_path_is_not_sent() {
    let server = Server::replying([]).await;
    let client = server.client();
    for id in ["", ".", "..", "%2e", "%2E.", "%252e%252e"] {
        let error = client.messages().get(id).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidRequest, "{id:?}");
        assert_eq!(error.operation(), Some("getMessage"));
        assert!(!error.may_have_taken_effect());

        let error = client.conversations().messages(id).page().await;
        assert_eq!(error.unwrap_err().kind(), ErrorKind::InvalidRequest);
        let error = client.messages().delete_reaction("msg_1", id).await;
        assert_eq!(error.unwrap_err().kind(), ErrorKind::InvalidRequest);
    }
    assert!(server.requests().is_empty());

    let error = client.messages().get("").await.unwrap_err();
    insta::assert_snapshot!(error, @"getMessage: `id` is empty, which would change the path of the request");
}

#[tokio::test]
async fn an_id_stays_in_its_segment() {
    for (id, sent) in [
        ("msg_1", "msg_1"),
        ("a/b", "a%2Fb"),
        ("../files", "..%2Ffiles"),
        (
            "..\\..\\v6\\messages\\msg_1",
            "..%5C..%5Cv6%5Cmessages%5Cmsg_1",
        ),
        ("..;", "..%3B"),
        ("a?b#c", "a%3Fb%23c"),
        ("%2F", "%252F"),
        ("a b", "a%20b"),
        ("a\r\nb", "a%0D%0Ab"),
        ("ü", "%C3%BC"),
    ] {
        let server = Server::replying([Reply::json("200 OK", ENTITY)]).await;
        server.client().files().delete(id).await.unwrap();
        let line = format!("DELETE /v6/files/{sent} HTTP/1.1\r\n");
        assert!(
            server.requests()[0].starts_with(&line),
            "{:?}",
            server.requests()
        );
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn whatever_an_id_is_it_is_refused_or_one_segment(id in r"([a-z]|\.|/|\\|%|;|:|@|\?|#|25|2e|5c|\PC){0,8}") {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let server = Server::replying([Reply::json("200 OK", ENTITY)]).await;
            let Ok(_) = server.client().files().delete(id.as_str()).await else {
                assert!(server.requests().is_empty(), "{id:?}");
                return;
            };
            let requests = server.requests();
            let path = requests[0].split(' ').nth(1).unwrap();
            let segment = path.strip_prefix("/v6/files/").unwrap();
            assert!(!segment.contains(['/', '\\', ';', '?', '#']), "{path}");
            let decoded = percent_encoding::percent_decode_str(segment).decode_utf8().unwrap();
            assert_eq!(decoded, id);
        });
    }
}

#[tokio::test]
async fn an_enum_in_a_path_travels_as_its_value() {
    for (emoji, sent) in [
        (EmojiCode::HundredPoints, "hundred_points"),
        (EmojiCode::from("new one"), "new%20one"),
    ] {
        let server = Server::replying([Reply::json("200 OK", ENTITY)]).await;
        let messages = server.client();
        messages
            .messages()
            .delete_reaction("msg_1", emoji)
            .await
            .unwrap();
        let line = format!("DELETE /v6/messages/msg_1/reactions/{sent} HTTP/1.1\r\n");
        assert!(server.requests()[0].starts_with(&line));
    }
}
