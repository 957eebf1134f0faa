//! Methods that a path does not have.

use axum::http::Request;
use serde_json::Value;
use tight_sandbox::{Reply, Sandbox};

use crate::wire::{BOTH, Client, End};

#[tokio::test]
async fn another_method_is_405_with_those_that_there_are_over_either_protocol() {
    for protocol in BOTH {
        let sandbox = Sandbox::start().await.unwrap();
        let client = Client::of(&sandbox, protocol).await;
        for (path, allowed) in [
            ("/v6/messages", "POST"),
            ("/v6/messages/msg_1", "GET"),
            ("/v6/files/file_1", "DELETE, GET"),
        ] {
            for method in ["HEAD", "OPTIONS", "TRACE", "PATCH", "PURGE", "get"] {
                let request = Request::builder().method(method).uri(path);
                let seen = client.send(request, "").await.ended().await;
                let case = format!("{protocol:?} {method} {path}: {seen:?}");
                assert_eq!(
                    (seen.status, seen.end),
                    (Some(405), Some(End::Whole)),
                    "{case}"
                );
                assert_eq!(seen.headers["allow"], allowed, "{case}");
                let length: usize = seen.headers["content-length"]
                    .to_str()
                    .unwrap()
                    .parse()
                    .unwrap();
                if method == "HEAD" {
                    // As long as it would be, and not sent.
                    assert!(length > 0 && seen.body.is_empty(), "{case}");
                } else {
                    let body: Value = serde_json::from_slice(&seen.body).unwrap();
                    assert_eq!(seen.body.len(), length, "{case}");
                    assert_eq!(
                        body["error"][0]["message"],
                        "This path has no operation with this method"
                    );
                }
            }
        }
        assert_eq!(sandbox.requests(), 0);
        assert_eq!(sandbox.received_requests().len(), 18);
        assert_eq!(sandbox.received_requests()[0].method, "HEAD");
    }
}

#[tokio::test]
async fn a_response_to_head_has_no_body_over_either_protocol() {
    for protocol in BOTH {
        let sandbox = Sandbox::start().await.unwrap();
        let client = Client::of(&sandbox, protocol).await;
        let head = async || {
            let request = Request::builder()
                .method("HEAD")
                .uri("/v6/messages/msg_1")
                .header(
                    "authorization",
                    format!("Bearer {}", sandbox.access_token()),
                );
            client.send(request, "").await.ended().await
        };
        let reply = || Reply::html(200, "<h1>Hi</h1>");
        let cut = |fault| tight_sandbox::Fault::Several(vec![reply().into(), fault]);
        for fault in [
            reply().into(),
            cut(tight_sandbox::Fault::Truncate(3)),
            cut(tight_sandbox::Fault::StallWithin(3)),
        ] {
            sandbox.inject(fault);
            let seen = head().await;
            assert_eq!(
                (seen.status, seen.end),
                (Some(200), Some(End::Whole)),
                "{protocol:?}"
            );
            assert_eq!(
                (&*seen.body, &seen.headers["content-length"]),
                (&b""[..], &"11".parse().unwrap())
            );
        }
    }
}
